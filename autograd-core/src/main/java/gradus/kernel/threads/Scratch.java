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
 * picked by thread and size; a full slot drops the array, which bounds the memory kept. An array
 * not given back, after an exception say, is merely garbage.
 */
public final class Scratch {
  private static final int SIZES = 19; // 2^6 .. 2^24 elements; longer arrays are not kept
  private static final int SMALLEST = 6;
  private static final int STRIPES =
      Integer.highestOneBit(2 * Runtime.getRuntime().availableProcessors() - 1) * 2;
  private static final int DEPTH = 2; // loans of one size that one thread holds at a time, usually

  private static final AtomicReferenceArray<float[]> FLOATS =
      new AtomicReferenceArray<>(SIZES * STRIPES * DEPTH);
  private static final AtomicReferenceArray<double[]> DOUBLES =
      new AtomicReferenceArray<>(SIZES * STRIPES * DEPTH);

  private Scratch() {}

  /** A float array of at least {@code n} elements, contents arbitrary. */
  public static float[] floats(int n) {
    int size = size(n);
    float[] found = take(FLOATS, size);
    return found != null ? found : new float[length(size, n)];
  }

  /** A double array of at least {@code n} elements, contents arbitrary. */
  public static double[] doubles(int n) {
    int size = size(n);
    double[] found = take(DOUBLES, size);
    return found != null ? found : new double[length(size, n)];
  }

  /** Gives an array back; the caller must not touch it any more. */
  public static void release(float[] array) {
    give(FLOATS, array, array.length);
  }

  /** Gives an array back; the caller must not touch it any more. */
  public static void release(double[] array) {
    give(DOUBLES, array, array.length);
  }

  /** The exponent class: the least s with 2^(s + SMALLEST) >= n. */
  private static int size(int n) {
    return Math.max(0, 32 - SMALLEST - Integer.numberOfLeadingZeros(Math.max(n, 1) - 1));
  }

  private static int length(int size, int n) {
    return size < SIZES ? 1 << (size + SMALLEST) : n;
  }

  private static <T> @Nullable T take(AtomicReferenceArray<T> slots, int size) {
    if (size < SIZES) {
      int slot = slot(size);
      for (int i = slot; i < slot + DEPTH; i++) {
        if (slots.getPlain(i) != null) {
          T found = slots.getAndSet(i, null);
          if (found != null) {
            return found;
          }
        }
      }
    }
    return null;
  }

  private static <T> void give(AtomicReferenceArray<T> slots, T array, int length) {
    int size = size(length);
    if (size < SIZES && length == 1 << (size + SMALLEST)) {
      int slot = slot(size);
      for (int i = slot; i < slot + DEPTH; i++) {
        if (slots.getPlain(i) == null && slots.compareAndSet(i, null, array)) {
          return;
        }
      }
    }
  }

  private static int slot(int size) {
    int stripe = (int) Thread.currentThread().threadId() & (STRIPES - 1);
    return (stripe * SIZES + size) * DEPTH;
  }
}
