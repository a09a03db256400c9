package gradus.kernel.gemm;

import gradus.kernel.gemm.MicroKernel.Form;
import gradus.kernel.threads.Workers;
import java.util.Objects;
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
    Element element,
    @Nullable MicroKernels kernels,
    int m,
    int n,
    int k,
    Matrix a,
    Matrix b,
    Matrix c,
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

  void run() {
    if (m == 0 || n == 0) {
      return;
    }
    if (k == 0) {
      if (!accumulate) {
        element.zero(m, n, c.array(), c.offset(), c.row());
      }
    } else if (k == 1 && a.column() != 1) {
      Matrix column =
          new Matrix(a.array(), a.offset(), a.row(), 1); // rows of one element are contiguous
      new Product(element, kernels, m, n, k, column, b, c, accumulate).run();
    } else if (n == 1 && a.column() == 1) {
      new Dots(
              element, kernels, m, k, a, b.transposed(), c.array(), c.offset(), c.row(), accumulate)
          .run();
    } else if (m == 1 && b.row() == 1) {
      new Dots(element, kernels, n, k, b.transposed(), a, c.array(), c.offset(), 1, accumulate)
          .run();
    } else if (n == 1 && m > 1 && c.row() == 1) {
      new Product(
              element, kernels, 1, m, k, b.transposed(), a.transposed(), c.transposed(), accumulate)
          .run();
    } else if (kernels != null && worthTurning()) {
      turned();
    } else if (!vectorTiles(null)) {
      scalarTiles();
    }
  }

  /** The same product of matrices that begin elsewhere. */
  Product at(int aOffset, int bOffset, int cOffset) {
    return new Product(
        element, kernels, m, n, k, a.from(aOffset), b.from(bOffset), c.from(cOffset), accumulate);
  }

  Product withRows(int rows) {
    return new Product(element, kernels, rows, n, k, a, b, c, accumulate);
  }

  /** Multiply-adds in all. */
  long work() {
    return (long) m * n * k;
  }

  // ---- the transposed product

  /**
   * Whether {@code C^T[n,m] = B^T[n,k] @ A^T[k,m]} is computed, and turned at the end: where that
   * transposes fewer elements on the way to the micro-kernels, which want rows on both sides.
   */
  private boolean worthTurning() {
    long mk = (long) m * k;
    long nk = (long) n * k;
    long asItIs =
        (a.column() == 1 ? 1 : TRANSPOSING) * mk + (b.column() == 1 ? 1 : TRANSPOSING) * nk;
    long turned = (a.row() == 1 ? 1 : TRANSPOSING) * mk + (b.row() == 1 ? 1 : TRANSPOSING) * nk;
    long results = (accumulate ? 2 : 1) * TRANSPOSING * m * n;
    return work() >= Tiling.PART && turned + results < asItIs;
  }

  private void turned() {
    Object result = element.scratch(n * m);
    Matrix c1 = new Matrix(result, 0, m, 1);
    if (accumulate) {
      turn(n, m, c.transposed(), c1);
    }
    new Product(element, kernels, n, m, k, b.transposed(), a.transposed(), c1, accumulate).run();
    turn(m, n, c1.transposed(), c);
    element.release(result);
  }

  /** Copies columns to rows. */
  private void turn(int rows, int columns, Matrix from, Matrix to) {
    int height = Math.max(1, ALONE / columns);
    Workers.parallel(
        ceil(rows, height),
        part -> {
          int i = part * height;
          Objects.requireNonNull(kernels)
              .copy(
                  Math.min(height, rows - i),
                  columns,
                  from.array(),
                  from.at(i, 0),
                  1,
                  from.column(),
                  to.array(),
                  to.at(i, 0),
                  to.row());
        });
  }

  // ---- scalar loops

  private void scalarTiles() {
    Tiling tiling = Tiling.scalar(m, n, work());
    Workers.parallel(
        tiling.count(),
        t -> scalarTile(tiling.top(t), tiling.bottom(t), tiling.left(t), tiling.right(t)));
  }

  private void scalarTile(int top, int bottom, int left, int right) {
    for (int p = 0; p < k; p += Tile.BLOCK) {
      element.rows(
          bottom - top,
          right - left,
          Math.min(Tile.BLOCK, k - p),
          a.array(),
          a.at(top, p),
          a.row(),
          a.column(),
          b.array(),
          b.at(p, left),
          b.row(),
          b.column(),
          c.array(),
          c.at(top, left),
          c.row(),
          p == 0 && !accumulate);
    }
  }

  // ---- vector kernels

  /** Whether B is read where it lies: if it fills whole vectors and is not read often. */
  boolean direct(MicroKernels kernels) {
    return b.column() == 1
        && n % kernels.lanes() == 0
        && (m <= kernels.rows(MicroKernels.VECTORS)
            || m <= DIRECT_ROWS && (k <= DIRECT_DEPTH || !kernels.thirsty() || !crowded())
            || !kernels.thirsty() && isNear());
  }

  /** Whether B fits a second-level cache, so that it may be read again for every strip. */
  private boolean isNear() {
    return (long) k * n * element.bits() / Byte.SIZE <= NEAR_BYTES;
  }

  /** Whether rows of B compete for the same lines of the first-level cache. */
  private boolean crowded() {
    return (long) b.row() * element.bits() / Byte.SIZE % PAGE == 0;
  }

  /** The form of kernels for this product, where B may have been packed for others already. */
  private Form form(MicroKernels kernels, boolean packed) {
    boolean deep = !kernels.thirsty() && k > Rows.STRIDE && work() >= LARGE;
    return deep ? Form.DEEP : kernels.form(packed || !direct(kernels));
  }

  private boolean kernelsReady(MicroKernels kernels, boolean packed) {
    return kernelsReady(kernels, packed || !direct(kernels), form(kernels, packed));
  }

  /** Whether there is a kernel for every tile by now; those that are missing are asked for. */
  boolean kernelsReady(MicroKernels kernels, boolean packed, Form form) {
    int width = (packed ? MicroKernels.VECTORS : MicroKernels.vectors(m)) * kernels.lanes();
    boolean ready = n < width || kernels.ready(m, width / kernels.lanes(), form, work());
    int rest = n % width;
    return (rest == 0 || kernels.ready(m, ceil(rest, kernels.lanes()), form, work())) && ready;
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
    Tiling parts = Tiling.parts(m, n, work());
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
    Panels panels = packed == null ? null : packed.panels(this, kernels);
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
    return new Product(
        element,
        kernels,
        parts.bottom(t) - top,
        parts.right(t) - left,
        k,
        a.from(a.at(top, 0)),
        b.from(b.at(0, left)),
        c.from(c.at(top, left)),
        accumulate);
  }

  /** Computes all of C by this thread, from panels of all of B if there are any. */
  private void alone(MicroKernels kernels, @Nullable Panels packed) {
    boolean own = m <= OWN_ROWS && (long) n * k > OWN_ELEMENTS;
    if (packed != null || own || direct(kernels)) {
      tiles(kernels, packed, 0, n, 0, k);
      return;
    }
    for (int left = 0; left < n; left += SLAB_COLUMNS) {
      int right = Math.min(n, left + SLAB_COLUMNS);
      int columns = Math.max(right - left, MicroKernels.VECTORS * kernels.lanes());
      int most = Math.max(Tile.BLOCK, SLAB / columns / Tile.BLOCK * Tile.BLOCK);
      for (int p = 0; p < k; p += most) {
        int end = Math.min(k, p + most);
        Panels panels = Panels.pack(this, kernels, left, right, p, end - p);
        tiles(kernels, panels, left, right, p, end);
        element.release(panels.array());
      }
    }
  }

  /** The columns {@code left .. right-1} of C, the steps {@code begin .. end-1} of their chains. */
  private void tiles(
      MicroKernels kernels, @Nullable Panels panels, int left, int right, int begin, int end) {
    int bottom;
    for (int top = 0; top < m; top = bottom) {
      bottom = Tiling.bottom(top, m);
      Form form = form(kernels, panels != null);
      Rows rows = Rows.pack(this, kernels, top, bottom, begin, end, form);
      for (int j = left; j < right; j += Tiling.WIDTH) {
        int to = Math.min(right, j + Tiling.WIDTH);
        new Tile(this, kernels, rows, panels, top, bottom, j, to).run(begin, end);
      }
      element.release(rows.array());
    }
  }

  static int ceil(int a, int b) {
    return (a + b - 1) / b;
  }
}
