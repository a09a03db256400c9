package gradus.kernel.index;

import gradus.kernel.array.Strided;

/** Views of indices, in arrays of int or long. */
public final class Indices {
  private Indices() {}

  /** A vector of indices along one dimension of such sizes, repeated over all others. */
  public static Strided along(int dim, Strided vector, int... sizes) {
    int[] strides = new int[sizes.length];
    strides[dim] = vector.stride(0);
    return new Strided(vector.array(), vector.offset(), sizes, strides);
  }

  /** The row-major position of the first index that is not in [0, limit), or -1 if all are. */
  public static int firstOutside(Strided index, long limit) {
    int n = index.innerSize();
    int step = index.innerStride();
    int rows = index.count() / Math.max(1, n);
    for (int r = 0; r < rows; r++) {
      int at = index.offset() + index.distance(r, index.rank() - 1);
      for (int j = 0; j < n; j++) {
        long i = get(index.array(), at + j * step);
        if (i < 0 || i >= limit) {
          return r * n + j;
        }
      }
    }
    return -1;
  }

  /** Whether all elements are the same one. */
  static boolean repeats(Strided index) {
    for (int d = 0; d < index.rank(); d++) {
      if (index.size(d) > 1 && index.stride(d) != 0) {
        return false;
      }
    }
    return true;
  }

  /** A view with other sizes that stands still along one dimension. */
  static Strided standing(int dim, Strided x, int... sizes) {
    int[] strides = x.strides().clone();
    strides[dim] = 0;
    return new Strided(x.array(), x.offset(), sizes, strides);
  }

  static long get(Object index, int at) {
    return switch (index) {
      case int[] x -> x[at];
      case long[] x -> x[at];
      default -> throw new AssertionError(index);
    };
  }

  /** {@code places[j] = base + index[j] * scale + j * step}, of a row that begins {@code at}. */
  static void places(Strided index, int at, int base, int scale, int step, int[] places) {
    int next = index.innerStride();
    switch (index.array()) {
      case int[] x -> {
        for (int j = 0; j < places.length; j++) {
          places[j] = base + x[at + j * next] * scale + j * step;
        }
      }
      case long[] x -> {
        for (int j = 0; j < places.length; j++) {
          places[j] = base + (int) x[at + j * next] * scale + j * step;
        }
      }
      default -> throw new AssertionError(index);
    }
  }
}
