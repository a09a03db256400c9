package gradus.kernel.gemm;

import gradus.kernel.array.Fill;
import gradus.kernel.array.Strided;
import gradus.kernel.gemm.MicroKernel.Form;
import gradus.kernel.threads.Scratch;
import gradus.kernel.threads.Workers;
import org.jspecify.annotations.Nullable;

/**
 * One product {@code C[m,n] (+)= A[m,k] @ B[k,n]} on its way to the loops: which loops, and how it
 * is cut for them.
 *
 * <p>C is cut into a part for each thread, parts into tiles, k into blocks that are run in order. B
 * is repacked into panels, one tile width of columns each, so that the innermost loop reads it in
 * sequence; a block of a panel stays in the first-level cache while the rows of A pass by, and
 * those come from the second level. Since every element of C is one ordered chain over k, wherever
 * it is interrupted and by whomever it is continued, no choice made here can change a bit.
 *
 * @param kernels the vector kernels, or null for the scalar loops
 * @param c has unit column stride
 */
record Product(
    GemmLoops element,
    @Nullable MicroKernels kernels,
    Strided a,
    Strided b,
    Strided c,
    boolean accumulate) {
  /** Most elements of B packed at a time for all tiles (2 MiB of floats), and most columns. */
  private static final int SLAB = 1 << 19;

  private static final int SLAB_COLUMNS = 1024;

  /**
   * Multiply-adds from which it pays to compile kernels for deep blocks, which take up C less
   * often.
   */
  private static final long LARGE = 1 << 24;

  /**
   * Up to so many rows, if B is large, each tile packs its part of B, close to where it is used;
   * otherwise the tiles share the packed B.
   */
  private static final int OWN_ROWS = 96;

  private static final long OWN_ELEMENTS = 1 << 17;

  /** Up to so many rows, reading B where it lies costs less than packing it. */
  private static final int DIRECT_ROWS = 128;

  /** Up to so many steps also where {@link #crowded}. */
  private static final int DIRECT_DEPTH = 64;

  /** Bytes of a way of the first-level cache. */
  private static final int PAGE = 4096;

  /** Bytes of a second-level cache. */
  private static final long NEAR_BYTES = 1 << 20;

  private static final int TINY = 64;

  /** What it costs to transpose an element, if copying it in sequence costs 1. */
  private static final long TRANSPOSING = 2;

  /** Elements that one thread transposes before another is woken. */
  private static final int ALONE = 1 << 15;

  int m() {
    return c.sizes()[0];
  }

  int n() {
    return c.sizes()[1];
  }

  int k() {
    return a.sizes()[1];
  }

  void run() {
    int m = m();
    int n = n();
    int k = k();
    if (m == 0 || n == 0) {
      return;
    }
    if (k == 0) {
      if (!accumulate) {
        Fill.run(c, 0);
      }
    } else if (k == 1 && a.stride(1) != 1) {
      Strided column = // rows of one element are contiguous
          Strided.matrix(a.array(), a.offset(), m, 1, a.stride(0), 1);
      of(column, b, c).run();
    } else if (n == 1 && a.stride(1) == 1) {
      new MatrixVector(element, kernels, a, b.select(1, 0), c, accumulate).run();
    } else if (m == 1 && b.stride(0) == 1) {
      new MatrixVector(element, kernels, b.transposed(), a.select(0, 0), c.transposed(), accumulate)
          .run();
    } else if (n == 1 && m > 1 && c.stride(0) == 1) {
      of(b.transposed(), a.transposed(), c.transposed()).run();
    } else if (kernels != null && worthTurning()) {
      turned();
    } else if (!vectorTiles(null)) {
      scalarTiles();
    }
  }

  /** A product of other matrices by the same loops. */
  private Product of(Strided a, Strided b, Strided c) {
    return new Product(element, kernels, a, b, c, accumulate);
  }

  /** The same product of matrices that begin so far behind these. */
  Product moved(int ofA, int ofB, int ofC) {
    return of(a.from(a.offset() + ofA), b.from(b.offset() + ofB), c.from(c.offset() + ofC));
  }

  Product withRows(int rows) {
    return of(a.rows(0, rows), b, c.rows(0, rows));
  }

  /** Multiply-adds in all. */
  long work() {
    return (long) m() * n() * k();
  }

  // ---- the transposed product

  /**
   * Whether {@code C^T[n,m] = B^T[n,k] @ A^T[k,m]} is computed, and turned at the end: where that
   * transposes fewer elements on the way to the micro-kernels, which want rows on both sides.
   */
  private boolean worthTurning() {
    long asItIs = copying(a.stride(1), m()) + copying(b.stride(1), n());
    long turned = copying(a.stride(0), m()) + copying(b.stride(0), n());
    long results = (accumulate ? 2 : 1) * TRANSPOSING * m() * n();
    return work() >= Tiling.PART && turned + results < asItIs;
  }

  /** The cost of copying m or n lines of k elements. */
  private long copying(int stride, int lines) {
    return (stride == 1 ? 1 : TRANSPOSING) * lines * k();
  }

  private void turned() {
    Strided result = Strided.scratch(c.array(), n(), m());
    if (accumulate) {
      turn(c.transposed(), result);
    }
    of(b.transposed(), a.transposed(), result).run();
    turn(result.transposed(), c);
    result.release();
  }

  /** Copies columns to rows. */
  private void turn(Strided from, Strided to) {
    int rows = to.size(0);
    int height = Math.max(1, ALONE / to.size(1));
    Workers.parallel(
        Math.ceilDiv(rows, height),
        part -> {
          int i = part * height;
          int n = Math.min(height, rows - i);
          copy(from.rows(i, n), to.array(), to.at(i, 0), to.stride(0));
        });
  }

  /** As {@link GemmLoops#copy}, by vectors if there are any. */
  void copy(Strided from, Object to, int offset, int row) {
    if (kernels != null) {
      kernels.copy(from, to, offset, row);
    } else {
      element.copy(from, to, offset, row);
    }
  }

  // ---- scalar loops

  private void scalarTiles() {
    Tiling parts = Tiling.parts(m(), n(), work());
    Workers.parallel(parts.count(), t -> part(parts, t).scalarTile());
  }

  private void scalarTile() {
    for (int j = 0; j < n(); j += Tiling.WIDTH) {
      int width = Math.min(Tiling.WIDTH, n() - j);
      for (int p = 0; p < k(); p += Tile.BLOCK) {
        int depth = Math.min(Tile.BLOCK, k() - p);
        Strided right = b.rows(p, depth).columns(j, width);
        element.rows(a.columns(p, depth), right, c.columns(j, width), p == 0 && !accumulate);
      }
    }
  }

  // ---- vector kernels

  /** Whether B is read where it lies: if it fills whole vectors and is not read often. */
  boolean direct(MicroKernels kernels) {
    int m = m();
    return b.stride(1) == 1
        && n() % kernels.lanes() == 0
        && (m <= kernels.rows(MicroKernels.VECTORS)
            || m <= DIRECT_ROWS && (k() <= DIRECT_DEPTH || !kernels.thirsty() || !crowded())
            || !kernels.thirsty() && isNear());
  }

  /** Whether B fits a second-level cache, so that it may be read again for every strip. */
  private boolean isNear() {
    return (long) k() * n() * element.bits() / Byte.SIZE <= NEAR_BYTES;
  }

  /** Whether rows of B compete for the same lines of the first-level cache. */
  private boolean crowded() {
    return (long) b.stride(0) * element.bits() / Byte.SIZE % PAGE == 0;
  }

  /** The form of kernels for this product, where B may have been packed for others already. */
  private Form form(MicroKernels kernels, boolean packed) {
    boolean deep = !kernels.thirsty() && k() > PackedA.STRIDE && work() >= LARGE;
    return deep ? Form.DEEP : kernels.form(packed || !direct(kernels));
  }

  private boolean kernelsReady(MicroKernels kernels, boolean packed) {
    return kernelsReady(kernels, packed || !direct(kernels), form(kernels, packed));
  }

  /** Whether there is a kernel for every tile by now; those that are missing are asked for. */
  boolean kernelsReady(MicroKernels kernels, boolean packed, Form form) {
    int width = (packed ? MicroKernels.VECTORS : MicroKernels.vectors(m())) * kernels.lanes();
    boolean ready = n() < width || kernels.ready(m(), width / kernels.lanes(), form, work());
    int rest = n() % width;
    return (rest == 0 || kernels.ready(m(), Math.ceilDiv(rest, kernels.lanes()), form, work()))
        && ready;
  }

  /**
   * Computes C by vector kernels, if they are ready: each thread takes parts of C as products of
   * their own.
   *
   * @param packed all of B, packed when it is needed, or null
   */
  boolean vectorTiles(@Nullable PackedMatrix packed) {
    if (kernels == null || work() <= TINY) {
      return false;
    }
    Tiling parts = Tiling.parts(m(), n(), work());
    if (parts.count() == 1) {
      boolean ready = kernelsReady(kernels, packed != null);
      if (ready) {
        alone(kernels, packed == null ? null : packed.panels(this, kernels));
      }
      return ready;
    }
    for (int t = 0; t < parts.count(); t++) {
      Product part = part(parts, t);
      if (!part.kernelsReady(kernels, packed != null)) {
        return false;
      }
    }
    PackedB panels = packed == null ? null : packed.panels(this, kernels);
    Workers.parallel(
        parts.count(),
        t ->
            part(parts, t)
                .alone(kernels, panels == null ? null : panels.fromColumn(parts.left(t))));
    return true;
  }

  private Product part(Tiling parts, int t) {
    int top = parts.top(t);
    int left = parts.left(t);
    int height = parts.bottom(t) - top;
    int width = parts.right(t) - left;
    return of(
        a.rows(top, height), b.columns(left, width), c.rows(top, height).columns(left, width));
  }

  /** Computes all of C by this thread, from panels of all of B if there are any. */
  private void alone(MicroKernels kernels, @Nullable PackedB packed) {
    int n = n();
    int k = k();
    boolean own = m() <= OWN_ROWS && (long) n * k > OWN_ELEMENTS;
    if (packed != null || own || direct(kernels)) {
      tiles(kernels, packed, new Block(0, n, 0, k));
      return;
    }
    for (int left = 0; left < n; left += SLAB_COLUMNS) {
      int right = Math.min(n, left + SLAB_COLUMNS);
      int columns = Math.max(right - left, MicroKernels.VECTORS * kernels.lanes());
      int most = Math.max(Tile.BLOCK, SLAB / columns / Tile.BLOCK * Tile.BLOCK);
      for (int p = 0; p < k; p += most) {
        int end = Math.min(k, p + most);
        PackedB panels = PackedB.pack(this, kernels, left, right, p, end - p);
        tiles(kernels, panels, new Block(left, right, p, end));
        Scratch.release(panels.array());
      }
    }
  }

  /** The columns {@code left .. right-1} of C, the steps {@code begin .. end-1} of their chains. */
  private record Block(int left, int right, int begin, int end) {}

  private void tiles(MicroKernels kernels, @Nullable PackedB panels, Block block) {
    int bottom;
    for (int top = 0; top < m(); top = bottom) {
      bottom = Tiling.bottom(top, m());
      Form form = form(kernels, panels != null);
      PackedA rows = PackedA.pack(this, top, bottom, block.begin, block.end, form);
      for (int j = block.left; j < block.right; j += Tiling.WIDTH) {
        int to = Math.min(block.right, j + Tiling.WIDTH);
        new Tile(this, kernels, rows, panels, j, to).run(block.begin, block.end);
      }
      Scratch.release(rows.array());
    }
  }
}
