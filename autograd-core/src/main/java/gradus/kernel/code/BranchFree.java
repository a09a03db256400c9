package gradus.kernel.code;

/**
 * Comparing and choosing for scalar loops, conditions being 1 and 0. A choice of ints becomes a
 * conditional move and one of floats a branch, so numbers are chosen by their bits: what the data
 * are does not cost time.
 */
public final class BranchFree {
  private BranchFree() {}

  public static int lt(float a, float b) {
    return a < b ? 1 : 0;
  }

  public static int lt(double a, double b) {
    return a < b ? 1 : 0;
  }

  public static int lt(long a, long b) {
    return a < b ? 1 : 0;
  }

  public static int le(float a, float b) {
    return a <= b ? 1 : 0;
  }

  public static int le(double a, double b) {
    return a <= b ? 1 : 0;
  }

  public static int le(long a, long b) {
    return a <= b ? 1 : 0;
  }

  public static int eq(float a, float b) {
    return a == b ? 1 : 0;
  }

  public static int eq(double a, double b) {
    return a == b ? 1 : 0;
  }

  public static int eq(long a, long b) {
    return a == b ? 1 : 0;
  }

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
