package gradus.kernel.conv;

import gradus.kernel.code.VectorForm;
import gradus.kernel.code.Vectors;
import gradus.kernel.conv.TapKernel.Form;
import gradus.kernel.threads.TileKernels;
import java.util.Objects;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The {@link TapKernel}s of one element type and one vector width, made and warmed up as products
 * first ask for them.
 */
final class TapKernels {
  /** The widest tile, in vectors. */
  static final int VECTORS = 2;

  /** Vectors of the tile with a single row: enough chains to keep the multipliers busy. */
  static final int LONG = 8;

  private static final long FAST_NANOS = 4_000;

  /** Steps of a priming call: the compiler judges the loop by their number. */
  private static final int PRIMING = 64;

  private static final @Nullable TapKernels FLOAT = platform(false);
  private static final @Nullable TapKernels DOUBLE = platform(true);

  private final Vectors vectors;
  private final TileKernels<Form, TapKernel> kernels;

  /** Used only once compiled if patient, as {@link gradus.kernel.threads.KernelCache} says. */
  TapKernels(boolean isDouble, int bits, boolean patient) {
    this.vectors = new Vectors(isDouble, bits);
    this.kernels = new TileKernels<>(Form.values(), patient, this::prepare);
  }

  private static @Nullable TapKernels platform(boolean isDouble) {
    int bits = VectorForm.PLATFORM.bits();
    return bits == 0 ? null : new TapKernels(isDouble, bits, true);
  }

  /** Those of the platform for such arrays, null if it has no vectors. */
  static @Nullable TapKernels of(Object array) {
    return array instanceof float[] ? FLOAT : DOUBLE;
  }

  int lanes() {
    return vectors.lanes();
  }

  /** Columns of the widest tile. */
  int width() {
    return VECTORS * lanes();
  }

  /** Vectors of the tile that holds the last {@code columns}, or as many as fit. */
  int vectors(int columns) {
    return columns > lanes() ? VECTORS : 1;
  }

  /** So many columns in whole vectors. */
  int filled(int columns) {
    return Math.ceilDiv(columns, lanes()) * lanes();
  }

  /** Into how many tiles so many rows are cut, as evenly as can be. */
  int tiles(int rows, int vectors) {
    return Math.ceilDiv(rows, this.vectors.tileRows(vectors));
  }

  /**
   * Whether products with so many rows and columns can run; if not yet, they will soon.
   *
   * @param work the multiply-adds that wait for it
   */
  boolean ready(Form form, int rows, int columns, long work) {
    if (rows == 0) {
      return true;
    }
    boolean wide = columns < width() || readyFor(form, rows, VECTORS, work);
    int rest = columns % width();
    return (rest == 0 || readyFor(form, rows, vectors(rest), work)) && wide;
  }

  /** Whether there is a kernel of one long row by now, for which so many multiply-adds wait. */
  boolean readyForOne(long work) {
    return kernels.get(Form.CHANNELS, 1, LONG, work) != null;
  }

  private boolean readyFor(Form form, int rows, int vectors, long work) {
    int tiles = tiles(rows, vectors);
    boolean even = kernels.get(form, rows / tiles, vectors, work) != null;
    return (rows % tiles == 0 || kernels.get(form, rows / tiles + 1, vectors, work) != null)
        && even;
  }

  /** A kernel of which {@link #ready} has said that it is. */
  TapKernel get(Form form, int rows, int vectors) {
    return Objects.requireNonNull(kernels.get(form, rows, vectors, 0));
  }

  private @Nullable TapKernel prepare(TileKernels.Tile<Form> tap) {
    int rows = tap.rows();
    TapKernel kernel =
        new TapKernelCompiler(vectors, tap.form(), rows, tap.vectors()).kernel().make();
    int k = PRIMING;
    int width = tap.vectors() * lanes();
    int[] bases = new int[rows];
    int[] at = new int[k];
    Object x = vectors.newArray((rows + 1) * TapKernel.STRIDE);
    Object b = vectors.newArray(k * width);
    Object c = vectors.newArray(rows * width);
    IntConsumer steps = n -> kernel.run(x, bases, at, b, c, c, n, 0, 0, 0, 0, width, 0, width);
    return kernels.prime(steps, k, FAST_NANOS) ? kernel : null;
  }
}
