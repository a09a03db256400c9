package gradus.kernel.reduce;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import gradus.formula.Expr;
import gradus.kernel.array.Strided;
import gradus.kernel.compile.ElementwiseKernel;
import gradus.kernel.threads.Workers;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReduceTest {
  private static final int[] NONE = {};

  /** The kept dimensions, then the reduced ones. */
  private static Strided view(
      Object array, int offset, int[] kept, int[] keptStrides, int[] reduced, int[] strides) {
    return new Strided(
        array,
        offset,
        IntStream.concat(IntStream.of(kept), IntStream.of(reduced)).toArray(),
        IntStream.concat(IntStream.of(keptStrides), IntStream.of(strides)).toArray());
  }

  @ParameterizedTest
  @ValueSource(
      ints = {
        1, 2, 3, 7, 8, 9, 10, 15, 16, 17, 31, 32, 33, 64, 100, 511, 512, 513, 784, 1024, 5000,
        300_000
      })
  void everyLengthFollowsTheTreeToTheBit(int n) {
    float[] x = floats(n + 3);
    double[] d = doubles(n + 3);
    for (Reducer fold : Reducer.values()) {
      float[] y = new float[1];
      Reduce.run(
          fold,
          view(x, 3, NONE, NONE, new int[] {n}, new int[] {1}),
          new Strided(y, 0, NONE, NONE));
      assertEquals(tree(fold, slice(x, 3, n)), y[0], fold + " " + n);
      double[] z = new double[1];
      Reduce.run(
          fold,
          view(d, 3, NONE, NONE, new int[] {n}, new int[] {1}),
          new Strided(z, 0, NONE, NONE));
      assertEquals(tree(fold, slice(d, 3, n)), z[0], fold + " " + n);
    }
  }

  @ParameterizedTest
  @EnumSource(Reducer.class)
  void layoutDoesNotShow(Reducer fold) {
    float[] x = floats(20_000);
    // [a,b,c,d], every subset of dimensions reduced, against the tree over a gathered copy, for
    // row-major, reversed, padded and expanded operands.
    for (int[] sizes :
        new int[][] {
          {3, 5, 7, 4},
          {1, 40, 3, 20},
          {30, 1, 2, 50},
          {2, 600, 1, 3},
          {70, 9, 9, 1},
          {2, 3, 16, 32},
          {20, 2, 4, 16}
        }) {
      for (int layout = 0; layout < 5; layout++) {
        int[] strides = strides(layout, sizes);
        for (int mask = 0; mask < 16; mask++) {
          check(fold, x, sizes, strides, mask, layout);
        }
      }
    }
  }

  private static void check(
      Reducer fold, float[] x, int[] sizes, int[] strides, int mask, int layout) {
    int[] kept = pick(sizes, mask, false);
    int[] reduced = pick(sizes, mask, true);
    int[] keptStrides = pick(strides, mask, false);
    int[] reducedStrides = pick(strides, mask, true);
    int results = count(kept);
    int n = count(reduced);
    int[] outStrides = layout % 2 == 0 ? rowMajor(kept, 1) : rowMajor(kept, 3);
    float[] y = new float[results * 3 + 2];
    Reduce.run(
        fold,
        view(x, 2, kept, keptStrides, reduced, reducedStrides),
        new Strided(y, 1, kept, outStrides));
    for (int k = 0; k < results; k++) {
      float[] gathered = new float[n];
      for (int r = 0; r < n; r++) {
        gathered[r] = x[2 + at(k, kept, keptStrides) + at(r, reduced, reducedStrides)];
      }
      assertEquals(
          tree(fold, gathered),
          y[1 + at(k, kept, outStrides)],
          "layout " + layout + " mask " + mask);
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Reducer.class,
      names = {"SUM", "MAX"})
  void aFusedMapEqualsTheStoredOne(Reducer fold) {
    // sum of exp(x - m) and of x * x, m broadcast along the reduced dimension: over either
    // dimension.
    Expr exp = Expr.arg(0).sub(Expr.arg(1)).exp();
    for (int[] shape : new int[][] {{64, 10}, {3, 5000}, {5000, 3}, {700, 40}, {1, 1}, {600, 1}}) {
      int m = shape[0];
      int n = shape[1];
      float[] x = floats(m * n);
      float[] shift = floats(m);
      float[] stored = new float[m * n];
      ElementwiseKernel.of(List.of(exp))
          .run(
              Strided.dense(stored, 0, m, n),
              Strided.dense(x, 0, m, n),
              Strided.dense(shift, 0, m, 1).expand(m, n));
      for (boolean rows : new boolean[] {true, false}) {
        int kept = rows ? m : n;
        float[] expected = new float[kept];
        Reduce.run(
            fold,
            view(
                stored,
                0,
                new int[] {kept},
                new int[] {rows ? n : 1},
                new int[] {rows ? n : m},
                new int[] {rows ? 1 : n}),
            new Strided(expected, 0, new int[] {kept}, new int[] {1}));
        float[] y = new float[kept];
        Reduce.run(
            fold,
            List.of(exp),
            new double[0],
            new Strided[] {
              Strided.matrix(x, 0, kept, rows ? n : m, rows ? n : 1, rows ? 1 : n),
              Strided.matrix(shift, 0, kept, rows ? n : m, rows ? 1 : 0, rows ? 0 : 1)
            },
            Strided.dense(y, 0, kept));
        assertArrayEquals(expected, y, m + " x " + n);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Reducer.class)
  void shortMapsOfSeveralDimensionsFollowTheTree(Reducer fold) {
    // a (b - c) and a in one pass, of [i,j,k,l] with c of [i,j,1,1], over every subset of the
    // dimensions; most sizes let blocks be cut into members.
    Expr product = Expr.arg(0).mul(Expr.arg(1).sub(Expr.arg(2)));
    float[] a = floats(70_000);
    float[] b = floats(70_001);
    float[] c = floats(600);
    for (int[] sizes :
        new int[][] {
          {3, 4, 16, 32},
          {5, 2, 16, 64},
          {40, 3, 8, 16},
          {11, 2, 16, 16},
          {2, 1, 6, 768},
          {1, 3, 40, 512},
          {1, 1, 2100, 32},
          {1, 1, 700, 48},
          {1, 1, 2048, 20},
          {16, 2, 49, 16},
          {2, 5, 64, 1}
        }) {
      int[] strides = rowMajor(sizes, 1);
      int[] apart = {sizes[1], 1, 0, 0};
      for (int mask = 1; mask < 16; mask++) {
        int[] kept = pick(sizes, mask, false);
        int[] reduced = pick(sizes, mask, true);
        int[] keptStrides = pick(strides, mask, false);
        int[] reducedStrides = pick(strides, mask, true);
        int[] keptApart = pick(apart, mask, false);
        int[] reducedApart = pick(apart, mask, true);
        int results = count(kept);
        float[] products = new float[results];
        float[] plain = new float[2 * results + 1];
        Reduce.run(
            fold,
            List.of(product, Expr.arg(0)),
            new double[0],
            new Strided[] {
              view(a, 0, kept, keptStrides, reduced, reducedStrides),
              view(b, 1, kept, keptStrides, reduced, reducedStrides),
              view(c, 2, kept, keptApart, reduced, reducedApart)
            },
            new Strided(products, 0, kept, rowMajor(kept, 1)),
            new Strided(plain, 1, kept, rowMajor(kept, 2)));
        for (int k = 0; k < results; k++) {
          float[] values = new float[count(reduced)];
          float[] those = new float[values.length];
          for (int r = 0; r < values.length; r++) {
            int i = at(k, kept, keptStrides) + at(r, reduced, reducedStrides);
            float shift = c[2 + at(k, kept, keptApart) + at(r, reduced, reducedApart)];
            those[r] = a[i];
            values[r] = a[i] * (b[1 + i] - shift);
          }
          assertEquals(tree(fold, values), products[k], "product, mask " + mask);
          assertEquals(tree(fold, those), plain[1 + 2 * k], "plain, mask " + mask);
        }
      }
    }
  }

  @Test
  void threadsDoNotShow() {
    int before = Workers.threads();
    try {
      for (int threads : new int[] {1, 2, 3, 7}) {
        Workers.setThreads(threads);
        everyLengthFollowsTheTreeToTheBit(150_000);
        largeColumnsFollowTheTree();
      }
    } finally {
      Workers.setThreads(before);
    }
  }

  @Test
  void largeColumnsFollowTheTree() {
    for (int[] shape : new int[][] {{2000, 3}, {2000, 37}, {1500, 300}, {64, 1000}, {4, 5000}}) {
      int m = shape[0];
      int n = shape[1];
      double[] x = doubles(m * n);
      double[] y = new double[n];
      Reduce.run(
          Reducer.SUM,
          view(x, 0, new int[] {n}, new int[] {1}, new int[] {m}, new int[] {n}),
          new Strided(y, 0, new int[] {n}, new int[] {1}));
      for (int j = 0; j < n; j++) {
        double[] column = new double[m];
        for (int i = 0; i < m; i++) {
          column[i] = x[i * n + j];
        }
        assertEquals(tree(Reducer.SUM, column), y[j]);
      }
    }
  }

  @Test
  void errorGrowsWithTheLogarithm() {
    int n = 3_000_000;
    float[] x = floats(n);
    double exact = 0;
    double magnitude = 0;
    for (float v : x) {
      exact += v;
      magnitude += Math.abs(v);
    }
    float[] y = new float[1];
    Reduce.run(
        Reducer.SUM,
        view(x, 0, NONE, NONE, new int[] {n}, new int[] {1}),
        new Strided(y, 0, NONE, NONE));
    double bound = (Math.log(n) / Math.log(2) + 2) * 0x1p-24 * magnitude;
    assertTrue(Math.abs(y[0] - exact) <= bound, y[0] + " for " + exact);
  }

  @Test
  void integersAreExact() {
    int n = 4000;
    byte[] bytes = new byte[n];
    int[] ints = new int[n];
    long[] longs = new long[n];
    var random = new Random(1);
    for (int i = 0; i < n; i++) {
      bytes[i] = (byte) random.nextInt();
      ints[i] = random.nextInt();
      longs[i] = random.nextLong();
    }
    // [40, 100] -> [100]
    long[] sumsOfBytes = columns(Reducer.SUM, bytes, new long[100]);
    long[] sumsOfInts = columns(Reducer.SUM, ints, new long[100]);
    long[] products = columns(Reducer.PROD, longs, new long[100]);
    int[] minima = columns(Reducer.MIN, ints, new int[100]);
    byte[] maxima = columns(Reducer.MAX, bytes, new byte[100]);
    for (int j = 0; j < 100; j++) {
      long sumOfBytes = 0;
      long sumOfInts = 0;
      long product = 1;
      int least = Integer.MAX_VALUE;
      int most = 0;
      for (int i = 0; i < 40; i++) {
        sumOfBytes += bytes[i * 100 + j] & 0xFF;
        sumOfInts += ints[i * 100 + j];
        product *= longs[i * 100 + j];
        least = Math.min(least, ints[i * 100 + j]);
        most = Math.max(most, bytes[i * 100 + j] & 0xFF);
      }
      assertEquals(sumOfBytes, sumsOfBytes[j]);
      assertEquals(sumOfInts, sumsOfInts[j]);
      assertEquals(product, products[j]);
      assertEquals(least, minima[j]);
      assertEquals((byte) most, maxima[j]);
    }
  }

  private static <T> T columns(Reducer fold, Object x, T out) {
    Reduce.run(
        fold,
        view(x, 0, new int[] {100}, new int[] {1}, new int[] {40}, new int[] {100}),
        new Strided(out, 0, new int[] {100}, new int[] {1}));
    return out;
  }

  @Test
  void emptyReductionsGiveTheIdentity() {
    for (Reducer fold : Reducer.values()) {
      double[] y = {9, 9, 9};
      Reduce.run(
          fold,
          view(new double[0], 0, new int[] {3}, new int[] {0}, new int[] {0}, new int[] {1}),
          new Strided(y, 0, new int[] {3}, new int[] {1}));
      double expected =
          switch (fold) {
            case SUM -> 0;
            case PROD -> 1;
            case MIN -> Double.POSITIVE_INFINITY;
            case MAX -> Double.NEGATIVE_INFINITY;
          };
      assertArrayEquals(new double[] {expected, expected, expected}, y);
    }
    double[] untouched = {9};
    Reduce.run(
        Reducer.SUM,
        view(new double[0], 0, new int[] {0}, new int[] {3}, new int[] {3}, new int[] {1}),
        new Strided(untouched, 0, new int[] {0}, new int[] {1}));
    assertEquals(9, untouched[0]);
  }

  @Test
  void nanWinsAndZerosKeepTheirSign() {
    for (int n : new int[] {1, 5, 9, 17, 40, 600}) {
      float[] x = new float[n];
      java.util.Arrays.fill(x, -0f);
      assertEquals(-0f, one(Reducer.SUM, x));
      x[n - 1] = Float.NaN;
      for (Reducer fold : Reducer.values()) {
        assertTrue(Float.isNaN(one(fold, x)), fold + " " + n);
      }
    }
    assertEquals(0f, one(Reducer.MAX, new float[] {-0f, 0f, -0f}));
    assertEquals(-0f, one(Reducer.MIN, new float[] {0f, -0f, 0f}));
  }

  private static float one(Reducer fold, float[] x) {
    float[] y = new float[1];
    Reduce.run(
        fold,
        view(x, 0, NONE, NONE, new int[] {x.length}, new int[] {1}),
        new Strided(y, 0, NONE, NONE));
    return y[0];
  }

  // --- the law, written down a second time ---

  static float tree(Reducer fold, float[] x) {
    double[] d = new double[x.length];
    for (int i = 0; i < d.length; i++) {
      d[i] = x[i];
    }
    return (float) tree(fold, d, true);
  }

  static double tree(Reducer fold, double[] x) {
    return tree(fold, x, false);
  }

  private static double tree(Reducer fold, double[] x, boolean single) {
    if (x.length > 512) {
      double[] blocks = new double[(x.length + 511) / 512];
      for (int b = 0; b < blocks.length; b++) {
        blocks[b] = tree(fold, slice(x, b * 512, Math.min(512, x.length - b * 512)), single);
      }
      return tree(fold, blocks, single);
    }
    if (x.length == 1) {
      return x[0];
    }
    int h = 1;
    while (2 * h < x.length) {
      h *= 2;
    }
    double[] half = slice(x, 0, h);
    for (int i = h; i < x.length; i++) {
      double v =
          switch (fold) {
            case SUM -> x[i - h] + x[i];
            case PROD -> x[i - h] * x[i];
            case MIN -> Math.min(x[i - h], x[i]);
            case MAX -> Math.max(x[i - h], x[i]);
          };
      half[i - h] =
          single ? (float) v : v; // a double holds the exact sum or product closely enough
    }
    return tree(fold, half, single);
  }

  // --- layouts ---

  private static int[] strides(int layout, int[] sizes) {
    return switch (layout) {
      case 0 -> rowMajor(sizes, 1);
      case 1 -> {
        int[] reversed = new int[sizes.length];
        int stride = 1;
        for (int d = 0; d < sizes.length; d++) {
          reversed[d] = stride;
          stride *= sizes[d];
        }
        yield reversed;
      }
      case 2 -> rowMajor(sizes, 2);
      case 3 -> {
        int[] expanded = rowMajor(sizes, 1);
        expanded[1] = 0;
        yield expanded;
      }
      default -> {
        int[] expanded = rowMajor(sizes, 1);
        expanded[3] = 0;
        yield expanded;
      }
    };
  }

  @Test
  void largePlanesAreFoldedInGroups() {
    // [planes, 3 x 2^16] of an array with room between the planes, and single blocks of rows.
    for (int[] shape : new int[][] {{2, 3 << 16}, {5, 1 << 15}, {3, 512}, {700, 512}}) {
      int planes = shape[0];
      int n = shape[1];
      float[] x = floats(planes * (n + 16));
      float[] y = new float[1];
      int[] strides = {n + 16, 1};
      Reduce.run(
          Reducer.SUM, view(x, 0, NONE, NONE, shape, strides), new Strided(y, 0, NONE, NONE));
      float[] dense = new float[planes * n];
      for (int p = 0; p < planes; p++) {
        System.arraycopy(x, p * strides[0], dense, p * n, n);
      }
      assertEquals(tree(Reducer.SUM, dense), y[0]);
      float[] rows = new float[planes];
      int[] step = {strides[0]};
      int[] one = {1};
      Reduce.run(
          Reducer.SUM,
          List.of(Expr.arg(0).mul(Expr.arg(1))),
          new double[0],
          new Strided[] {
            Strided.matrix(x, 0, planes, n, strides[0], 1),
            Strided.matrix(x, 0, planes, n, strides[0], 1)
          },
          Strided.dense(rows, 0, planes));
      for (int p = 0; p < planes; p++) {
        float[] squares = new float[n];
        for (int i = 0; i < n; i++) {
          squares[i] = dense[p * n + i] * dense[p * n + i];
        }
        assertEquals(tree(Reducer.SUM, squares), rows[p]);
      }
    }
  }

  private static int[] rowMajor(int[] sizes, int unit) {
    int[] strides = new int[sizes.length];
    int stride = unit;
    for (int d = sizes.length - 1; d >= 0; d--) {
      strides[d] = stride;
      stride *= sizes[d];
    }
    return strides;
  }

  private static int at(int position, int[] sizes, int[] strides) {
    int at = 0;
    for (int d = sizes.length - 1; d >= 0; d--) {
      at += position % sizes[d] * strides[d];
      position /= sizes[d];
    }
    return at;
  }

  private static int[] pick(int[] of, int mask, boolean set) {
    return java.util.stream.IntStream.range(0, of.length)
        .filter(d -> (mask >> d & 1) == (set ? 1 : 0))
        .map(d -> of[d])
        .toArray();
  }

  private static int count(int[] sizes) {
    int n = 1;
    for (int size : sizes) {
      n *= size;
    }
    return n;
  }

  private static float[] slice(float[] x, int from, int n) {
    return java.util.Arrays.copyOfRange(x, from, from + n);
  }

  private static double[] slice(double[] x, int from, int n) {
    return java.util.Arrays.copyOfRange(x, from, from + n);
  }

  private static float[] floats(int n) {
    var random = new Random(n);
    float[] x = new float[n];
    for (int i = 0; i < n; i++) {
      x[i] = (float) (random.nextGaussian() * Math.exp(random.nextDouble() - 0.5));
    }
    return x;
  }

  private static double[] doubles(int n) {
    return new Random(n).doubles(n, -2, 2).toArray();
  }
}
