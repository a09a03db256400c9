package gradus;

import gradus.kernel.threads.Spares;
import gradus.kernel.threads.SystemProperties;
import gradus.op.Deferred;
import gradus.tape.Dispatcher;
import gradus.tape.GradientMemory;
import gradus.tape.Residuals;
import java.lang.ref.WeakReference;
import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A Java array of elements that tensors look at, with a version that counts its changes.
 *
 * <p>The backward pass compares versions: a value that was saved and then changed in place would
 * give wrong gradients, and is refused instead.
 *
 * <p>The result of an elementwise operator may be {@link Deferred}: its array is made when it is
 * first asked for. Until then the storages that it reads know it as a reader, and {@link #settle}
 * computes it before they change.
 */
public final class Storage {
  private static final int FEW = 16;

  private static final String GIVEN_AWAY =
      "storage: its memory serves another tensor by now. A gradient that was borrowed, or seen in a"
          + " backward pass, must be copied to be kept: copy() it in time";

  /** For tests: whatever forgets to write an element shows. */
  private static final boolean FILL_EMPTY = SystemProperties.fillEmpty();

  private final @Nullable Object array; // null: deferred at first
  private final int size;
  private volatile @Nullable Object computed;
  private volatile @Nullable Deferred deferred;
  private boolean knownOutside;
  private @Nullable String refusal; // why nobody may look at the elements; null: everybody may
  private boolean delivered;
  private @Nullable Object maker;
  private int version;
  private @Nullable List<WeakReference<Storage>> readers;
  private int crowd = FEW;

  /**
   * A storage over {@code array} itself, not a copy: changes of the one are changes of the other.
   *
   * @throws IllegalArgumentException if it is not a float[], double[], int[], long[] or byte[]
   */
  public Storage(Object array) {
    if (!(array instanceof float[]
        || array instanceof double[]
        || array instanceof int[]
        || array instanceof long[]
        || array instanceof byte[])) {
      throw new IllegalArgumentException(
          "storage: needs a float[], double[], int[], long[] or byte[], got "
              + array.getClass().getSimpleName());
    }
    this.array = array;
    this.size = Array.getLength(array);
    this.knownOutside = true;
  }

  private Storage(Deferred deferred) {
    this.array = null;
    this.size = deferred.shape().size();
    this.deferred = deferred;
    GradientMemory pass = pass(size);
    this.maker = pass;
    if (pass != null) {
      pass.made(this);
    }
  }

  private Storage(Object array, int size, @Nullable Object maker) {
    this.array = array;
    this.size = size;
    this.maker = maker;
    if (maker instanceof GradientMemory pass) {
      pass.made(this);
    }
  }

  /** A storage whose elements are zero. */
  static Storage allocate(DType dtype, int size) {
    GradientMemory pass = pass(size);
    Object spare = pass == null ? null : spare(dtype, size);
    switch (spare) {
      case float[] a -> Arrays.fill(a, 0);
      case double[] a -> Arrays.fill(a, 0);
      case null, default -> {}
    }
    return new Storage(spare != null ? spare : fresh(dtype, size), size, pass);
  }

  /** A storage whose elements are arbitrary. */
  static Storage empty(DType dtype, int size) {
    GradientMemory pass = pass(size);
    Object spare = pass == null ? null : spare(dtype, size);
    Object array = spare != null ? spare : fresh(dtype, size);
    if (FILL_EMPTY) {
      fillAbsurdly(array);
    }
    return new Storage(array, size, pass);
  }

  /**
   * A storage for a residual, whose elements are arbitrary: from the free list, to which {@link
   * Residuals} returns it.
   */
  static Storage residual(DType dtype, int size) {
    Object spare = spare(dtype, size);
    Object array = spare != null ? spare : fresh(dtype, size);
    if (FILL_EMPTY) {
      fillAbsurdly(array);
    }
    return new Storage(array, size, size < Spares.SHORTEST ? null : new Residuals());
  }

  /** A storage without elements, which refuses to be looked at with this message. */
  public static Storage refusing(String message) {
    var storage = new Storage(new byte[0], Integer.MAX_VALUE, null);
    storage.refusal = message;
    return storage;
  }

  /** The memory of the backward pass at work on this thread, if it keeps account of such a size. */
  private static @Nullable GradientMemory pass(int size) {
    return size < Spares.SHORTEST ? null : Dispatcher.current().memory();
  }

  /**
   * Memory of earlier gradients, which only gradients use again. The results of a forward pass live
   * until the next, mostly: they leave the young generation of the heap cheapest by dying there.
   */
  private static @Nullable Object spare(DType dtype, int size) {
    return switch (dtype) {
      case FLOAT32 -> Spares.floats(size);
      case FLOAT64 -> Spares.doubles(size);
      default -> null;
    };
  }

  private static Object fresh(DType dtype, int size) {
    return switch (dtype) {
      case FLOAT32 -> new float[size];
      case FLOAT64 -> new double[size];
      case INT64 -> new long[size];
      case INT32 -> new int[size];
      case BOOL, UINT8 -> new byte[size];
    };
  }

  private static void fillAbsurdly(Object array) {
    switch (array) {
      case float[] a -> Arrays.fill(a, Float.NaN);
      case double[] a -> Arrays.fill(a, Double.NaN);
      case int[] a -> Arrays.fill(a, Integer.MAX_VALUE);
      case long[] a -> Arrays.fill(a, Long.MAX_VALUE);
      case byte[] a -> Arrays.fill(a, (byte) -1);
      default -> throw new AssertionError(array);
    }
  }

  static Storage deferred(Deferred deferred) {
    var storage = new Storage(deferred);
    deferred.announce(storage);
    return storage;
  }

  // --- the elements ---

  /**
   * The array, for kernels: they read it at once, and whoever writes to it calls {@link #settle}
   * before and {@link #changed} after.
   */
  public Object array() {
    if (refusal != null) {
      throw new IllegalStateException(refusal);
    }
    return array != null ? array : computed();
  }

  /** The number of elements. */
  public int size() {
    return size;
  }

  /** The elements, to be read and written from now on by whoever asks. */
  public float[] floats() {
    return (float[]) outside();
  }

  /** As {@link #floats}. */
  public double[] doubles() {
    return (double[]) outside();
  }

  /** As {@link #floats}. */
  public int[] ints() {
    return (int[]) outside();
  }

  /** As {@link #floats}. */
  public long[] longs() {
    return (long[]) outside();
  }

  /** As {@link #floats}. */
  public byte[] bytes() {
    return (byte[]) outside();
  }

  private Object outside() {
    knownOutside = true;
    settle();
    return array();
  }

  /**
   * Whether code that does not keep to {@link #settle} may write to the array at any time: it was
   * given to the constructor, or asked for by type.
   */
  public boolean isKnownOutside() {
    return knownOutside;
  }

  // --- memory ---

  /**
   * Who counts the references to it: the {@link GradientMemory} of the backward pass in which it
   * was made, or {@link Residuals}; null if the garbage collector alone does.
   */
  public @Nullable Object maker() {
    return maker;
  }

  /**
   * Lets the array serve another storage. Whoever looks at this one again is refused; if its array
   * is known outside, nothing happens.
   */
  public void reuse() {
    Object elements = array != null ? array : computed;
    if (elements != null && !knownOutside) {
      refusal = GIVEN_AWAY;
      Spares.give(elements);
    }
  }

  /** The array, which from now on belongs to the caller: it is not reused through this storage. */
  public Object surrender() {
    maker = null;
    knownOutside = true;
    return array();
  }

  /**
   * Notes that a leaf gets it as its gradient, or that a backward pass was given it.
   *
   * @return whether it is the first to have it
   */
  public boolean deliver() {
    boolean first = !delivered;
    delivered = true;
    return first;
  }

  // --- deferred elements ---

  /** How the elements are computed; null once they are there. */
  public @Nullable Deferred deferred() {
    return array != null || computed != null ? null : deferred;
  }

  private Object computed() {
    Deferred how = deferred;
    if (computed == null && how != null) {
      supply(how.compute());
    }
    return Objects.requireNonNull(computed);
  }

  /** Gives a deferred storage its elements; if it has some by now, those stay. */
  public synchronized void supply(Object elements) {
    if (computed == null) {
      computed = elements;
      deferred = null;
    }
  }

  /** Notes that a deferred storage will read this one. */
  public synchronized void readLater(WeakReference<Storage> reader) {
    if (readers == null) {
      readers = new ArrayList<>(4);
    } else if (readers.size() >= crowd) {
      readers.removeIf(r -> !isWaiting(r.get()));
      crowd = Math.max(FEW, 2 * readers.size());
    }
    readers.add(reader);
  }

  private static boolean isWaiting(@Nullable Storage reader) {
    return reader != null && reader.deferred() != null;
  }

  /** Whether a deferred storage has yet to read this one. */
  public synchronized boolean isAwaited() {
    if (readers == null) {
      return false;
    }
    readers.removeIf(r -> !isWaiting(r.get()));
    return !readers.isEmpty();
  }

  /** Computes what has yet to read this storage: to be called before its elements change. */
  public void settle() {
    if (readers == null) {
      return;
    }
    List<WeakReference<Storage>> waiting;
    synchronized (this) {
      waiting = List.copyOf(readers);
      readers = null;
    }
    for (var reader : waiting) {
      Storage storage = reader.get();
      if (storage != null) {
        storage.array();
      }
    }
  }

  /** How often the elements were changed in place. */
  public int version() {
    return version;
  }

  /** Notes a change in place; whoever writes to the array calls it. */
  public void changed() {
    version++;
  }

  /** Takes the place of {@code other}, which is a change of it. */
  void follow(Storage other) {
    version = other.version + 1;
  }

  double get(int i) {
    return switch (array()) {
      case float[] a -> a[i];
      case double[] a -> a[i];
      case int[] a -> a[i];
      case long[] a -> a[i];
      case byte[] a -> a[i] & 0xff;
      default -> throw new AssertionError();
    };
  }

  long getLong(int i) {
    return switch (array()) {
      case float[] a -> (long) a[i];
      case double[] a -> (long) a[i];
      case int[] a -> a[i];
      case long[] a -> a[i];
      case byte[] a -> a[i] & 0xff;
      default -> throw new AssertionError();
    };
  }

  void set(int i, double value) {
    switch (array()) {
      case float[] a -> a[i] = (float) value;
      case double[] a -> a[i] = value;
      case int[] a -> a[i] = (int) value;
      case long[] a -> a[i] = (long) value;
      case byte[] a -> a[i] = (byte) (int) value;
      default -> throw new AssertionError();
    }
  }
}
