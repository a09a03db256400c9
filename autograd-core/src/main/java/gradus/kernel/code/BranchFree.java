package gradus.kernel.code;

/**
 * Choosing for scalar loops by conditions that are 1 or 0. A choice of ints becomes a conditional
 * move and one of floats a branch, so numbers are chosen by their bits: what the data are does not
 * cost time.
 */
public final class BranchFree {
  private BranchFree() {}

  public static float select(int condition, float a, float b) {
    int bits = Float.floatToRawIntBits(b);
    return Float.intBitsToFloat(bits ^ (bits ^ Float.floatToRawIntBits(a)) & -condition);
  }

  public static double select(int condition, double a, double b) {
    return Double.longBitsToDouble(
        select(condition, Double.doubleToRawLongBits(a), Double.doubleToRawLongBits(b)));
  }

  public static long select(int condition, long a, long b) {
    return b ^ (b ^ a) & -(long) condition;
  }
}
