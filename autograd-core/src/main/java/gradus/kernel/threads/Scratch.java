package gradus.kernel.threads;

import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Work arrays on loan: {@code float[] s = Scratch.floats(n); try { ... } finally {
 * Scratch.release(s); }}.
 *
 * <p>A loan belongs to whoever took it, so nested kernels, the worker threads and any number of
 * virtual threads can use scratch without knowing of each other. Arrays come with at least the
 * length asked for (a power of two) and with arbitrary contents. What is given back waits in a slot
 * picked by thread, type and size; a full slot drops the array, which bounds the memory kept. An
 * array not given back, after an exception say, is merely garbage.
 */
public final class Scratch {
  private static final int SIZES = 19; // 2^6 .. 2^24 elements; longer arrays are not kept
  private static final int SMALLEST = 6;
  private static final int STRIPES =
      Integer.highestOneBit(2 * Runtime.getRuntime().availableProcessors() - 1) * 2;
  private static final int DEPTH = 2; // loans of one size that one thread holds at a time, usually

  private static final int FLOATS = 0;
  private static final int DOUBLES = 1;
  private static final int LONGS = 2;

  private static final AtomicReferenceArray<@Nullable Object> SLOTS =
      new AtomicReferenceArray<>((LONGS + 1) * STRIPES * SIZES * DEPTH);

  private Scratch() {}

  /** A float array of at least {@code n} elements, contents arbitrary. */
  public static float[] floats(int n) {
    Object found = take(FLOATS, n);
    return found != null ? (float[]) found : new float[length(n)];
  }

  /** As many elements of the type of those in {@code array}: float, double or long. */
  public static Object like(Object array, int n) {
    if (array instanceof float[]) {
      return floats(n);
    }
    boolean isDouble = array instanceof double[];
    Object found = take(isDouble ? DOUBLES : LONGS, n);
    return found != null ? found : isDouble ? new double[length(n)] : new long[length(n)];
  }

  /** Gives an array back; the caller must not touch it any more. */
  public static void release(Object array) {
    switch (array) {
      case float[] x -> give(FLOATS, x, x.length);
      case double[] x -> give(DOUBLES, x, x.length);
      case long[] x -> give(LONGS, x, x.length);
      default -> throw new AssertionError(array);
    }
  }

  /** The exponent class: the least s with 2^(s + SMALLEST) >= n. */
  private static int size(int n) {
    return Math.max(0, 32 - SMALLEST - Integer.numberOfLeadingZeros(Math.max(n, 1) - 1));
  }

  private static int length(int n) {
    int size = size(n);
    return size < SIZES ? 1 << (size + SMALLEST) : n;
  }

  private static @Nullable Object take(int type, int n) {
    int size = size(n);
    if (size < SIZES) {
      int slot = slot(type, size);
      for (int i = slot; i < slot + DEPTH; i++) {
        if (SLOTS.getPlain(i) != null) {
          Object found = SLOTS.getAndSet(i, null);
          if (found != null) {
            return found;
          }
        }
      }
    }
    return null;
  }

  private static void give(int type, Object array, int length) {
    int size = size(length);
    if (size < SIZES && length == 1 << (size + SMALLEST)) {
      int slot = slot(type, size);
      for (int i = slot; i < slot + DEPTH; i++) {
        if (SLOTS.getPlain(i) == null && SLOTS.compareAndSet(i, null, array)) {
          return;
        }
      }
    }
  }

  private static int slot(int type, int size) {
    int stripe = (int) Thread.currentThread().threadId() & (STRIPES - 1);
    return ((type * STRIPES + stripe) * SIZES + size) * DEPTH;
  }
}
