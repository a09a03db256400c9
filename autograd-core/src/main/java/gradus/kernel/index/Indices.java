package gradus.kernel.index;

/** Arrays of indices, int[] or long[]. */
public final class Indices {
  private Indices() {}

  /**
   * The row-major position of the first index that is not in [0, limit), or -1 if all are.
   *
   * @param index an int[] or long[]
   */
  public static int firstOutside(int[] sizes, Object index, int offset, int[] strides, long limit) {
    Dims dims = new Dims(sizes, new int[][] {strides});
    int n = dims.innerSize();
    int step = dims.innerStride(0);
    int rows = dims.count() / Math.max(1, n);
    for (int r = 0; r < rows; r++) {
      int at = offset + dims.offset(0, r, sizes.length - 1);
      for (int j = 0; j < n; j++) {
        long i = get(index, at + j * step);
        if (i < 0 || i >= limit) {
          return r * n + j;
        }
      }
    }
    return -1;
  }

  static long get(Object index, int at) {
    return switch (index) {
      case int[] x -> x[at];
      case long[] x -> x[at];
      default -> throw new AssertionError(index);
    };
  }

  /** {@code places[j] = base + index[j] * scale + j * step}. */
  static void places(
      Object index, int at, int indexStep, int n, int base, int scale, int step, int[] places) {
    switch (index) {
      case int[] x -> {
        for (int j = 0; j < n; j++) {
          places[j] = base + x[at + j * indexStep] * scale + j * step;
        }
      }
      case long[] x -> {
        for (int j = 0; j < n; j++) {
          places[j] = base + (int) x[at + j * indexStep] * scale + j * step;
        }
      }
      default -> throw new AssertionError(index);
    }
  }
}
