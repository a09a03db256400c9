package gradus.kernel.index;

/** Copies between strided arrays of the same type. */
public final class Copy {
  /**
   * The side of the blocks of a transposition: 32 rows of 32 floats fill half a first-level cache.
   */
  private static final int BLOCK = 32;

  /** Shorter runs are copied element by element, which costs less than a call per run. */
  private static final int SHORT_RUN = 12;

  /** Up to so many elements, sorting dimensions costs more than copying a row-major matrix. */
  private static final int FEW = 1 << 12;

  private Copy() {}

  /**
   * {@code dst[i] = src[i]} for every multi-index i below {@code sizes}.
   *
   * @param src an array of float, double, int, long or byte
   * @param dst an array of the same type that does not overlap what is read
   */
  public static void run(
      int[] sizes,
      Object src,
      int srcOffset,
      int[] srcStrides,
      Object dst,
      int dstOffset,
      int[] dstStrides) {
    if (sizes.length == 2
        && srcStrides[1] == 1
        && dstStrides[1] == 1
        && sizes[1] >= SHORT_RUN
        && (long) sizes[0] * sizes[1] <= FEW) {
      for (int i = 0; i < sizes[0]; i++) {
        int from = srcOffset + i * srcStrides[0];
        System.arraycopy(src, from, dst, dstOffset + i * dstStrides[0], sizes[1]);
      }
      return;
    }
    Dims dims = Dims.sorted(1, sizes, srcStrides, dstStrides);
    if (dims.rank() < 2) {
      box(dims, src, srcOffset, dst, dstOffset);
      return;
    }
    int n = dims.sizes()[0];
    Parts.run(
        n,
        dims.count(1, dims.rank()),
        (begin, end) -> {
          int[] part = dims.sizes().clone();
          part[0] = end - begin;
          box(
              new Dims(part, dims.strides()),
              src,
              srcOffset + begin * dims.strides()[0][0],
              dst,
              dstOffset + begin * dims.strides()[1][0]);
        });
  }

  /** The copy over simplified dimensions; array 0 is the source, array 1 the destination. */
  static void box(Dims dims, Object src, int so, Object dst, int dOff) {
    int rank = dims.rank();
    int n = dims.innerSize();
    int ss = dims.innerStride(0);
    int ds = dims.innerStride(1);
    if (dims.count() == 0) {
      return;
    }
    if (ss == 1 && ds == 1 && (n >= SHORT_RUN || rank == 1)) {
      int runs = dims.count(0, Math.max(0, rank - 1));
      for (int r = 0; r < runs; r++) {
        int from = so + dims.offset(0, r, rank - 1);
        int to = dOff + dims.offset(1, r, rank - 1);
        System.arraycopy(src, from, dst, to, n);
      }
      return;
    }
    // The second loop runs over the dimension in which the source is densest.
    int second = -1;
    for (int d = 0; d < rank - 1; d++) {
      int stride = Math.abs(dims.strides()[0][d]);
      if (stride != 0 && (second < 0 || stride <= Math.abs(dims.strides()[0][second]))) {
        second = d;
      }
    }
    second = second < 0 ? rank - 2 : second;
    planes(dims, second, src, so, dst, dOff);
  }

  /** Loops over all dimensions but {@code second} and the last, which make a plane. */
  private static void planes(Dims dims, int second, Object src, int so, Object dst, int dOff) {
    int rank = dims.rank();
    int[] sizes = dims.sizes();
    int[] ss = dims.strides()[0];
    int[] ds = dims.strides()[1];
    int rows = second < 0 ? 1 : sizes[second];
    int rowFrom = second < 0 ? 0 : ss[second];
    int rowTo = second < 0 ? 0 : ds[second];
    int planes = dims.count() / (rows * dims.innerSize());
    int[] index = new int[rank];
    for (int p = 0; p < planes; p++) {
      plane(
          src,
          so,
          rowFrom,
          dims.innerStride(0),
          dst,
          dOff,
          rowTo,
          dims.innerStride(1),
          rows,
          dims.innerSize());
      for (int d = rank - 2; d >= 0; d--) {
        if (d == second) {
          continue;
        }
        so += ss[d];
        dOff += ds[d];
        if (++index[d] < sizes[d]) {
          break;
        }
        so -= ss[d] * sizes[d];
        dOff -= ds[d] * sizes[d];
        index[d] = 0;
      }
    }
  }

  private static void plane(
      Object src,
      int so,
      int sr,
      int sc,
      Object dst,
      int dOff,
      int dr,
      int dc,
      int rows,
      int cols) {
    for (int r = 0; r < rows; r += BLOCK) {
      int h = Math.min(BLOCK, rows - r);
      for (int c = 0; c < cols; c += BLOCK) {
        int w = Math.min(BLOCK, cols - c);
        int from = so + r * sr + c * sc;
        int to = dOff + r * dr + c * dc;
        switch (src) {
          case float[] x -> block(x, from, sr, sc, (float[]) dst, to, dr, dc, h, w);
          case double[] x -> block(x, from, sr, sc, (double[]) dst, to, dr, dc, h, w);
          case int[] x -> block(x, from, sr, sc, (int[]) dst, to, dr, dc, h, w);
          case long[] x -> block(x, from, sr, sc, (long[]) dst, to, dr, dc, h, w);
          case byte[] x -> block(x, from, sr, sc, (byte[]) dst, to, dr, dc, h, w);
          default -> throw new AssertionError(src);
        }
      }
    }
  }

  private static void block(
      float[] x, int so, int sr, int sc, float[] y, int dOff, int dr, int dc, int rows, int cols) {
    for (int r = 0; r < rows; r++) {
      for (int c = 0; c < cols; c++) {
        y[dOff + r * dr + c * dc] = x[so + r * sr + c * sc];
      }
    }
  }

  private static void block(
      double[] x,
      int so,
      int sr,
      int sc,
      double[] y,
      int dOff,
      int dr,
      int dc,
      int rows,
      int cols) {
    for (int r = 0; r < rows; r++) {
      for (int c = 0; c < cols; c++) {
        y[dOff + r * dr + c * dc] = x[so + r * sr + c * sc];
      }
    }
  }

  private static void block(
      int[] x, int so, int sr, int sc, int[] y, int dOff, int dr, int dc, int rows, int cols) {
    for (int r = 0; r < rows; r++) {
      for (int c = 0; c < cols; c++) {
        y[dOff + r * dr + c * dc] = x[so + r * sr + c * sc];
      }
    }
  }

  private static void block(
      long[] x, int so, int sr, int sc, long[] y, int dOff, int dr, int dc, int rows, int cols) {
    for (int r = 0; r < rows; r++) {
      for (int c = 0; c < cols; c++) {
        y[dOff + r * dr + c * dc] = x[so + r * sr + c * sc];
      }
    }
  }

  private static void block(
      byte[] x, int so, int sr, int sc, byte[] y, int dOff, int dr, int dc, int rows, int cols) {
    for (int r = 0; r < rows; r++) {
      for (int c = 0; c < cols; c++) {
        y[dOff + r * dr + c * dc] = x[so + r * sr + c * sc];
      }
    }
  }
}
