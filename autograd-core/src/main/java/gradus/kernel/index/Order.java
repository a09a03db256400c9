package gradus.kernel.index;

import java.util.Arrays;

/**
 * The elements of a row in rising or falling order (torch.sort, topk, kthvalue). NaN is above
 * everything, -0 equals 0, and equal elements keep the order of their places.
 *
 * <p>Elements become whole numbers without sign that are in the same order. Those are sorted digit
 * by digit from the lowest, and the k-th is found digit by digit from the highest: the time depends
 * on the length of a row alone. Knuth, "The Art of Computer Programming", volume 3, 5.2.5.
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
   * The first {@code k} elements of each row in order, and their places in the row.
   *
   * @param sorted whether they stand in order; if not, they stand as in the row
   * @param keptSizes the sizes of the dimensions that count the rows
   * @param n the length of a row
   * @param x an array of float, double, long, int or byte (0 to 255)
   * @param stride from one element of a row to the next
   * @param values an array of the same type; its strides are those of {@code indices}
   */
  public static void first(
      int k,
      boolean falling,
      boolean sorted,
      int[] keptSizes,
      int n,
      Object x,
      int xOffset,
      int[] xKeptStrides,
      int stride,
      Object values,
      long[] indices,
      int[] outKeptStrides,
      int outStride) {
    Dims rows = Dims.merged(keptSizes, xKeptStrides, outKeptStrides);
    Parts.run(
        rows.count(),
        COST * n,
        (begin, end) -> {
          var order = new Order(x, n, falling);
          for (int r = begin; r < end; r++) {
            int from = xOffset + rows.offset(0, r, rows.rank());
            int to = rows.offset(1, r, rows.rank());
            order.read(x, from, stride);
            order.first(k, sorted);
            order.write(k, x, from, stride, values, indices, to, outStride);
          }
        });
  }

  /**
   * The element of each row before which {@code k} others stand in rising order, and its place.
   *
   * @param keptSizes as for {@link #first}, and so are the others
   */
  public static void at(
      int k,
      int[] keptSizes,
      int n,
      Object x,
      int xOffset,
      int[] xKeptStrides,
      int stride,
      Object values,
      long[] indices,
      int[] outKeptStrides) {
    Dims rows = Dims.merged(keptSizes, xKeptStrides, outKeptStrides);
    Parts.run(
        rows.count(),
        COST * n,
        (begin, end) -> {
          var order = new Order(x, n, false);
          for (int r = begin; r < end; r++) {
            int from = xOffset + rows.offset(0, r, rows.rank());
            order.read(x, from, stride);
            order.only(k);
            int to = rows.offset(1, r, rows.rank());
            order.write(1, x, from, stride, values, indices, to, 1);
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
      case int[] a -> {
        for (int i = 0; i < n; i++) {
          keys[i] = a[at + i * stride] - (long) Integer.MIN_VALUE;
        }
      }
      case long[] a -> {
        for (int i = 0; i < n; i++) {
          keys[i] = a[at + i * stride] ^ Long.MIN_VALUE;
        }
      }
      case byte[] a -> {
        for (int i = 0; i < n; i++) {
          keys[i] = a[at + i * stride] & 0xff;
        }
      }
      default -> throw new AssertionError(x);
    }
    long highest = -1L >>> (Long.SIZE - bits);
    for (int i = 0; falling && i < n; i++) {
      keys[i] = highest - keys[i];
    }
    for (int i = 0; i < n; i++) {
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

  private void write(
      int k, Object x, int from, int stride, Object values, long[] indices, int to, int outStride) {
    for (int j = 0; j < k; j++) {
      indices[to + j * outStride] = places[j];
      places[j] = from + places[j] * stride;
    }
    Elements.pick(x, places, k, values, to, outStride);
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
