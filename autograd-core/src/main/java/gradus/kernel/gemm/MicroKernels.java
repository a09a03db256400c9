package gradus.kernel.gemm;

import gradus.kernel.array.Strided;
import gradus.kernel.code.Vectors;
import gradus.kernel.gemm.MicroKernel.Form;
import gradus.kernel.threads.KernelCache;
import gradus.kernel.threads.TileKernels;
import java.util.Objects;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The micro-kernels of one element type and one vector width, made and warmed up as products first
 * ask for them.
 */
final class MicroKernels {
  /** The widest tile on packed panels, in vectors. */
  static final int VECTORS = 2;

  /** The widest tile of all, a single row of C. */
  static final int WIDEST = 8;

  /** Bits of the narrowest vectors. */
  private static final int NARROWEST = 128;

  /** What a call does that primes a kernel. */
  private static final int PRIMING_STRIPS = 3;

  private static final int PRIMING_STEPS = 32;

  /** Squares, or rows, that a call moves which primes a mover. */
  private static final int PRIMING_SQUARES = 36;

  private static final long FAST_NANOS = 3_000;

  private static final long FAST_SQUARES_NANOS = 8_000;

  private static final long FAST_ROWS_NANOS = 800;

  /** What moving an element without the mover costs, in multiply-adds. */
  private static final long MOVING = 4;

  private final GemmLoops element;
  private final Vectors vectors;
  private final int lanes;
  private final TileKernels<Form, MicroKernel> kernels;

  /** By lanes: for all of them, and transposing only for a half and a quarter. */
  private final KernelCache<Integer, PackKernel> movers;

  /** Used only once compiled if patient, as {@link KernelCache} says. */
  MicroKernels(GemmLoops element, int bits, boolean patient) {
    this.element = element;
    this.vectors = new Vectors(element.isDouble(), bits);
    this.lanes = vectors.lanes();
    this.kernels = new TileKernels<>(Form.values(), patient, this::prepare);
    this.movers = new KernelCache<>(patient, this::prepareMover);
  }

  int lanes() {
    return lanes;
  }

  /**
   * How wide tiles are that read B where it lies, in vectors: more where there are too few rows for
   * enough accumulators.
   */
  static int vectors(int rows) {
    return Math.max(VECTORS, WIDEST / rows);
  }

  /** The most rows of a tile that is {@code vectors} wide. */
  int rows(int vectors) {
    return vectors > VECTORS ? WIDEST / vectors : this.vectors.tileRows(vectors);
  }

  /** Whether a strip takes too few cycles for a vector of B to come from the second-level cache. */
  boolean thirsty() {
    return rows(VECTORS) < 12; // as many as with registers of 512 bits
  }

  /** The form for rows of A that are near each other: only thirsty kernels need B in panels. */
  Form form(boolean packed) {
    return packed && thirsty() ? Form.PANELS : Form.NEAR;
  }

  /**
   * Whether every strip of m rows has its kernel by now; those that are missing are asked for.
   *
   * @param work the multiply-adds that wait for them
   */
  boolean ready(int m, int vectors, Form form, long work) {
    boolean ready = true;
    int step = rows(vectors);
    int left = m < 3 * step ? m : 2 * step + m % step; // has strips of every height that m has
    while (left > 0) {
      int height = Tile.height(left, step);
      ready &= kernels.get(form, height, vectors, work) != null;
      left -= height;
    }
    return ready;
  }

  /** A kernel of which {@link #ready} has said that it is. */
  MicroKernel get(int rows, int vectors, Form form) {
    return Objects.requireNonNull(kernels.get(form, rows, vectors, 0));
  }

  /** The mover if it is fast by now, else null; so many elements wait for it. */
  @Nullable PackKernel mover(long elements) {
    return movers.get(lanes, MOVING * elements);
  }

  /** As {@link GemmLoops#copy}, but a transpose goes by whole vectors. */
  void copy(Strided from, Object to, int offset, int row) {
    if (!transpose(1, from, to, offset, 0, row)) {
      element.copy(from, to, offset, row);
    }
  }

