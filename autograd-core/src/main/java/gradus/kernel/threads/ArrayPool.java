package gradus.kernel.threads;

import java.lang.ref.SoftReference;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Large arrays that nobody refers to any more, by type and exact length.
 *
 * <p>Fresh memory is cold: writing it costs more than an elementwise operator computes. A training
 * asks for the same lengths at every step, so what one step is done with serves the next. At most
 * an eighth of the heap is kept, and all of it is let go when memory is short.
 */
public final class ArrayPool {
  /** Shorter arrays are cheaper to allocate than to keep. */
  public static final int SHORTEST = 1 << 10;

  private static final long MOST = Runtime.getRuntime().maxMemory() / 8;

  private static final class Shelf {
    final Map<Long, ArrayDeque<Object>> arrays = new HashMap<>();
    long bytes;
  }

  private static SoftReference<Shelf> kept = new SoftReference<>(new Shelf());

  private ArrayPool() {}

  /** A float array of {@code n} elements with arbitrary contents, or null. */
  public static float @Nullable [] floats(int n) {
    return n < SHORTEST ? null : (float[]) take(2L * n, 4L * n);
  }

  /** A double array of {@code n} elements with arbitrary contents, or null. */
  public static double @Nullable [] doubles(int n) {
    return n < SHORTEST ? null : (double[]) take(2L * n + 1, 8L * n);
  }

  /** Takes an array that nobody will touch any more; one of another type is ignored. */
  public static void give(Object array) {
    if (array instanceof float[] a && a.length >= SHORTEST) {
      put(2L * a.length, 4L * a.length, a);
    } else if (array instanceof double[] a && a.length >= SHORTEST) {
      put(2L * a.length + 1, 8L * a.length, a);
    }
  }

  private static synchronized @Nullable Object take(long key, long bytes) {
    Shelf shelf = kept.get();
    ArrayDeque<Object> same = shelf == null ? null : shelf.arrays.get(key);
    Object found = same == null ? null : same.pollLast();
    if (shelf != null && found != null) {
      shelf.bytes -= bytes;
    }
    return found;
  }

  private static synchronized void put(long key, long bytes, Object array) {
    Shelf shelf = kept.get();
    if (shelf == null || shelf.bytes + bytes > MOST) {
      shelf = new Shelf();
      kept = new SoftReference<>(shelf);
    }
    shelf.arrays.computeIfAbsent(key, k -> new ArrayDeque<>()).addLast(array);
    shelf.bytes += bytes;
  }
}
