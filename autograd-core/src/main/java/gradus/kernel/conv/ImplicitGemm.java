package gradus.kernel.conv;

import gradus.kernel.array.Strided;
import gradus.kernel.conv.TapKernel.Form;
import gradus.kernel.gemm.RowProduct;
import gradus.kernel.gemm.Transposition;
import gradus.kernel.index.Parts;
import gradus.kernel.threads.Scratch;
import gradus.kernel.threads.Workers;
import org.jspecify.annotations.Nullable;

/**
 * An implicit GEMM, {@code target[rows of all groups, positions] = bias + a[rows, depth] @ im2col
 * matrix of the lattice}, tile by tile.
 *
 * <p>There are two ways with the same bits, and {@link DepthwiseProduct} is a third. Vectors run
 * along the positions, and the matrix is laid out as {@link Im2colTile}; or, where those would cost
 * much, vectors run along the rows, the matrix is read where it lies and the result transposed.
 *
 * @param a [rows of all groups, depth], without gaps
 * @param source begins with the first image
 * @param target [images, channels, d, h, w]
 */
record ImplicitGemm(
    VirtualIm2col lattice,
    int groups,
    Strided a,
    @Nullable Strided bias,
    Strided source,
    Strided target) {
  /** Parts of work that keep all threads busy to the end. */
  private static final int PARTS = 32;

  /** Rows are not split finer than this: each part reads the source again. */
  private static final int FEWEST_ROWS = 160;

  /** Rows of parts are multiples of this, and so of the width of every panel. */
  private static final int WHOLE = 32;

  void run() {
    TapKernels kernels = TapKernels.of(a.array());
    run(ConvolutionPlan.product(lattice, rows(), kernels), kernels);
  }

  /** By this algorithm if its kernels are ready, else along the positions. */
  void run(Algorithm algorithm, @Nullable TapKernels kernels) {
    if (rows() == 0 || lattice.tiles() == 0 || groups == 0) {
      return;
    }
    long work = lattice.work(a.size(0));
    if (kernels != null && algorithm == Algorithm.FLAT && kernels.readyForOne(work)) {
      new DepthwiseProduct(this, kernels).run();
    } else if (kernels != null && algorithm == Algorithm.FILTERS && ready(kernels)) {
      byFilters(kernels);
    } else {
      each(this::byPositions);
    }
  }

  /** Rows of one group. */
  int rows() {
    return groups == 0 ? 0 : a.size(0) / groups;
  }

  private boolean ready(TapKernels kernels) {
    boolean ready = true;
    int last = 0;
    for (int i = 0; i < lattice.tiles(); i++) {
      int n = lattice.tile(i).positions();
      ready &= n == last || kernels.ready(Form.FILTERS, n, rows(), lattice.work(a.size(0)));
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
    int rows = rows();
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

  /** The source from the channels of a group on. */
  Strided group(int group) {
    return lattice.group(source, groups, group);
  }

  // --- vectors along the rows ---

  /** The width of the panel of a that begins with this row. */
  private int panelWidth(TapKernels kernels, int row) {
    return kernels.vectors(rows() - row) * kernels.lanes();
  }

  /** Where that panel of a group holds its element p; what chains start from is before p = 0. */
  private int panelAt(TapKernels kernels, int group, int row, int p) {
    int width = panelWidth(kernels, row);
    return (group * kernels.filled(rows()) + row) * (1 + a.size(1)) + (1 + p) * width;
  }

  /** The rows of a side by side in panels as wide as a tile, filled up with zeros; on loan. */
  private Object pack(TapKernels kernels) {
    int rows = rows();
    int depth = a.size(1);
    Object panels = Scratch.like(a.array(), groups * (1 + depth) * kernels.filled(rows));
    int across = Math.ceilDiv(rows, kernels.width());
    Parts.each(
        groups * across,
        2L * depth * kernels.width(),
        i -> {
          int row = i % across * kernels.width();
          int first = i / across * rows + row;
          int width = panelWidth(kernels, row);
          int filled = Math.min(width, rows - row);
          int at = panelAt(kernels, i / across, row, 0);
          Transposition.padded(
              a.rows(first, filled).transposed(),
              Strided.matrix(panels, at, depth, width, width, 1));
          Loops.zero(panels, at - width, width);
          if (bias != null) {
            System.arraycopy(bias.array(), bias.offset() + first, panels, at - width, filled);
          }
        });
    return panels;
  }

  private void byFilters(TapKernels kernels) {
    Object panels = pack(kernels);
    each((group, row, m, tile) -> byFilters(kernels, panels, group, row, m, tile));
    Scratch.release(panels);
  }

  private void byFilters(TapKernels kernels, Object panels, int group, int row, int m, Tile tile) {
    int n = tile.positions();
    Strided c = Strided.scratch(a.array(), n, kernels.filled(m));
    PaddedTile halo = new PaddedTile(lattice, tile, 1, a.array());
    int block = lattice.channelsPerBlock();
    for (int channel = 0; channel < lattice.channels(); channel += block) {
      int end = Math.min(lattice.channels(), channel + block);
      halo.fill(group(group), channel, end);
      int p = channel * lattice.taps();
      int k = (end - channel) * lattice.taps();
      var product =
          new TileProduct(Form.FILTERS, kernels, halo.array(), halo.positions(), halo.rows());
      for (int j = 0; j < m; j += kernels.width()) {
        int start = panelAt(kernels, group, row + j, -1);
        Strided b = Strided.vector(panels, panelAt(kernels, group, row + j, p), k, 1);
        Strided part = c.columns(j, m - j);
        Strided init = channel > 0 ? part : Strided.matrix(panels, start, n, m - j, 0, 1);
        product.run(0, 0, b, init, part);
      }
    }
    halo.release();
    store(tile, group * rows() + row, m, c);
    c.release();
  }

  /** Stores {@code c[positions, m and more]}. */
  private void store(Tile tile, int row, int m, Strided c) {
    int n = tile.rows() * tile.width();
    if (Tile.isDenseInRows(target)) {
      for (int i = 0; i < tile.sheets(); i++) {
        Strided part = c.rows(i * n, n).columns(0, m);
        Transposition.run(part.transposed(), tile.matrix(target, row, m, i));
      }
    } else {
      Strided turned = Strided.scratch(c.array(), m, tile.positions());
      Transposition.run(c.columns(0, m).transposed(), turned);
      tile.store(turned.array(), row, m, target);
      turned.release();
    }
  }

  // --- vectors along the positions ---

  private void byPositions(int group, int first, int m, Tile tile) {
    int row = group * rows() + first;
    int n = tile.positions();
    boolean direct = tile.isDense(target);
    Strided c = direct ? tile.matrix(target, row, m, 0) : Strided.scratch(a.array(), m, n);
    for (int i = 0; i < m && bias != null; i++) {
      Loops.repeat(n, bias.array(), bias.offset() + row + i, c.array(), c.at(i, 0));
    }
    Im2colTile columns = new Im2colTile(lattice, tile, a.array());
    int block = lattice.channelsPerBlock();
    for (int channel = 0; channel < lattice.channels(); channel += block) {
      int end = Math.min(lattice.channels(), channel + block);
      columns.fill(group(group), channel, end);
      int k = (end - channel) * lattice.taps();
      Strided rows = a.rows(row, m).columns(channel * lattice.taps(), k);
      RowProduct.run(rows, columns.array(), columns.at(), c, bias != null || channel > 0);
    }
    columns.release();
    if (!direct) {
      tile.store(c.array(), row, m, target);
      c.release();
    }
  }
}
