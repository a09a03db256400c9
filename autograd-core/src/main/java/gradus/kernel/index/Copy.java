package gradus.kernel.index;

import gradus.kernel.array.Strided;

/** Copies between strided arrays of the same type. */
public final class Copy {
  /** The side of the blocks of a transposition, which fill half a first-level cache. */
  private static final int BLOCK = 32;

  /** Shorter runs are copied element by element, which costs less than a call per run. */
  private static final int SHORT_RUN = 12;

  /** Up to so many elements, sorting the dimensions of a matrix costs more than copying it. */
  private static final int FEW = 1 << 12;

  private Copy() {}

  /**
   * {@code to[i] = from[i]} for every multi-index; what is written does not overlap what is read.
   */
  public static void run(Strided from, Strided to) {
    if (to.rank() == 2 && (long) to.size(0) * to.size(1) <= FEW) {
      if (from.stride(1) != 1 || to.stride(1) != 1 || to.size(1) < SHORT_RUN) {
        plane(from, from.offset(), to, to.offset());
        return;
      }
      for (int i = 0; i < to.size(0); i++) {
        System.arraycopy(from.array(), from.at(i, 0), to.array(), to.at(i, 0), to.size(1));
      }
      return;
    }
    Strided[] simple = Strided.sorted(0, to, from);
    Strided target = simple[0];
    Strided source = simple[1];
    if (target.rank() < 2) {
      box(source, target);
      return;
    }
    Parts.run(
        target.size(0),
        target.count(1, target.rank()),
        (begin, end) -> box(source.rows(begin, end - begin), target.rows(begin, end - begin)));
  }

  /** The copy over simplified dimensions. */
  static void box(Strided from, Strided to) {
    int rank = to.rank();
    int n = to.innerSize();
    if (to.count() == 0) {
      return;
    }
    if (from.innerStride() == 1 && to.innerStride() == 1 && (n >= SHORT_RUN || rank == 1)) {
      int runs = to.count(0, rank - 1);
      for (int r = 0; r < runs; r++) {
        int at = from.offset() + from.distance(r, rank - 1);
        System.arraycopy(from.array(), at, to.array(), to.offset() + to.distance(r, rank - 1), n);
      }
      return;
    }
    // The second loop runs over the dimension in which the source is densest.
    int second = -1;
    for (int d = 0; d < rank - 1; d++) {
      int stride = Math.abs(from.stride(d));
      if (stride != 0 && (second < 0 || stride <= Math.abs(from.stride(second)))) {
        second = d;
      }
    }
    planes(second < 0 ? rank - 2 : second, from, to);
  }

  /** Loops over all dimensions but {@code second} and the last, which make a plane. */
  private static void planes(int second, Strided from, Strided to) {
    int rank = to.rank();
    Strided source = plane(second, from);
    Strided target = plane(second, to);
    int planes = to.count() / (target.size(0) * target.size(1));
    int[] index = new int[rank];
    int f = from.offset();
    int t = to.offset();
    for (int p = 0; p < planes; p++) {
      plane(source, f, target, t);
      for (int d = rank - 2; d >= 0; d--) {
        if (d == second) {
          continue;
        }
        f += from.stride(d);
        t += to.stride(d);
        if (++index[d] < to.size(d)) {
          break;
        }
        f -= from.stride(d) * to.size(d);
        t -= to.stride(d) * to.size(d);
        index[d] = 0;
      }
    }
  }

  private static Strided plane(int second, Strided of) {
    int rows = second < 0 ? 1 : of.size(second);
    int row = second < 0 ? 0 : of.stride(second);
    return Strided.matrix(of.array(), 0, rows, of.innerSize(), row, of.innerStride());
  }

  /** A plane that begins at these indices, block by block. */
  private static void plane(Strided from, int f, Strided to, int t) {
    for (int r = 0; r < to.size(0); r += BLOCK) {
      for (int c = 0; c < to.size(1); c += BLOCK) {
        block(from, f, to, t, r, c);
      }
    }
  }

  private static void block(Strided from, int f, Strided to, int t, int row, int column) {
    int rows = Math.min(row + BLOCK, to.size(0));
    int columns = Math.min(column + BLOCK, to.size(1));
    int fr = from.stride(0);
    int fc = from.stride(1);
    int tr = to.stride(0);
    int tc = to.stride(1);
    switch (from.array()) {
      case float[] x -> {
        float[] y = (float[]) to.array();
        for (int r = row; r < rows; r++) {
          for (int c = column; c < columns; c++) {
            y[t + r * tr + c * tc] = x[f + r * fr + c * fc];
          }
        }
      }
      case double[] x -> {
        double[] y = (double[]) to.array();
        for (int r = row; r < rows; r++) {
          for (int c = column; c < columns; c++) {
            y[t + r * tr + c * tc] = x[f + r * fr + c * fc];
          }
        }
      }
      case int[] x -> {
        int[] y = (int[]) to.array();
        for (int r = row; r < rows; r++) {
          for (int c = column; c < columns; c++) {
            y[t + r * tr + c * tc] = x[f + r * fr + c * fc];
          }
        }
      }
      case long[] x -> {
        long[] y = (long[]) to.array();
        for (int r = row; r < rows; r++) {
          for (int c = column; c < columns; c++) {
            y[t + r * tr + c * tc] = x[f + r * fr + c * fc];
          }
        }
      }
      case byte[] x -> {
        byte[] y = (byte[]) to.array();
        for (int r = row; r < rows; r++) {
          for (int c = column; c < columns; c++) {
            y[t + r * tr + c * tc] = x[f + r * fr + c * fc];
          }
        }
      }
      default -> throw new AssertionError(from);
    }
  }
}
