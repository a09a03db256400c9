package gradus.kernel.conv;

import gradus.kernel.conv.Lattice.Tile;
import gradus.kernel.conv.TapKernel.Form;
import gradus.kernel.gemm.RowProduct;
import gradus.kernel.gemm.Transposition;
import gradus.kernel.threads.Workers;
import org.jspecify.annotations.Nullable;

/**
 * {@code target[rows of all groups, positions] = bias + a[rows, depth] @ matrix of the lattice},
 * tile by tile.
 *
 * <p>There are two ways with the same bits. Vectors run along the positions, and the matrix is laid
 * out as {@link Columns}; or, where those would cost much, vectors run along the rows, the matrix
 * is read where it lies and the result transposed.
 *
 * @param rows of one group
 */
record SlidingProduct(
    Lattice lattice,
    int groups,
    int rows,
    Object a,
    int ao,
    @Nullable Object bias,
    int bo,
    Object source,
    int so,
    Target target) {
  /** Steps of a chain that are worth a transposed result. */
  private static final int DEEP = 48;

  /** Up to so many rows, copies of the source cost more than what is done with them. */
  private static final int FEW = 8;

  /** Parts of work that keep all threads busy to the end. */
  private static final int PARTS = 32;

  /** Rows are not split finer than this: each part reads the source again. */
  private static final int FEWEST_ROWS = 160;

  /** Rows of parts are multiples of this, and so of the width of every panel. */
  private static final int WHOLE = 32;

  void run() {
    if (rows == 0 || lattice.tiles() == 0 || groups == 0) {
      return;
    }
    TapKernels kernels = TapKernels.of(a);
    run(kernels != null && (few() || pays() && fills(kernels)) ? kernels : null);
  }

  /** With these kernels for vectors along the rows if they are ready, or without any. */
  void run(@Nullable TapKernels kernels) {
    if (kernels != null && few() && kernels.readyForOne(lattice.work(groups * rows))) {
      new FlatProduct(this, kernels).run();
    } else if (kernels != null && !few() && ready(kernels)) {
      byFilters(kernels);
    } else {
      each(this::byPositions);
    }
  }

  private boolean few() {
    return rows <= FEW && lattice.depth() > 0;
  }

  /** Whether laying out columns would cost more than transposing the result. */
  private boolean pays() {
    return lattice.depth() >= DEEP && !lattice.hasCheapColumns();
  }

  /** Whether at least three quarters of the vectors are filled by rows. */
  private boolean fills(TapKernels kernels) {
    return 4 * rows >= 3 * FilterPanels.columns(kernels, rows);
  }

  private boolean ready(TapKernels kernels) {
    boolean ready = true;
    int last = 0;
    for (int i = 0; i < lattice.tiles(); i++) {
      int n = lattice.tile(i).positions();
      ready &= n == last || kernels.ready(Form.FILTERS, n, rows, lattice.work(groups * rows));
      last = n;
    }
    return ready;
  }

  /** The rows {@code row .. row+m-1} of a group, at the positions of a tile. */
  @FunctionalInterface
  private interface Part {
    void run(int group, int row, int m, Tile tile);
  }

  private void each(Part part) {
    int tiles = lattice.tiles();
    int most = Math.max(1, rows / FEWEST_ROWS);
    int wanted = Math.clamp(Math.ceilDiv(PARTS, tiles * groups), 1, most);
    int height = Math.ceilDiv(Math.ceilDiv(rows, wanted), WHOLE) * WHOLE;
    int splits = Math.ceilDiv(rows, height);
    Workers.parallel(
        tiles * groups * splits,
        i -> {
          int row = i % splits * height;
          Tile tile = lattice.tile(i / splits / groups);
          part.run(i / splits % groups, row, Math.min(height, rows - row), tile);
        });
  }

  private int groupAt(int group) {
    return so + group * (lattice.imageStride() / groups);
  }

  // --- vectors along the rows ---

  private void byFilters(TapKernels kernels) {
    FilterPanels panels = FilterPanels.pack(kernels, groups, rows, lattice.depth(), a, ao);
    int columns = FilterPanels.columns(kernels, rows);
    Object starts = Typed.scratch(a, groups * columns); // what the chains start from
    for (int g = 0; g < groups; g++) {
      if (bias == null) {
        Typed.zero(starts, g * columns, columns);
      } else {
        System.arraycopy(bias, bo + g * rows, starts, g * columns, rows);
      }
    }
    each((group, row, m, tile) -> byFilters(panels, starts, group, row, m, tile));
    Typed.release(starts);
    Typed.release(panels.array());
  }

  private void byFilters(FilterPanels panels, Object starts, int group, int row, int m, Tile tile) {
    int n = tile.positions();
    int width = FilterPanels.columns(panels.kernels(), m);
    Object c = Typed.scratch(a, n * width);
    Halo halo = new Halo(lattice, tile, a);
    int block = lattice.channelsPerBlock();
    int start = group * FilterPanels.columns(panels.kernels(), rows) + row;
    for (int channel = 0; channel < lattice.channels(); channel += block) {
      int end = Math.min(lattice.channels(), channel + block);
      halo.fill(source, groupAt(group), channel, end);
      int p = channel * lattice.taps();
      int k = (end - channel) * lattice.taps();
      for (int j = 0; j < m; j += panels.kernels().width()) {
        TileProduct product =
            new TileProduct(
                Form.FILTERS, panels.kernels(), k, halo.array(), panels.array(), c, width);
        int b = panels.at(group, row + j, p);
        if (channel == 0) {
          product.run(n, m - j, halo.positions(), 0, halo.rows(), 0, b, starts, start + j, 0, j);
        } else {
          product.run(n, m - j, halo.positions(), 0, halo.rows(), 0, b, c, j, width, j);
        }
      }
    }
    halo.release();
    store(tile, group * rows + row, m, c, width);
    Typed.release(c);
  }

  /** Stores {@code c[positions, m]}. */
  private void store(Tile tile, int row, int m, Object c, int width) {
    int n = tile.rows() * tile.width();
    if (target.isDenseInRows()) {
      for (int i = 0; i < tile.sheets(); i++) {
        int at = target.at(lattice, tile, row, i, 0);
        Transposition.run(
            m, n, c, i * n * width, width, target.array(), at, target.channelStride());
      }
    } else {
      Object turned = Typed.scratch(c, m * tile.positions());
      Transposition.run(m, tile.positions(), c, 0, width, turned, 0, tile.positions());
      target.store(lattice, tile, row, m, turned);
      Typed.release(turned);
    }
  }

  // --- vectors along the positions ---

  private void byPositions(int group, int first, int m, Tile tile) {
    int row = group * rows + first;
    int depth = lattice.depth();
    int n = tile.positions();
    boolean direct = target.takes(tile);
    Object c = direct ? target.array() : Typed.scratch(a, m * n);
    int co = direct ? target.at(lattice, tile, row, 0, 0) : 0;
    int crs = direct ? target.channelStride() : n;
    for (int i = 0; i < m && bias != null; i++) {
      Typed.fill(c, co + i * crs, n, bias, bo + row + i);
    }
    Columns columns = new Columns(lattice, tile, a);
    int block = lattice.channelsPerBlock();
    for (int channel = 0; channel < lattice.channels(); channel += block) {
      int end = Math.min(lattice.channels(), channel + block);
      columns.fill(source, groupAt(group), channel, end);
      RowProduct.run(
          m,
          n,
          (end - channel) * lattice.taps(),
          a,
          ao + row * depth + channel * lattice.taps(),
          depth,
          columns.array(),
          columns.at(),
          c,
          co,
          crs,
          bias != null || channel > 0);
    }
    columns.release();
    if (!direct) {
      target.store(lattice, tile, row, m, c);
      Typed.release(c);
    }
  }
}
