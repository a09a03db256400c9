package gradus.kernel.gemm;

import gradus.kernel.array.Strided;
import java.util.Random;

/**
 * A random product with its operands, and what must come out: the plain triple loop.
 *
 * @param a offset, row stride, column stride, array length
 */
record GemmCase(
    int m,
    int n,
    int k,
    int[] a,
    int[] b,
    int cOffset,
    int cRow,
    boolean accumulate,
    boolean special,
    long seed) {

  static GemmCase random(Random random, int largest) {
    int m = size(random, largest);
    int n = size(random, largest);
    int k = size(random, largest);
    return of(m, n, k, random);
  }

  static GemmCase of(int m, int n, int k, Random random) {
    return new GemmCase(
        m,
        n,
        k,
        layout(random, m, k),
        layout(random, k, n),
        random.nextInt(6),
        n + random.nextInt(3),
        random.nextBoolean(),
        random.nextInt(4) == 0,
        random.nextLong());
  }

  /** Sizes around the edges of tiles more often than others. */
  private static int size(Random random, int largest) {
    int[] edges = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 13, 15, 16, 17, 23, 24, 25, 31, 32, 33};
    int size =
        random.nextInt(3) == 0 ? random.nextInt(largest + 1) : edges[random.nextInt(edges.length)];
    return Math.min(size, largest);
  }

  /** Rows, columns, both strided, or broadcast. */
  private static int[] layout(Random random, int rows, int columns) {
    int row;
    int column;
    switch (random.nextInt(6)) {
      case 0, 1 -> {
        column = 1;
        row = columns + random.nextInt(4);
      }
      case 2, 3 -> {
        row = 1;
        column = rows + random.nextInt(4);
      }
      case 4 -> {
        column = 2;
        row = 2 * columns + 1;
      }
      default -> {
        row = random.nextInt(3);
        column = random.nextInt(2) * 3;
      }
    }
    int offset = random.nextInt(5);
    return new int[] {
      offset,
      row,
      column,
      offset + Math.max(0, rows - 1) * row + Math.max(0, columns - 1) * column + 1
    };
  }

  private double[] values(int length, int stream) {
    Random random = new Random(seed + stream);
    double[] values = new double[length];
    for (int i = 0; i < length; i++) {
      values[i] = random.nextGaussian();
    }
    double[] specials = {
      Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, -0.0, 0.0, 1e-42, 1e30
    };
    for (int i = 0; special && i < 1 + length / 50; i++) {
      values[random.nextInt(length)] = specials[random.nextInt(specials.length)];
    }
    return values;
  }

  float[] floats(int length, int stream) {
    double[] values = values(length, stream);
    float[] floats = new float[length];
    for (int i = 0; i < length; i++) {
      floats[i] = (float) values[i];
    }
    return floats;
  }

  int cLength() {
    return cOffset + m * cRow + 1;
  }

  float[] floatsByPlainLoop() {
    float[] left = floats(a[3], 1);
    float[] right = floats(b[3], 2);
    float[] out = floats(cLength(), 3);
    for (int i = 0; i < m; i++) {
      for (int j = 0; j < n; j++) {
        int at = cOffset + i * cRow + j;
        float acc = accumulate ? out[at] : 0f;
        for (int p = 0; p < k; p++) {
          acc = Math.fma(left[a[0] + i * a[1] + p * a[2]], right[b[0] + p * b[1] + j * b[2]], acc);
        }
        out[at] = acc;
      }
    }
    return out;
  }

  double[] doublesByPlainLoop() {
    double[] left = values(a[3], 1);
    double[] right = values(b[3], 2);
    double[] out = values(cLength(), 3);
    for (int i = 0; i < m; i++) {
      for (int j = 0; j < n; j++) {
        int at = cOffset + i * cRow + j;
        double acc = accumulate ? out[at] : 0d;
        for (int p = 0; p < k; p++) {
          acc = Math.fma(left[a[0] + i * a[1] + p * a[2]], right[b[0] + p * b[1] + j * b[2]], acc);
        }
        out[at] = acc;
      }
    }
    return out;
  }

  float[] floatsByGemm() {
    float[] out = floats(cLength(), 3);
    Gemm.multiply(a(floats(a[3], 1)), b(floats(b[3], 2)), c(out), accumulate);
    return out;
  }

  double[] doublesByGemm() {
    double[] out = values(cLength(), 3);
    Gemm.multiply(a(values(a[3], 1)), b(values(b[3], 2)), c(out), accumulate);
    return out;
  }

  float[] floatsBy(MicroKernels kernels) {
    float[] out = floats(cLength(), 3);
    product(new FloatGemmLoops(), kernels, floats(a[3], 1), floats(b[3], 2), out).run();
    return out;
  }

  /**
   * As {@link #floatsBy}, B's rows copied to other places, in reverse; A's to unit column stride.
   */
  float[] floatsByRows(MicroKernels kernels) {
    float[] from = floats(a[3], 1);
    float[] left = new float[m * k];
    for (int i = 0; i < left.length; i++) {
      left[i] = from[a[0] + i / k * a[1] + i % k * a[2]];
    }
    float[] right = floats(b[3], 2);
    float[] rows = new float[k * n + 3];
    int[] at = new int[k];
    for (int p = 0; p < k; p++) {
      at[p] = (k - 1 - p) * n + 3;
      for (int j = 0; j < n; j++) {
        rows[at[p] + j] = right[b[0] + p * b[1] + j * b[2]];
      }
    }
    float[] out = floats(cLength(), 3);
    RowProduct.run(
        new Product(
            new FloatGemmLoops(),
            kernels,
            Strided.dense(left, 0, m, k),
            RowProduct.array(rows),
            c(out),
            accumulate),
        at);
    return out;
  }

  /** As {@link #floatsBy}, B packed first; the top row by itself, as another product with it. */
  float[] floatsPacked(MicroKernels kernels) {
    float[] out = floats(cLength(), 3);
    float[] right = floats(b[3], 2);
    Product whole = product(new FloatGemmLoops(), kernels, floats(a[3], 1), right, out);
    var packed = new PackedMatrix(b(right));
    if (m > 1) {
      packed.multiply(whole.withRows(1));
      packed.multiply(
          new Product(
              whole.element(),
              kernels,
              whole.a().rows(1, m - 1),
              whole.b(),
              whole.c().rows(1, m - 1),
              accumulate));
    } else {
      packed.multiply(whole);
    }
    packed.release();
    return out;
  }

  double[] doublesBy(MicroKernels kernels) {
    double[] out = values(cLength(), 3);
    product(new DoubleGemmLoops(), kernels, values(a[3], 1), values(b[3], 2), out).run();
    return out;
  }

  private Product product(
      GemmLoops element, MicroKernels kernels, Object left, Object right, Object out) {
    return new Product(element, kernels, a(left), b(right), c(out), accumulate);
  }

  private Strided a(Object array) {
    return Strided.matrix(array, a[0], m, k, a[1], a[2]);
  }

  private Strided b(Object array) {
    return Strided.matrix(array, b[0], k, n, b[1], b[2]);
  }

  private Strided c(Object array) {
    return Strided.matrix(array, cOffset, m, n, cRow, 1);
  }
}
