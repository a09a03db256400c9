package gradus.formula;

/**
 * The primitives that look inside the floating-point format: {@link Fn#POW2}, {@link Fn#EXPONENT},
 * {@link Fn#MANTISSA}. Compiled loops do the same few integer operations, so that arguments outside
 * the stated domain, too, give the same (meaningless) bits everywhere.
 *
 * <p>Adding 1.5 * 2^23 to a small integral float leaves the integer in the low bits (1.5 * 2^52 in
 * double); no conversion instruction is needed, which vectors of longs lack on many processors.
 */
public final class Bits {
  /** 1.5 * 2^23 + exponent bias. */
  public static final float POW2_FLOAT = 0x1.8p23f + 127;

  /** 1.5 * 2^52 + exponent bias. */
  public static final double POW2_DOUBLE = 0x1.8p52 + 1023;

  /** The bits of sqrt(1/2): where the exponent steps. */
  public static final int STEP_FLOAT = 0x3f3504f3;

  public static final long STEP_DOUBLE = 0x3fe6a09e667f3bcdL;

  /** Makes bits(x) - STEP positive for every positive normal x. */
  public static final int LIFT_FLOAT = (128 << 23) - STEP_FLOAT;

  public static final long LIFT_DOUBLE = (1024L << 52) - STEP_DOUBLE;

  /** The bits of 2^23: with an integer below 2^23 in the low bits, the float 2^23 + integer. */
  public static final int WHOLE_FLOAT = 0x4b000000;

  public static final long WHOLE_DOUBLE = 0x4330000000000000L;

  /** 2^23 + what LIFT adds to the exponent. */
  public static final float UNLIFT_FLOAT = 0x1p23f + 128;

  public static final double UNLIFT_DOUBLE = 0x1p52 + 1024;

  public static final int FRACTION_FLOAT = (1 << 23) - 1;

  public static final long FRACTION_DOUBLE = (1L << 52) - 1;

  private Bits() {}

  public static float pow2(float n) {
    return Float.intBitsToFloat(Float.floatToRawIntBits(n + POW2_FLOAT) << 23);
  }

  public static double pow2(double n) {
    return Double.longBitsToDouble(Double.doubleToRawLongBits(n + POW2_DOUBLE) << 52);
  }

  public static float exponent(float x) {
    int lifted = Float.floatToRawIntBits(x) + LIFT_FLOAT;
    return Float.intBitsToFloat(lifted >>> 23 | WHOLE_FLOAT) - UNLIFT_FLOAT;
  }

  public static double exponent(double x) {
    long lifted = Double.doubleToRawLongBits(x) + LIFT_DOUBLE;
    return Double.longBitsToDouble(lifted >>> 52 | WHOLE_DOUBLE) - UNLIFT_DOUBLE;
  }

  public static float mantissa(float x) {
    int lifted = Float.floatToRawIntBits(x) + LIFT_FLOAT;
    return Float.intBitsToFloat((lifted & FRACTION_FLOAT) + STEP_FLOAT);
  }

  public static double mantissa(double x) {
    long lifted = Double.doubleToRawLongBits(x) + LIFT_DOUBLE;
    return Double.longBitsToDouble((lifted & FRACTION_DOUBLE) + STEP_DOUBLE);
  }
}
