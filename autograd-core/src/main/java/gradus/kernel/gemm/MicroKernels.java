package gradus.kernel.gemm;

import gradus.kernel.threads.Warmup;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * The micro-kernels of one element type and one vector width, made and warmed up as products first
 * ask for them.
 *
 * <p>The largest tile is the one whose accumulators, vectors of B and one broadcast just fit the
 * registers: 12 x 2 vectors with 32 registers of 512 bits, 6 x 2 with 16 registers. A tile one
 * vector wide takes more rows, because a fused multiply-add takes 4 cycles, two or more start in
 * each, and only independent accumulators fill them.
 */
final class MicroKernels {
  /** The widest tile on packed panels, in vectors. */
  static final int VECTORS = 2;

  /** The widest tile of all, a single row of C. */
  static final int WIDEST = 8;

  private static final int MOST_ROWS = 12;
  private static final long FAST_NANOS = 400;

  private final boolean patient;
  private final Element element;
  private final int bits;
  private final int lanes;
  private final boolean manyRegisters;
  private final AtomicReferenceArray<@Nullable MicroKernel> ready =
      new AtomicReferenceArray<>(2 * WIDEST * MOST_ROWS);
  private final AtomicIntegerArray asked = new AtomicIntegerArray(2 * WIDEST * MOST_ROWS);
  private volatile boolean usable = true;
  private volatile @Nullable Mover mover;
  private final AtomicBoolean moverAsked = new AtomicBoolean();

  /**
   * @param patient whether kernels are used only once compiled; if not, they are made and used at
   *     once
   */
  MicroKernels(Element element, int bits, boolean patient) {
    this.patient = patient;
    this.element = element;
    this.bits = bits;
    this.lanes = bits / element.bits();
    this.manyRegisters = bits == 512 || System.getProperty("os.arch", "").equals("aarch64");
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
    if (vectors > VECTORS) {
      return WIDEST / vectors;
    }
    if (bits == 512) {
      return MOST_ROWS;
    }
    return manyRegisters || vectors == 1 ? 8 : 6;
  }

  /**
   * Whether a strip takes too few cycles for a vector of B to come from the second-level cache.
   */
  boolean thirsty() {
    return rows(VECTORS) < MOST_ROWS;
  }

  /** The kernel if it is fast by now, else null; the first to ask sets its preparation going. */
  @Nullable MicroKernel find(int rows, int vectors, boolean packed) {
    int slot = slot(rows, vectors, packed);
    MicroKernel kernel = ready.getPlain(slot);
    if (kernel == null && usable && asked.get(slot) == 0 && asked.compareAndSet(slot, 0, 1)) {
      if (patient) {
        Warmup.later(() -> prepare(rows, vectors, packed));
      } else {
        prepare(rows, vectors, packed);
        return ready.get(slot);
      }
    }
    return kernel;
  }

  /** Whether every strip of m rows has its kernel by now; those that are missing are asked for. */
  boolean ready(int m, int vectors, boolean packed) {
    boolean ready = true;
    int step = rows(vectors);
    int left = m < 3 * step ? m : 2 * step + m % step; // has strips of every height that m has
    while (left > 0) {
      int height = Tile.height(left, step);
      ready &= find(height, vectors, packed) != null;
      left -= height;
    }
    return ready;
  }

  /** A kernel that {@link #find} has found before. */
  MicroKernel get(int rows, int vectors, boolean packed) {
    return Objects.requireNonNull(ready.getPlain(slot(rows, vectors, packed)));
  }

  /** The mover if it is fast by now, else null. */
  @Nullable Mover mover() {
    Mover found = mover;
    if (found == null && !moverAsked.get() && moverAsked.compareAndSet(false, true)) {
      if (patient) {
        Warmup.later(this::prepareMover);
      } else {
        prepareMover();
        return mover;
      }
    }
    return found;
  }

  /** As {@link Element#copy}, but a transpose goes by whole vectors. */
  void copy(
      int rows,
      int columns,
      Object from,
      int fo,
      int fromRow,
      int fromColumn,
      Object to,
      int offset,
      int toRow) {
    boolean squares = fromColumn != 1 && fromRow == 1 && rows >= lanes && columns >= lanes;
    Mover fast = squares ? mover() : null;
    if (fast == null) {
      element.copy(rows, columns, from, fo, fromRow, fromColumn, to, offset, toRow);
      return;
    }
    int last = rows - lanes;
    for (int j = 0; j < columns; j += lanes) {
      int column = Math.min(j, columns - lanes); // the last squares overlap the ones before
      int source = fo + column * fromColumn;
      fast.transpose(rows / lanes, from, source, fromColumn, to, offset + column, toRow);
      if (rows % lanes != 0) {
        fast.transpose(
            1, from, source + last, fromColumn, to, offset + last * toRow + column, toRow);
      }
    }
  }

  private void prepare(int rows, int vectors, boolean packed) {
    if (!usable) {
      return;
    }
    try {
      MicroKernel kernel =
          MicroKernelCompiler.compile(element.isDouble(), bits, rows, vectors, packed);
      int width = vectors * lanes;
      Object a = element.newArray(3 * rows * Rows.STRIDE);
      Object b = element.newArray(5 * width);
      Object c = element.newArray(2 * rows * width);
      Runnable call = // takes every branch both ways
          () -> {
            kernel.run(2, 4, a, 0, b, 0, width, c, 0, width, true);
            kernel.run(1, 5, a, 0, b, 0, width, c, 0, width, false);
          };
      if (!patient || Warmup.prime(call, FAST_NANOS)) {
        ready.set(slot(rows, vectors, packed), kernel);
      } else {
        usable = false;
      }
    } catch (ReflectiveOperationException | LinkageError e) {
      usable = false; // no Vector API here
    }
  }

  private void prepareMover() {
    try {
      Mover made = MoverCompiler.compile(element.isDouble(), bits);
      int width = VECTORS * lanes;
      Object from = element.newArray(width * width);
      Object to = element.newArray(width * width);
      int[] at = new int[lanes];
      boolean fast =
          !patient
              || Warmup.prime(() -> made.rows(lanes, from, 0, at, 0, to, 0), FAST_NANOS)
                  && Warmup.prime(
                      () -> made.panels(lanes, VECTORS, from, 0, width, to, 0, lanes), FAST_NANOS)
                  && Warmup.prime(() -> made.transpose(2, from, 0, width, to, 0, width), FAST_NANOS)
                  && Warmup.prime(() -> made.dots(2, from, 0, width, from, 0, to, 0), FAST_NANOS);
      mover = fast ? made : null;
    } catch (ReflectiveOperationException | LinkageError e) {
      mover = null; // no Vector API here
    }
  }

  private static int slot(int rows, int vectors, boolean packed) {
    return ((packed ? WIDEST : 0) + vectors - 1) * MOST_ROWS + rows - 1;
  }
}
