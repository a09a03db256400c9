package gradus.kernel.index;

import gradus.kernel.array.Strided;
import gradus.kernel.compile.Conversion;
import java.util.Arrays;

/**
 * The elements of a row in rising or falling order (torch.sort, topk, kthvalue). NaN is above
 * everything, -0 equals 0, and equal elements keep the order of their places.
 *
 * <p>Elements become whole numbers without sign in the same order, which are sorted digit by digit
 * from the lowest; the k-th is found digit by digit from the highest. Knuth, "The Art of Computer
 * Programming", volume 3, 5.2.5.
 */
public final class Order {
  /** Rows up to this length are sorted by insertion. */
  private static final int SHORT = 48;

  private static final int DIGIT = 8;
  private static final int DIGITS = 1 << DIGIT;

  /** What a row costs, in elements of a cheap loop for each of its own. */
  private static final long COST = 16;

  private final int n;
  private final boolean falling;
  private final int bits;
  private long[] keys;
  private int[] places;
  private long[] otherKeys = {};
  private int[] otherPlaces = {};

  private Order(Object x, int n, boolean falling) {
    this.n = n;
    this.falling = falling;
    this.bits =
        switch (x) {
          case byte[] _ -> 8;
          case float[] _, int[] _ -> 32;
          default -> 64;
        };
    keys = new long[n];
    places = new int[n];
  }

  /**
   * The first elements of each row in order, as many as there is room for, and their places in the
   * row, of long. Rows run along the last dimension.
   *
   * @param sorted whether they stand in order; if not, they stand as in the row
   */
  public static void first(
      boolean falling, boolean sorted, Strided x, Strided values, Strided indices) {
    each(falling, (order, k) -> order.first(k, sorted), x, values, indices);
  }

  /**
   * The element of each row before which {@code k} others stand in rising order, and its place; as
   * in {@link #first}, with room for one.
   */
  public static void at(int k, Strided x, Strided values, Strided indices) {
    each(false, (order, one) -> order.only(k), x, values, indices);
  }

  /** Brings the places of the first elements of a row to the front. */
  private interface Choice {
    void run(Order order, int count);
  }

  private static void each(
      boolean falling, Choice choice, Strided x, Strided values, Strided indices) {
    int n = x.size(-1);
    int last = x.rank() - 1;
    Strided[] rows = Strided.merged(x.leading(last), values.leading(last), indices.leading(last));
    Parts.run(
        rows[0].count(),
        COST * n,
        (begin, end) -> {
          var order = new Order(x.array(), n, falling);
          for (int r = begin; r < end; r++) {
            Strided row = x.trailing(last).from(rows[0].at(r));
            order.read(row.array(), row.offset(), row.stride(0));
            choice.run(order, values.size(-1));
            order.write(
                row,
                values.trailing(last).from(rows[1].at(r)),
                indices.trailing(last).from(rows[2].at(r)));
          }
        });
  }

  // --- one row ---

  private void read(Object x, int at, int stride) {
    switch (x) {
      case float[] a -> {
        for (int i = 0; i < n; i++) {
          keys[i] = key(a[at + i * stride]);
        }
      }
      case double[] a -> {
        for (int i = 0; i < n; i++) {
          keys[i] = key(a[at + i * stride]);
        }
      }
      default -> Conversion.line(x, at, stride, keys, 0, 1, n);
    }
    long lowest = x instanceof int[] ? Integer.MIN_VALUE : x instanceof long[] ? Long.MIN_VALUE : 0;
    long highest = -1L >>> (Long.SIZE - bits);
    for (int i = 0; i < n; i++) {
      long key = keys[i] - lowest;
      keys[i] = falling ? highest - key : key;
      places[i] = i;
    }
  }

  private static long key(float v) {
    int b = Float.floatToRawIntBits(v + 0f); // of -0, too, the bits of 0
    return (Float.isNaN(v) ? -1 : b ^ (b >> 31 | Integer.MIN_VALUE)) & 0xffffffffL;
  }

