package gradus.kernel.index;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import gradus.kernel.threads.Workers;
import java.lang.reflect.Array;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IndexTest {
  private static final Random RANDOM = new Random(3);

  @ParameterizedTest
  @ValueSource(classes = {float.class, double.class, int.class, long.class, byte.class})
  void copiesAgreeWithALoop(Class<?> type) {
    for (int[] sizes :
        new int[][] {
          {}, {1}, {0, 3}, {7}, {5, 9}, {40, 70}, {3, 4, 5}, {2, 50, 33}, {3, 1, 2, 4}
        }) {
      int rank = sizes.length;
      int n = count(sizes);
      for (int trial = 0; trial < 12; trial++) {
        int[] from = shuffledStrides(sizes, 1 + trial % 3);
        int[] to = shuffledStrides(sizes, 1 + trial / 3 % 2);
        if (rank > 0 && trial % 4 == 3) {
          from[trial % rank] = 0;
        }
        Object x = Array.newInstance(type, 3 * n + 9);
        for (int i = 0; i < Array.getLength(x); i++) {
          set(x, i, RANDOM.nextInt(100));
        }
        Object y = Array.newInstance(type, 3 * n + 9);
        Object expected = Array.newInstance(type, 3 * n + 9);
        Copy.run(sizes, x, 2, from, y, 3, to);
        for (int i = 0; i < n; i++) {
          Array.set(expected, 3 + at(i, sizes, to), Array.get(x, 2 + at(i, sizes, from)));
        }
        assertEqual(expected, y);
      }
    }
  }

  @Test
  void largeCopiesAreCut() {
    int[] sizes = {300, 400};
    float[] x = floats(300 * 400);
    float[] y = new float[300 * 400];
    Copy.run(sizes, x, 0, new int[] {1, 300}, y, 0, new int[] {400, 1});
    for (int i = 0; i < 300 * 400; i++) {
      assertEquals(x[i / 400 + i % 400 * 300], y[i]);
    }
  }

  @Test
  void negativeStridesReverse() {
    int[] y = new int[6];
    Copy.run(
        new int[] {2, 3},
        new int[] {1, 2, 3, 4, 5, 6},
        5,
        new int[] {-3, -1},
        y,
        0,
        new int[] {3, 1});
    assertArrayEquals(new int[] {6, 5, 4, 3, 2, 1}, y);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 7})
  void gatherAndItsAdjointAgreeWithLoops(int threads) {
    int before = Workers.threads();
    Workers.setThreads(threads);
    try {
      for (int[] sizes : new int[][] {{9}, {6, 11}, {11, 6}, {4, 5, 6}, {300, 200}, {0, 3}}) {
        for (int dim = 0; dim < sizes.length; dim++) {
          for (boolean slices : new boolean[] {false, true}) {
            gather(sizes, dim, slices);
          }
        }
      }
    } finally {
      Workers.setThreads(before);
    }
  }

  private static void gather(int[] sizes, int dim, boolean slices) {
    int[] full = sizes.clone();
    full[dim] = 5; // the extent of x along dim
    int n = count(sizes);
    int[] xs = shuffledStrides(full, 1);
    int[] os = shuffledStrides(sizes, 2);
    int[] is = new int[sizes.length];
    if (slices) {
      is[dim] = 2;
    } else {
      is = shuffledStrides(sizes, 1);
    }
    long[] index = RANDOM.longs(2 * n + 20, 0, 5).toArray();
    int[] narrow = IntStream.range(0, index.length).map(i -> (int) index[i]).toArray();
    float[] x = floats(count(full) + 1);
    float[] y = new float[2 * n + 3];
    float[] z = new float[2 * n + 3];
    float[] expected = new float[2 * n + 3];
    float[] sums = floats(count(full) + 1);
    float[] expectedSums = sums.clone();
    float[] src = floats(2 * n + 3);
    for (int p = 0; p < n; p++) {
      int i = (int) index[1 + at(p, sizes, is)];
      int place = 1 + at(p, sizes, xs) - coordinate(p, sizes, dim) * xs[dim] + i * xs[dim];
      expected[2 + at(p, sizes, os)] = x[place];
      expectedSums[place] += src[2 + at(p, sizes, os)];
    }
    if (slices) {
      Gather.slices(sizes, dim, x, 1, xs, index, 1, 2, y, 2, os);
      Gather.slices(sizes, dim, x, 1, xs, narrow, 1, 2, z, 2, os);
      ScatterAdd.slices(sizes, dim, src, 2, os, index, 1, 2, sums, 1, xs);
    } else {
      Gather.run(sizes, dim, x, 1, xs, index, 1, is, y, 2, os);
      Gather.run(sizes, dim, x, 1, xs, narrow, 1, is, z, 2, os);
      ScatterAdd.run(sizes, dim, src, 2, os, narrow, 1, is, sums, 1, xs);
    }
    assertArrayEquals(expected, y);
    assertArrayEquals(expected, z);
    assertArrayEquals(expectedSums, sums); // to the bit: the loop adds in index order, too
  }

  @Test
  void everyTypeIsGatheredAndAdded() {
    int[] index = {2, 0, 2};
    int[] one = {1};
    for (Class<?> type :
        new Class<?>[] {float.class, double.class, int.class, long.class, byte.class}) {
      Object x = Array.newInstance(type, 3);
      for (int i = 0; i < 3; i++) {
        set(x, i, 10 + i);
      }
      Object y = Array.newInstance(type, 3);
      Gather.run(new int[] {3}, 0, x, 0, one, index, 0, one, y, 0, one);
      for (int j = 0; j < 3; j++) {
        assertEquals(Array.get(x, index[j]), Array.get(y, j));
      }
      if (type != byte.class) {
        ScatterAdd.run(new int[] {3}, 0, y, 0, one, index, 0, one, x, 0, one);
        assertEquals(20.0, ((Number) Array.get(x, 0)).doubleValue());
        assertEquals(11.0, ((Number) Array.get(x, 1)).doubleValue());
        assertEquals(36.0, ((Number) Array.get(x, 2)).doubleValue());
      }
    }
  }

  @Test
  void theFirstOffenderIsFound() {
    int[] sizes = {2, 3};
    long[] index = {0, 9, 4, 1, 2, -1};
    assertEquals(1, Indices.firstOutside(sizes, index, 0, new int[] {3, 1}, 5));
    assertEquals(5, Indices.firstOutside(sizes, index, 0, new int[] {3, 1}, 10));
    assertEquals(
        3, Indices.firstOutside(sizes, index, 0, new int[] {1, 2}, 5)); // [[0,4,2],[9,1,-1]]
    assertEquals(-1, Indices.firstOutside(new int[] {2}, index, 3, new int[] {1}, 3));
    assertEquals(-1, Indices.firstOutside(new int[] {0}, index, 0, new int[] {1}, 0));
    assertEquals(0, Indices.firstOutside(new int[] {}, new int[] {7}, 0, new int[] {}, 7));
  }

  @Test
  void masksSelectAndPutBack() {
    int[] sizes = {3, 4};
    byte[] mask = {1, 0, 0, 2, 0, 0, 1, 0, 1, 1, 0, -1};
    int[] rowMajor = {4, 1};
    assertEquals(6, Mask.count(sizes, mask, 0, rowMajor));
    assertArrayEquals(new int[] {0, 3, 6, 8, 9, 11}, Mask.positions(sizes, mask, 0, rowMajor));
    // x is the transposed view of a [4,3] array
    double[] x = IntStream.range(0, 12).asDoubleStream().toArray();
    double[] y = new double[7];
    Mask.select(sizes, mask, 0, rowMajor, x, 0, new int[] {1, 3}, y, 1);
    assertArrayEquals(new double[] {0, 0, 9, 7, 2, 5, 11}, y);
    double[] back = new double[12];
    Mask.put(sizes, mask, 0, rowMajor, y, 1, back, 0, new int[] {1, 3});
    assertArrayEquals(new double[] {0, 0, 2, 0, 0, 5, 0, 7, 0, 9, 0, 11}, back);
    // one row of the mask for all rows
    assertEquals(6, Mask.count(sizes, mask, 0, new int[] {0, 1}));
    assertEquals(1, Mask.count(new int[] {}, mask, 3, new int[] {}));
  }

  // --- layouts ---

  /** Strides of an array whose dimensions lie in a random order. */
  private static int[] shuffledStrides(int[] sizes, int unit) {
    int[] order = IntStream.range(0, sizes.length).toArray();
    for (int i = order.length - 1; i > 0; i--) {
      int k = RANDOM.nextInt(i + 1);
      int o = order[i];
      order[i] = order[k];
      order[k] = o;
    }
    int[] strides = new int[sizes.length];
    int stride = unit;
    for (int d : order) {
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

  private static int coordinate(int position, int[] sizes, int dim) {
    int[] unit = new int[sizes.length];
    unit[dim] = 1;
    return at(position, sizes, unit);
  }

  private static int count(int[] sizes) {
    return IntStream.of(sizes).reduce(1, (a, b) -> a * b);
  }

  private static float[] floats(int n) {
    float[] x = new float[n];
    for (int i = 0; i < n; i++) {
      x[i] = RANDOM.nextFloat();
    }
    return x;
  }

  private static void set(Object array, int i, int value) {
    switch (array) {
      case float[] x -> x[i] = value;
      case double[] x -> x[i] = value;
      case int[] x -> x[i] = value;
      case long[] x -> x[i] = value;
      default -> ((byte[]) array)[i] = (byte) value;
    }
  }

  private static void assertEqual(Object expected, Object found) {
    for (int i = 0; i < Array.getLength(expected); i++) {
      assertEquals(Array.get(expected, i), Array.get(found, i));
    }
  }
}
