package gradus.tape;

import gradus.DType;
import gradus.Storage;
import gradus.kernel.threads.ArrayPool;
import gradus.kernel.threads.SystemProperties;
import java.lang.ref.WeakReference;
import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The storage of tensors, and what the engine does with it.
 *
 * <p>It is in one of three states. It is <em>ready</em> when it has its array. The result of an
 * elementwise operator may be <em>lazy</em>: its array is made when it is first asked for, from a
 * {@link LazyElements} expression. Until then the storages that the expression reads know it as a
 * reader, and {@link #computeReaders} computes it before they change. A storage is
 * <em>released</em> when its array serves another, and refuses every look at its elements.
 */
public final class ArrayStorage extends Storage {
  private static final String GIVEN_AWAY =
      "storage: its memory was given to another tensor. A gradient that was borrowed, or seen in"
          + " a backward pass, must be copied to be kept: clone() it in time";

  /** For tests: whatever forgets to write an element shows. */
  private static final boolean FILL_EMPTY = SystemProperties.fillEmpty();

  private final @Nullable Object array; // null if lazy at first
  private volatile @Nullable Object late; // of a lazy one: LazyElements, then the array
  private @Nullable String refusal; // why it is released; null if it is not
  private final int size;
  private int version;
  private boolean exposed;
  private boolean claimed;
  private @Nullable Object owner;
  private @Nullable Readers readers;

  /** The lazy storages that will read this one. */
  private static final class Readers {
    private static final int FEW = 16;

    private final List<WeakReference<ArrayStorage>> waiting = new ArrayList<>(4);
    private int crowd = FEW;

    void add(WeakReference<ArrayStorage> reader) {
      if (waiting.size() >= crowd) {
        forgetReady();
        crowd = Math.max(FEW, 2 * waiting.size());
      }
      waiting.add(reader);
    }

    boolean isEmpty() {
      forgetReady();
      return waiting.isEmpty();
    }

    private void forgetReady() {
      waiting.removeIf(
          reader -> {
            ArrayStorage storage = reader.get();
            return storage == null || storage.deferred() == null;
          });
    }

    void compute() {
      for (var reader : waiting) {
        ArrayStorage storage = reader.get();
        if (storage != null) {
          storage.array();
        }
      }
    }
  }

  /**
   * A storage over {@code array} itself, not a copy.
   *
   * @throws IllegalArgumentException if it is not a float[], double[], int[], long[] or byte[]
   */
  public ArrayStorage(Object array) {
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
    this.exposed = true;
  }

  private ArrayStorage(@Nullable Object array, int size, @Nullable Object owner) {
    this.array = array;
    this.size = size;
    this.owner = owner;
    if (owner instanceof GradientMemory pass) {
      pass.made(this);
    }
  }

  /** A storage whose elements are zero. */
  public static ArrayStorage allocate(DType dtype, int size) {
    GradientMemory pass = pass(size);
    Object spare = pass == null ? null : spare(dtype, size);
    switch (spare) {
      case float[] a -> Arrays.fill(a, 0);
      case double[] a -> Arrays.fill(a, 0);
      case null, default -> {}
    }
    return new ArrayStorage(spare != null ? spare : fresh(dtype, size), size, pass);
  }

  /** A storage whose elements are arbitrary. */
  public static ArrayStorage empty(DType dtype, int size) {
    GradientMemory pass = pass(size);
    return new ArrayStorage(arbitrary(dtype, size, pass != null), size, pass);
  }

  /**
   * A storage for a residual, whose elements are arbitrary: from the free list, to which {@link
   * Residuals} returns it.
   */
  public static ArrayStorage residual(DType dtype, int size) {
    Residuals counted = size < ArrayPool.SHORTEST ? null : new Residuals();
    return new ArrayStorage(arbitrary(dtype, size, true), size, counted);
  }

  /** A storage without elements, which refuses to be looked at with this message. */
  static ArrayStorage refusing(String message) {
    var storage = new ArrayStorage(null, Integer.MAX_VALUE, null);
    storage.refusal = message;
    return storage;
  }

  /** The memory of the backward pass at work on this thread, if it keeps account of such a size. */
  private static @Nullable GradientMemory pass(int size) {
    return size < ArrayPool.SHORTEST ? null : Dispatcher.current().memory();
  }

  /**
   * Memory of earlier gradients, which only gradients use again. The results of a forward pass live
   * until the next, mostly: they leave the young generation of the heap cheapest by dying there.
   */
  private static @Nullable Object spare(DType dtype, int size) {
    return switch (dtype) {
      case FLOAT32 -> ArrayPool.floats(size);
      case FLOAT64 -> ArrayPool.doubles(size);
      default -> null;
    };
  }

  private static Object arbitrary(DType dtype, int size, boolean reuse) {
    Object spare = reuse ? spare(dtype, size) : null;
    Object array = spare != null ? spare : fresh(dtype, size);
    if (FILL_EMPTY) {
      fillAbsurdly(array);
    }
    return array;
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

  /** A storage whose elements are computed when they are looked at. */
  public static ArrayStorage lazy(LazyElements elements) {
    int size = elements.size();
    var storage = new ArrayStorage(null, size, pass(size));
    storage.late = elements;
    elements.announce(storage);
    return storage;
  }

  // --- the elements ---

  @Override
  public Object array() {
    if (refusal != null) {
      throw new IllegalStateException(refusal);
    }
    return array != null ? array : lateArray();
  }

  private Object lateArray() {
    if (late instanceof LazyElements lazy) {
      complete(lazy.compute());
    }
    return Objects.requireNonNull(late);
  }

  @Override
  public int size() {
    return size;
  }

  @Override
  protected Object outside() {
    exposed = true;
    computeReaders();
    return array();
  }

  /**
   * Whether code that does not keep to {@link #computeReaders} may write to the array at any time:
   * it was given to the constructor, or asked for by type.
   */
  public boolean isExposed() {
    return exposed;
  }

  // --- memory ---

  /**
   * Who counts the references to it: the {@link GradientMemory} of the backward pass in which it
   * was made, or {@link Residuals}; null if the garbage collector alone does.
   */
  public @Nullable Object owner() {
    return owner;
  }

  /** Lets the array, unless exposed, serve another storage; access through this one is refused. */
  public void release() {
    Object now = array != null ? array : late;
    if (!exposed && refusal == null && now != null && !(now instanceof LazyElements)) {
      refusal = GIVEN_AWAY;
      ArrayPool.give(now);
    }
  }

  /** The array, which from now on belongs to the caller: it is not reused through this storage. */
  public Object takeArray() {
    owner = null;
    exposed = true;
    return array();
  }

  /**
   * Notes that a leaf gets it as its gradient, or that a backward pass was given it.
   *
   * @return whether it is the first to have it
   */
  public boolean claim() {
    boolean first = !claimed;
    claimed = true;
    return first;
  }

  // --- lazy elements ---

  /** How the elements are computed; null once they are there. */
  public @Nullable LazyElements deferred() {
    return array == null && late instanceof LazyElements lazy ? lazy : null;
  }

  /** Gives a lazy storage its elements; if another thread was faster, its elements stay. */
  public synchronized void complete(Object elements) {
    if (late instanceof LazyElements) {
      late = elements;
    }
  }

  /** Notes that a lazy storage will read this one. */
  public synchronized void addReader(WeakReference<ArrayStorage> reader) {
    if (readers == null) {
      readers = new Readers();
    }
    readers.add(reader);
  }

  /** Whether a lazy storage has yet to read this one. */
  public synchronized boolean hasPendingReaders() {
    return readers != null && !readers.isEmpty();
  }

  /** Computes what has yet to read this storage: to be called before its elements change. */
  public void computeReaders() {
    if (readers == null) {
      return;
    }
    Readers waiting;
    synchronized (this) {
      waiting = readers;
      readers = null;
    }
    if (waiting != null) {
      waiting.compute();
    }
  }

  @Override
  public int version() {
    return version;
  }

  @Override
  public void changed() {
    version++;
  }

  /** Takes the place of {@code other}, which is a change of it. */
  public void follow(ArrayStorage other) {
    version = other.version + 1;
  }

  /** An element. */
  public double get(int i) {
    return switch (array()) {
      case float[] a -> a[i];
      case double[] a -> a[i];
      case int[] a -> a[i];
      case long[] a -> a[i];
      case byte[] a -> a[i] & 0xff;
      default -> throw new AssertionError();
    };
  }

  /** An element, exact for every int64. */
  public long getLong(int i) {
    return switch (array()) {
      case float[] a -> (long) a[i];
      case double[] a -> (long) a[i];
      case int[] a -> a[i];
      case long[] a -> a[i];
      case byte[] a -> a[i] & 0xff;
      default -> throw new AssertionError();
    };
  }

  /** Replaces an element. */
  public void set(int i, double value) {
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
