package gradus.kernel.pool;

import gradus.kernel.array.Strided;
import gradus.kernel.threads.Scratch;
import org.jspecify.annotations.Nullable;

/**
 * Maxima and their places for some planes in order, by one thread.
 *
 * <p>Windows in the middle of a plane, which nothing clips, go by whole vectors. The last vector of
 * a line may write too far, into outputs that come later and are written again.
 */
final class MaxPass {
  /** Places are exact numbers of a float up to here. */
  private static final int MOST_INPUTS = 1 << 24;

  /** What an input costs without the kernel, in multiply-adds. */
  private static final int COMPARING = 8;

  private final Pool pool;
  private final Span w;
  private final int begin;
  private final int end;
  private final Strided x;
  private final Strided y;
  private final Strided place;

  /** For the distance of the regular windows, or null for loops. */
  private final @Nullable Maxima kernel;

  private final int lanes;
  private final Span.Run lines;
  private final Span.Run windows;

  /** Where the sheet at work begins. */
  private int xo;

  private int yo;
  private int po;

  /** Where the rows begin that a window meets, and how many they are. */
  private final int[] rows;

  private int count;

  /** The kernel's numbers. */
  private final int[] run;

  /** For the planes {@code begin .. end-1} of x, y and the places. */
  MaxPass(
      Pool pool, MaximaKernels kernels, int begin, int end, Strided x, Strided y, Strided place) {
    this.pool = pool;
    this.w = pool.w();
    this.begin = begin;
    this.end = end;
    this.x = x;
    this.y = y;
    this.place = place;
    this.lines = pool.h().regular();
    this.windows = w.regular();
    long work = (long) (end - begin) * pool.inputs() * COMPARING;
    this.kernel = pool.inputs() <= MOST_INPUTS ? kernels.find(windows.stride(), work) : null;
    this.lanes = kernels.lanes();
    this.rows = new int[pool.d().mostTaps() * pool.h().mostTaps()];
    int lineX = lines.stride() * w.size();
    this.run = new int[] {0, lineX, w.count(), 0, 0, w.mostTaps(), w.step(), 0, 0};
  }

  void run() {
    int sheet = pool.h().count() * w.count();
    Object numbers = Scratch.like(x.array(), sheet + lanes);
    for (int p = begin; p < end; p++) {
      xo = x.offset() + p * pool.inputs();
      for (int z = 0; z < pool.d().count(); z++) {
        yo = y.offset() + p * pool.outputs() + z * sheet;
        po = place.offset() + p * pool.outputs() + z * sheet;
        if (kernel != null) {
          regular(kernel, z, numbers);
        }
        others(z);
      }
    }
    Scratch.release(numbers);
  }

  /** The regular windows of a sheet, as many lines at a time as have room for whole vectors. */
  private void regular(Maxima kernel, int z, Object numbers) {
    int length =
        x.array() instanceof float[] floats ? floats.length : ((double[]) x.array()).length;
    int shift = w.from()[windows.first()];
    int lineX = run[1];
    int vectors = Math.ceilDiv(windows.count(), lanes);
    int n;
    for (int line = lines.first(); line < lines.end(); line += n) {
      place(z, line);
      int at = line * w.count() + windows.first();
      int spareX = length - xo - shift - rows[count - 1] - (run[5] - 1) * w.step();
      int spareY = y.offset() + end * pool.outputs() - yo - at;
      int moreX = Math.floorDiv(spareX - vectors * lanes * windows.stride(), lineX);
      int moreY = Math.floorDiv(spareY - vectors * lanes, w.count());
      n = Math.min(lines.end() - line, 1 + Math.min(moreX, moreY));
      int across = vectors;
      if (n < 1) {
        n = 1;
        across = Math.min(windows.count() / lanes, spareX / (lanes * windows.stride()));
      }
      int done = Math.min(windows.count(), across * lanes);
      if (done > 0) {
        run[0] = n;
        run[3] = across;
        run[4] = count;
        run[7] = xo + shift;
        run[8] = yo + at;
        kernel.run(rows, x.array(), y.array(), numbers, run);
        int places = (n - 1) * w.count() + done;
        PlaneLoops.of(x).round(places, numbers, shift, (int[]) place.array(), po + at);
      }
      loops(line, windows.first() + done, windows.end());
    }
  }

  /** All windows of a sheet that are not regular, or for which there is no kernel. */
  private void others(int z) {
    boolean all = windows.count() == w.count();
    for (int line = 0; line < pool.h().count(); line++) {
      boolean regular = kernel != null && line >= lines.first() && line < lines.end();
      if (!regular || !all) {
        place(z, line);
        loops(line, 0, regular ? windows.first() : w.count());
        loops(line, regular ? windows.end() : w.count(), w.count());
      }
    }
  }

  /** Sets the rows that the windows at z and y meet. */
  private void place(int z, int line) {
    Span d = pool.d();
    Span h = pool.h();
    count = 0;
    for (int i = d.from()[z]; i < d.to()[z]; i += d.step()) {
      for (int j = h.from()[line]; j < h.to()[line]; j += h.step()) {
        rows[count++] = (i * h.size() + j) * w.size();
      }
    }
  }

  /** Some windows of a line whose rows are set. */
  private void loops(int line, int left, int right) {
    if (left >= right) {
      return;
    }
    var windows = new Largest.Line(w, left, right, rows, count);
    int at = line * w.count();
    int[] places = (int[]) place.array();
    if (x.array() instanceof float[] floats) {
      Largest.run(windows, floats, xo, (float[]) y.array(), yo + at, places, po + at);
    } else {
      double[] doubles = (double[]) x.array();
      Largest.run(windows, doubles, xo, (double[]) y.array(), yo + at, places, po + at);
    }
  }
}
