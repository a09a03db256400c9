package gradus.kernel.conv;

import gradus.kernel.array.Strided;
import gradus.kernel.conv.TapKernel.Form;
import gradus.kernel.index.Parts;
import gradus.kernel.threads.Scratch;

/**
 * A {@link ImplicitGemm} with so few rows that every copy of the source would show: depthwise
 * convolutions, above all.
 *
 * <p>The planes that some rows of the result read are laid out once, with the zeros around them
 * and, if positions move in steps, apart by the remainder of their place. There each tap is a run
 * of positions, row after row without a break; what lies between the rows is computed and left
 * behind.
 */
final class DepthwiseProduct {
  /** Elements of the source that are laid out at a time, about. */
  private static final int ROOM = 1 << 15;

  private final ImplicitGemm product;
  private final VirtualIm2col lattice;
  private final TapKernel kernel;
  private final int width;
  private final int lines;
  private final int bands;
  private final int down;
  private final int across;
  private final int[] at;

  DepthwiseProduct(ImplicitGemm product, TapKernels kernels) {
    this.product = product;
    this.lattice = product.lattice();
    this.kernel = kernels.get(Form.CHANNELS, 1, TapKernels.LONG);
    this.width = TapKernels.LONG * kernels.lanes();
    KernelTaps h = lattice.h();
    this.across = Math.ceilDiv(lattice.w().reach(lattice.w().count()), lattice.w().step());
    int each = lattice.channels() * lattice.d().taps() * h.step() * lattice.w().step() * across;
    int most = Math.clamp(ROOM / each, 1, h.count());
    this.lines = Math.ceilDiv(h.count(), Math.ceilDiv(h.count(), most));
    this.bands = Math.ceilDiv(h.count(), lines);
    this.down = Math.ceilDiv(h.reach(lines), h.step());
    this.at = offsets();
  }

  /** A plane in parts by remainders: elements of one of them, and how many there are. */
  private int part() {
    return down * across;
  }

  private int parts() {
    return lattice.h().step() * lattice.w().step();
  }

  /** Where the run of each channel and tap begins. */
  private int[] offsets() {
    int[] offsets = new int[lattice.depth()];
    int i = 0;
    for (int plane = 0; plane < lattice.channels() * lattice.d().taps(); plane++) {
      for (int r : lattice.h().offset()) {
        int y = r - lattice.h().least();
        for (int s : lattice.w().offset()) {
          int x = s - lattice.w().least();
          int which = y % lattice.h().step() * lattice.w().step() + x % lattice.w().step();
          offsets[i++] =
              (plane * parts() + which) * part()
                  + y / lattice.h().step() * across
                  + x / lattice.w().step();
        }
      }
    }
    return offsets;
  }

  void run() {
    int planes = lattice.channels() * lattice.d().taps();
    int sheets = lattice.images() * lattice.d().count();
    int run = Math.ceilDiv(lines * across, width) * width;
    Object like = product.a().array();
    Parts.run(
        sheets * product.groups() * bands,
        (long) run * (lattice.depth() * product.rows() + planes),
        (from, to) -> {
          Object source = Scratch.like(like, planes * parts() * part() + run);
          Object result = Scratch.like(like, run);
          Object starts = Scratch.like(like, width);
          Loops.zero(starts, 0, width);
          for (int i = from; i < to; i++) {
            int y = i % bands * lines;
            int group = i / bands % product.groups();
            int rows = Math.min(lines, lattice.h().count() - y);
            Tile tile = new Tile(i / bands / product.groups(), 1, y, rows, 0, lattice.w().count());
            layOut(tile, group, source);
            compute(tile, group, source, starts, result);
          }
          Scratch.release(starts);
          Scratch.release(result);
          Scratch.release(source);
        });
  }

  private void layOut(Tile tile, int group, Object to) {
    Strided source = product.group(group);
    KernelTaps h = lattice.h();
    KernelTaps w = lattice.w();
    int target = 0;
    for (int c = 0; c < lattice.channels(); c++) {
      for (int t = 0; t < lattice.d().taps(); t++) {
        int plane = lattice.planeAt(source, tile.sheet(), c, t);
        for (int i = 0; i < h.step(); i++) { // the rows and columns with these remainders
          Range rows = Range.of(down, tile.y() * h.step() + h.least() + i, h.step(), h.size());
          for (int j = 0; j < w.step(); j++, target += part()) {
            Range columns = Range.of(across, w.least() + j, w.step(), w.size());
            Range.copy(rows, columns, source.array(), plane, to, target);
          }
        }
      }
    }
  }

  private void compute(Tile tile, int group, Object source, Object starts, Object result) {
    int n = tile.rows() * across;
    Strided target = product.target();
    Strided a = product.a();
    Strided bias = product.bias();
    for (int r = 0; r < product.rows(); r++) {
      int row = group * product.rows() + r;
      if (bias != null) {
        Loops.repeat(width, bias.array(), bias.offset() + row, starts, 0);
      }
      int[] numbers = {a.size(1), a.at(row, 0) - TapKernel.STRIDE, 0, 0, 0, 0, 0, 0};
      for (int j = 0; j < n; j += width) {
        numbers[3] = j;
        numbers[6] = j;
        kernel.run(a.array(), at, at, source, starts, result, numbers);
      }
      for (int y = 0; y < tile.rows(); y++) {
        int to = tile.at(target, row, 0, y);
        Loops.copy(tile.width(), result, y * across, 1, target.array(), to, target.stride(4));
      }
    }
  }
}
