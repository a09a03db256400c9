package gradus.kernel.index;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import gradus.kernel.array.Strided;
import gradus.kernel.threads.Workers;
import java.lang.reflect.Array;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OrderTest {
  private static final double[] SPECIAL = {
    Double.NaN,
    -0.0,
    0.0,
    Double.POSITIVE_INFINITY,
    Double.NEGATIVE_INFINITY,
    Float.MIN_VALUE,
    -Float.MIN_VALUE,
    Float.MAX_VALUE,
    -Float.MAX_VALUE
  };

  private final Random random = new Random(5);

  @ParameterizedTest
  @ValueSource(classes = {float.class, double.class, int.class, long.class, byte.class})
  void rowsAreInOrder(Class<?> type) {
    for (int n : new int[] {0, 1, 2, 7, 48, 49, 300, 2000}) {
      for (int kind = 0; kind < 4; kind++) {
        int rows = n > 1000 ? 1 : 3;
        Object x = numbers(type, rows * n, kind);
        for (boolean falling : new boolean[] {false, true}) {
          Integer[][] expected = new Integer[rows][];
          for (int r = 0; r < rows; r++) {
            expected[r] = order(x, r, n, falling);
          }
          for (int k : new int[] {0, 1, 3, n / 2, n - 1, n}) {
            if (0 <= k && k <= n) {
              requireFirst(x, n, k, falling, true, expected);
              requireFirst(x, n, k, falling, false, expected);
            }
            if (0 <= k && k < n && !falling) {
              requireAt(x, n, k, expected);
            }
          }
        }
      }
    }
  }

  /** Many different numbers, few, extreme ones, or ones that differ in their low bits only. */
  private Object numbers(Class<?> type, int count, int kind) {
    Object x = Array.newInstance(type, count);
    for (int i = 0; i < count; i++) {
      switch (x) {
        case float[] a ->
            a[i] =
                switch (kind) {
                  case 0 -> (float) random.nextGaussian();
                  case 1 -> random.nextInt(-3, 4);
                  case 2 -> (float) SPECIAL[random.nextInt(SPECIAL.length)];
                  default -> Float.intBitsToFloat(Float.floatToIntBits(-1f) + random.nextInt(9));
                };
        case double[] a ->
            a[i] =
                switch (kind) {
                  case 0 -> random.nextGaussian();
                  case 1 -> random.nextInt(-3, 4);
                  case 2 -> SPECIAL[random.nextInt(SPECIAL.length)];
                  default ->
                      Double.longBitsToDouble(Double.doubleToLongBits(-1) + random.nextInt(9));
                };
        case int[] a -> a[i] = kind == 0 ? random.nextInt() : random.nextInt(-3, 4);
        case long[] a -> a[i] = kind == 0 ? random.nextLong() : random.nextInt(-3, 4);
        case byte[] a -> a[i] = (byte) (kind == 0 ? random.nextInt(256) : random.nextInt(3));
        default -> throw new AssertionError(x);
      }
    }
    return x;
  }

  /** The places of a row in order, by another algorithm. */
  private static Integer[] order(Object x, int row, int n, boolean falling) {
    Comparator<Integer> rising =
        (i, j) ->
            switch (x) {
              case float[] a -> Double.compare(a[row * n + i] + 0.0, a[row * n + j] + 0.0);
              case double[] a -> Double.compare(a[row * n + i] + 0.0, a[row * n + j] + 0.0);
              case byte[] a -> Byte.compareUnsigned(a[row * n + i], a[row * n + j]);
              default -> Long.compare(Array.getLong(x, row * n + i), Array.getLong(x, row * n + j));
            };
    Integer[] places = IntStream.range(0, n).boxed().toArray(Integer[]::new);
    Arrays.sort(places, falling ? rising.reversed() : rising);
    return places;
  }

  private static void requireFirst(
      Object x, int n, int k, boolean falling, boolean sorted, Integer[]... expected) {
    int rows = expected.length;
    Object values = Array.newInstance(x.getClass().componentType(), rows * k);
    long[] indices = new long[rows * k];
    Order.first(
        falling,
        sorted,
        Strided.dense(x, 0, rows, n),
        Strided.dense(values, 0, rows, k),
        Strided.dense(indices, 0, rows, k));
    for (int r = 0; r < rows; r++) {
      Integer[] places = Arrays.copyOf(expected[r], k);
      if (!sorted) {
        Arrays.sort(places);
      }
      for (int j = 0; j < k; j++) {
        assertEquals((long) places[j], indices[r * k + j]);
        assertEquals(Array.get(x, r * n + places[j]), Array.get(values, r * k + j));
      }
    }
  }

  private static void requireAt(Object x, int n, int k, Integer[]... expected) {
    int rows = expected.length;
    Object values = Array.newInstance(x.getClass().componentType(), rows);
    long[] indices = new long[rows];
    Order.at(
        k,
        Strided.dense(x, 0, rows, n),
        Strided.dense(values, 0, rows, 1),
        Strided.dense(indices, 0, rows, 1));
    for (int r = 0; r < rows; r++) {
      int place = expected[r][k];
      assertEquals(place, indices[r]);
      assertEquals(Array.get(x, r * n + place), Array.get(values, r));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 7})
  void columnsAreInOrderForAnyNumberOfThreads(int threads) {
    int before = Workers.threads();
    Workers.setThreads(threads);
    try {
      int n = 60;
      int columns = 700;
      double[] x = (double[]) numbers(double.class, 3 + 2 * n * columns, 1);
      double[] values = new double[n * columns];
      long[] indices = new long[n * columns];
      Order.first(
          true,
          true,
          Strided.matrix( // the rows backwards, every second column
              x, 3 + 2 * columns * (n - 1), columns, n, 2, -2 * columns),
          Strided.dense(values, 0, n, columns).transposed(),
          Strided.dense(indices, 0, n, columns).transposed());
      for (int c = 0; c < columns; c++) {
        double[] column = new double[n];
        for (int i = 0; i < n; i++) {
          column[i] = x[3 + 2 * columns * (n - 1 - i) + 2 * c];
        }
        Integer[] expected = order(column, 0, n, true);
        long[] actual = new long[n];
        for (int i = 0; i < n; i++) {
          actual[i] = indices[i * columns + c];
          assertEquals(column[expected[i]], values[i * columns + c]);
        }
        assertArrayEquals(Arrays.stream(expected).mapToLong(p -> p).toArray(), actual);
      }
    } finally {
      Workers.setThreads(before);
    }
  }
}