  /**
   * Transposes matrices by whole vectors; false if there is nothing to transpose, or it is not fast
   * yet.
   *
   * @param from a matrix, or several along its first dimension
   * @param matrix from one of the results to the next
   * @param row from one of their rows to the next
   */
  boolean transpose(int matrices, Strided from, Object to, int offset, int matrix, int row) {
    boolean transposes = from.stride(-1) != 1 && from.stride(-2) == 1;
    int rows = from.size(-2), columns = from.size(-1);
    int side = transposes ? side(Math.min(rows, columns)) : 0;
    PackKernel fast = side == 0 ? null : movers.get(side, MOVING * rows * columns);
    for (int i = 0; i < matrices && fast != null; i++) {
      int source = from.offset() + i * from.stride(0);
      transpose(fast, side, from, source, to, offset + i * matrix, row);
    }
    return fast != null;
  }

  private static void transpose(
      PackKernel fast, int side, Strided from, int first, Object to, int offset, int row) {
    int rows = from.size(-2), columns = from.size(-1);
    int step = from.stride(-1);
    int last = rows - side;
    Object array = from.array();
    for (int j = 0; j < columns; j += side) {
      int column = Math.min(j, columns - side); // the last squares overlap the ones before
      int source = first + column * step;
      int target = offset + column;
      fast.transpose(rows / side, array, source, step, to, target, row);
      if (rows % side != 0) {
        fast.transpose(1, array, source + last, step, to, target + last * row, row);
      }
    }
  }

  /** The side of the largest squares of whole vectors in so many rows or columns; 0 for none. */
  private int side(int least) {
    int side = lanes;
    while (side > least) {
      side /= 2;
    }
    return side * element.bits() < NARROWEST ? 0 : side;
  }

  private @Nullable MicroKernel prepare(TileKernels.Tile<Form> strip) {
    int rows = strip.rows();
    int aStride = strip.form().aStride;
    MicroKernel kernel =
        new MicroKernelCompiler(vectors, rows, strip.vectors(), strip.form()).kernel().make();
    int width = strip.vectors() * lanes;
    int k = PRIMING_STEPS;
    Object a = vectors.newArray((PRIMING_STRIPS + 1) * rows * aStride);
    Object b = vectors.newArray((k + 1) * width);
    Object c = vectors.newArray(PRIMING_STRIPS * rows * width);
    IntConsumer call = // takes every branch both ways
        strips -> {
          kernel.run(strips, k, a, 0, b, 0, width, c, 0, width, true);
          kernel.run(strips - 1, k + 1, a, 0, b, 0, width, c, 0, width, false);
        };
    return kernels.prime(call, PRIMING_STRIPS, FAST_NANOS) ? kernel : null;
  }

  private @Nullable PackKernel prepareMover(int side) {
    var code = new Vectors(element.isDouble(), side * element.bits());
    PackKernel made = PackKernelCompiler.mover(code).make();
    int panel = VECTORS * side;
    Object from = code.newArray(PRIMING_SQUARES * side * panel);
    Object to = code.newArray(PRIMING_SQUARES * side * panel);
    int[] at = new int[PRIMING_SQUARES];
    IntConsumer transpose = n -> made.transpose(n, from, 0, panel, to, 0, panel);
    IntConsumer rows = n -> made.rows(n, from, 0, at, 0, to, 0);
    IntConsumer panels = n -> made.panels(n, VECTORS, from, 0, panel, to, side);
    IntConsumer dots = n -> made.dots(n, from, 0, panel, from, 0, to, 0);
    boolean fast =
        isFast(transpose, FAST_SQUARES_NANOS)
            && (side < lanes
                || isFast(rows, FAST_ROWS_NANOS)
                    && isFast(panels, FAST_ROWS_NANOS)
                    && isFast(dots, FAST_SQUARES_NANOS));
    return fast ? made : null;
  }

  private boolean isFast(IntConsumer moving, long nanos) {
    return movers.prime(moving, PRIMING_SQUARES, nanos);
  }
}
