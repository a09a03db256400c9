package gradus.kernel.pool;

import static org.assertj.core.api.Assertions.assertThat;

import gradus.kernel.array.Strided;
import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Maxima by vectors of every width, by loops and by definition. */
class MaxPoolTest {
  private static final int[] WIDTHS = {0, 128, 256, 512};

  /** Windows {@code size} long, clipped by padding. */
  private static Span span(int n, int size, int stride, int padding, int dilation) {
    int reach = dilation * (size - 1) + 1;
    int count = (n + 2 * padding - reach) / stride + 1;
    int[] from = new int[count];
    int[] to = new int[count];
    for (int i = 0; i < count; i++) {
      int begin = i * stride - padding;
      from[i] = begin < 0 ? begin + Math.ceilDiv(-begin, dilation) * dilation : begin;
      to[i] = Math.min(n, begin + reach);
    }
    return new Span(from, to, new int[count], dilation, n);
  }

  private static Pool flat(int planes, int n, int size, int stride, int padding, int dilation) {
    Span h = span(n, size, stride, padding, dilation);
    return new Pool(planes, Span.ONE, h, span(n + 3, size, stride, padding, dilation));
  }

  private static Strided all(Object array) {
    return Strided.vector(array, 0, Array.getLength(array), 1);
  }

  private static List<Pool> pools() {
    List<Pool> pools = new ArrayList<>();
    pools.add(flat(40, 28, 2, 2, 0, 1));
    pools.add(flat(3, 14, 2, 2, 0, 1)); // lines shorter than a vector
    pools.add(flat(3, 3, 2, 1, 0, 1));
    pools.add(flat(2, 33, 3, 2, 1, 1)); // clipped on all sides
    pools.add(flat(2, 31, 3, 1, 1, 1));
    pools.add(flat(2, 31, 3, 3, 0, 1)); // no code for this distance
    pools.add(flat(2, 25, 2, 2, 1, 2));
    pools.add(new Pool(2, Span.ONE, Span.ONE, span(1000, 5, 2, 2, 1))); // one line
    pools.add(
        new Pool(2, span(6, 2, 2, 0, 1), span(9, 3, 1, 1, 1), span(20, 2, 2, 0, 1))); // volumes
    pools.add(new Pool(1, Span.ONE, irregular(), irregular()));
    return pools;
  }

  private static Span irregular() {
    return new Span(new int[] {0, 2, 5, 7}, new int[] {3, 5, 8, 10}, new int[4], 1, 10);
  }

  /** Ties, zeros of both signs, infinities and NaN. */
  private static double[] numbers(int n, boolean special) {
    double[] specials = {Double.NaN, Double.NEGATIVE_INFINITY, -0.0, 0.0, Double.POSITIVE_INFINITY};
    var random = new Random(n);
    double[] x = new double[n];
    for (int i = 0; i < n; i++) {
      int k = special ? random.nextInt(40) : specials.length;
      x[i] = k < specials.length ? specials[k] : random.nextInt(-20, 20) / 4.0;
    }
    return x;
  }

  private static float[] narrow(double... x) {
    float[] y = new float[x.length];
    for (int i = 0; i < y.length; i++) {
      y[i] = (float) x[i];
    }
    return y;
  }

  @Test
  void everyWidthFindsTheFirstLargest() {
    for (Pool pool : pools()) {
      for (boolean special : new boolean[] {false, true}) {
        double[] x = numbers(pool.planes() * pool.inputs(), special);
        int[] expected = byDefinition(pool, x);
        for (int bits : WIDTHS) {
          check(pool, bits, x, expected);
        }
      }
    }
  }

  private static void check(Pool pool, int bits, double[] x, int... expected) {
    int n = expected.length;
    int[] places = new int[n];
    double[] y = new double[n];
    pool.max(new MaximaKernels(true, bits, false), all(x), all(y), all(places));
    assertThat(places).as("%s, double, %d bits", pool, bits).isEqualTo(expected);
    float[] narrow = narrow(x);
    float[] z = new float[n];
    int[] again = new int[n];
    pool.max(new MaximaKernels(false, bits, false), all(narrow), all(z), all(again));
    assertThat(again).as("%s, float, %d bits", pool, bits).isEqualTo(expected);
    double[] largest = new double[n];
    for (int i = 0; i < n; i++) {
      largest[i] = x[i / pool.outputs() * pool.inputs() + expected[i]];
    }
    assertThat(y).as("%s, double, %d bits", pool, bits).isEqualTo(largest);
    assertThat(z).as("%s, float, %d bits", pool, bits).isEqualTo(narrow(largest));
  }

  private static int[] byDefinition(Pool pool, double... x) {
    int[] places = new int[pool.planes() * pool.outputs()];
    int at = 0;
    for (int p = 0; p < pool.planes(); p++) {
      for (int z = 0; z < pool.d().count(); z++) {
        for (int y = 0; y < pool.h().count(); y++) {
          for (int i = 0; i < pool.w().count(); i++) {
            places[at++] = largest(pool, p, z, y, i, x);
          }
        }
      }
    }
    return places;
  }

  private static int largest(Pool pool, int plane, int oz, int oy, int ox, double... x) {
    int best = -1;
    double most = 0;
    for (int z = pool.d().from()[oz]; z < pool.d().to()[oz]; z += pool.d().step()) {
      for (int y = pool.h().from()[oy]; y < pool.h().to()[oy]; y += pool.h().step()) {
        for (int i = pool.w().from()[ox]; i < pool.w().to()[ox]; i += pool.w().step()) {
          int place = (z * pool.h().size() + y) * pool.w().size() + i;
          double v = x[plane * pool.inputs() + place];
          if (best < 0 || v > most || Double.isNaN(v) && !Double.isNaN(most)) {
            best = place;
            most = v;
          }
        }
      }
    }
    return best;
  }
}