  private static long key(double v) {
    long b = Double.doubleToRawLongBits(v + 0.0);
    return Double.isNaN(v) ? -1 : b ^ (b >> 63 | Long.MIN_VALUE);
  }

  private void write(Strided x, Strided values, Strided indices) {
    int k = values.size(0);
    long[] to = (long[]) indices.array();
    for (int j = 0; j < k; j++) {
      to[indices.offset() + j * indices.stride(0)] = places[j];
      places[j] = x.offset() + places[j] * x.stride(0);
    }
    Elements.pick(x.array(), places, k, values.array(), values.offset(), values.stride(0));
  }

  private void first(int k, boolean sorted) {
    if (k == n || n <= SHORT) {
      if (sorted || k < n) {
        sort(n);
      }
      if (!sorted) {
        Arrays.sort(places, 0, k);
      }
      return;
    }
    if (k == 0) {
      return;
    }
    int equal = narrow(k - 1) + 1; // so many that equal the last of them are among the first k
    long last = keys[places[0]];
    int count = 0;
    for (int i = 0; i < n; i++) {
      int c = Long.compareUnsigned(keys[i], last);
      if (c < 0 || c == 0 && equal-- > 0) {
        keys[count] = keys[i];
        places[count++] = i;
      }
    }
    if (sorted) {
      sort(count);
    }
  }

  private void only(int k) {
    places[0] = places[narrow(k)];
  }

  /**
   * Leaves the places of all elements that equal the one before which {@code k} others stand.
   *
   * @return how many of those others equal it
   */
  private int narrow(int k) {
    int count = n;
    int rank = k;
    int[] histogram = new int[DIGITS];
    for (int shift = bits - DIGIT; shift >= 0 && count > 1; shift -= DIGIT) {
      Arrays.fill(histogram, 0);
      for (int i = 0; i < count; i++) {
        histogram[digit(keys[places[i]], shift)]++;
      }
      int digit = 0;
      while (rank >= histogram[digit]) {
        rank -= histogram[digit++];
      }
      int left = 0;
      for (int i = 0; i < count; i++) {
        if (digit(keys[places[i]], shift) == digit) {
          places[left++] = places[i];
        }
      }
      count = left;
    }
    return rank;
  }

  private static int digit(long key, int shift) {
    return (int) (key >>> shift) & (DIGITS - 1);
  }

  /** Sorts the first {@code count} keys, and the places with them. */
  private void sort(int count) {
    if (count <= SHORT) {
      insert(count);
      return;
    }
    if (otherKeys.length < count) {
      otherKeys = new long[n];
      otherPlaces = new int[n];
    }
    int[] start = new int[DIGITS];
    for (int shift = 0; shift < bits; shift += DIGIT) {
      Arrays.fill(start, 0);
      for (int i = 0; i < count; i++) {
        start[digit(keys[i], shift)]++;
      }
      if (start[digit(keys[0], shift)] < count) {
        distribute(count, shift, start);
      }
    }
  }

  /** Moves each key behind those with lower digits, and those with the same that stand before. */
  private void distribute(int count, int shift, int[] start) {
    int sum = 0;
    for (int d = 0; d < DIGITS; d++) {
      int of = start[d];
      start[d] = sum;
      sum += of;
    }
    for (int i = 0; i < count; i++) {
      int at = start[digit(keys[i], shift)]++;
      otherKeys[at] = keys[i];
      otherPlaces[at] = places[i];
    }
    long[] sortedKeys = otherKeys;
    int[] sortedPlaces = otherPlaces;
    otherKeys = keys;
    otherPlaces = places;
    keys = sortedKeys;
    places = sortedPlaces;
  }

  private void insert(int count) {
    for (int i = 1; i < count; i++) {
      long key = keys[i];
      int place = places[i];
      int at = i;
      for (; at > 0 && Long.compareUnsigned(keys[at - 1], key) > 0; at--) {
        keys[at] = keys[at - 1];
        places[at] = places[at - 1];
      }
      keys[at] = key;
      places[at] = place;
    }
  }
}
