package gradus.kernel.index;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import gradus.kernel.array.Strided;
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
        Copy.run(new Strided(x, 2, sizes, from), new Strided(y, 3, sizes, to));
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
    Copy.run(new Strided(x, 0, sizes, new int[] {1, 300}), Strided.dense(y, 0, sizes));
    for (int i = 0; i < 300 * 400; i++) {
      assertEquals(x[i / 400 + i % 400 * 300], y[i]);
    }
  }

  @Test
  void negativeStridesReverse() {
    int[] y = new int[6];
    Copy.run(
        Strided.matrix(new int[] {1, 2, 3, 4, 5, 6}, 5, 2, 3, -3, -1), Strided.dense(y, 0, 2, 3));
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
    Strided from = new Strided(x, 1, full, xs);
    Strided wide = slices ? along(dim, index, sizes) : new Strided(index, 1, sizes, is);
    Strided ints = slices ? along(dim, narrow, sizes) : new Strided(narrow, 1, sizes, is);
    Gather.run(dim, from, wide, new Strided(y, 2, sizes, os));
    Gather.run(dim, from, ints, new Strided(z, 2, sizes, os));
    ScatterAdd.run(
        dim, new Strided(src, 2, sizes, os), slices ? wide : ints, new Strided(sums, 1, full, xs));
    assertArrayEquals(expected, y);
    assertArrayEquals(expected, z);
    assertArrayEquals(expectedSums, sums); // to the bit: the loop adds in index order, too
  }

  /** Every second index, for whole slices. */
  private static Strided along(int dim, Object index, int[] sizes) {
    return Indices.along(dim, Strided.vector(index, 1, sizes[dim], 2), sizes);
  }

  @Test
  void everyTypeIsGatheredAndAdded() {
    int[] index = {2, 0, 2};
    for (Class<?> type :
        new Class<?>[] {float.class, double.class, int.class, long.class, byte.class}) {
      Object x = Array.newInstance(type, 3);
      for (int i = 0; i < 3; i++) {
        set(x, i, 10 + i);
      }
      Object y = Array.newInstance(type, 3);
      Gather.run(0, vector(x), vector(index), vector(y));
      for (int j = 0; j < 3; j++) {
        assertEquals(Array.get(x, index[j]), Array.get(y, j));
      }
      if (type != byte.class) {
        ScatterAdd.run(0, vector(y), vector(index), vector(x));
        assertEquals(20.0, ((Number) Array.get(x, 0)).doubleValue());
        assertEquals(11.0, ((Number) Array.get(x, 1)).doubleValue());
        assertEquals(36.0, ((Number) Array.get(x, 2)).doubleValue());
      }
    }
  }

  private static Strided vector(Object array) {
    return Strided.vector(array, 0, 3, 1);
  }

  @Test
  void theFirstOffenderIsFound() {
    long[] index = {0, 9, 4, 1, 2, -1};
    Strided rows = Strided.dense(index, 0, 2, 3);
    assertEquals(1, Indices.firstOutside(rows, 5));
    assertEquals(5, Indices.firstOutside(rows, 10));
    Strided columns = Strided.matrix(index, 0, 2, 3, 1, 2); // [[0,4,2],[9,1,-1]]
    assertEquals(3, Indices.firstOutside(columns, 5));
    assertEquals(-1, Indices.firstOutside(Strided.vector(index, 3, 2, 1), 3));
    assertEquals(-1, Indices.firstOutside(Strided.vector(index, 0, 0, 1), 0));
    assertEquals(0, Indices.firstOutside(Strided.dense(new int[] {7}, 0), 7));
  }

  @Test
  void masksSelectAndPutBack() {
    byte[] bytes = {1, 0, 0, 2, 0, 0, 1, 0, 1, 1, 0, -1};
    Strided mask = Strided.dense(bytes, 0, 3, 4);
    assertEquals(6, Mask.count(mask));
    assertArrayEquals(new int[] {0, 3, 6, 8, 9, 11}, Mask.positions(mask));
    // x is the transposed view of a [4,3] array
    double[] x = IntStream.range(0, 12).asDoubleStream().toArray();
    double[] y = new double[7];
    Strided selected = Strided.vector(y, 1, 6, 1);
    Mask.select(mask, Strided.matrix(x, 0, 3, 4, 1, 3), selected);
    assertArrayEquals(new double[] {0, 0, 9, 7, 2, 5, 11}, y);
    double[] back = new double[12];
    Mask.put(mask, selected, Strided.matrix(back, 0, 3, 4, 1, 3));
    assertArrayEquals(new double[] {0, 0, 2, 0, 0, 5, 0, 7, 0, 9, 0, 11}, back);
    // one row of the mask for all rows
    assertEquals(6, Mask.count(Strided.matrix(bytes, 0, 3, 4, 0, 1)));
    assertEquals(1, Mask.count(Strided.dense(bytes, 3)));
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
