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
  private final Strided x;
  private final Strided y;
  private final Strided place;
  private final int end;

  /** For the distance of the regular windows, or null for loops. */
  private final @Nullable Maxima kernel;

  private final int lanes;
  private final int taps;
  private final Span.Run lines;
  private final Span.Run windows;

  /**
   * Elements that the windows of one line read, in whole vectors, and from one line to the next.
   */
  private final int reach;

  private final int lineX;
  private final int vectors;

  /** Where the rows begin that a window meets, and how many they are. */
  private final int[] rows;

  private int count;

  private MaxPass(
      Pool pool, MaximaKernels kernels, int planes, int end, Strided x, Strided y, Strided place) {
    this.pool = pool;
    this.w = pool.w();
    this.x = x;
    this.y = y;
    this.place = place;
    this.end = y.offset() + end * pool.outputs();
    this.lines = pool.h().regular();
    this.windows = w.regular();
    long work = (long) planes * pool.inputs() * COMPARING;
    this.kernel = pool.inputs() <= MOST_INPUTS ? kernels.find(windows.stride(), work) : null;
    this.lanes = kernel == null ? 1 : kernels.lanes();
    this.taps = w.mostTaps();
    this.vectors = Math.ceilDiv(windows.count(), lanes);
    this.reach = (taps - 1) * w.step() + vectors * lanes * windows.stride();
    this.lineX = lines.stride() * w.size();
    this.rows = new int[pool.d().mostTaps() * pool.h().mostTaps()];
  }

  /** The planes {@code begin .. end-1} of x, y and the places. */
  static void run(
      Pool pool, MaximaKernels kernels, int begin, int end, Strided x, Strided y, Strided place) {
    var pass = new MaxPass(pool, kernels, end - begin, end, x, y, place);
    int sheet = pool.h().count() * pool.w().count();
    boolean byVectors = pass.kernel != null;
    Object numbers = byVectors ? Scratch.like(x.array(), sheet + pass.lanes) : place;
    for (int p = begin; p < end; p++) {
      for (int z = 0; z < pool.d().count(); z++) {
        int at = p * pool.outputs() + z * sheet;
        pass.sheet(
            z, x.offset() + p * pool.inputs(), y.offset() + at, place.offset() + at, numbers);
      }
    }
    if (byVectors) {
      Scratch.release(numbers);
    }
  }

  /** The windows at one z. */
  private void sheet(int z, int xo, int yo, int po, Object numbers) {
    if (kernel == null) {
      band(z, 0, pool.h().count(), xo, yo, po);
      return;
    }
    regular(kernel, z, xo, yo, po, numbers);
    band(z, 0, lines.first(), xo, yo, po);
    if (windows.count() < w.count()) {
      for (int line = lines.first(); line < lines.end(); line++) {
        place(z, line);
        loops(line, 0, windows.first(), xo, yo, po);
        loops(line, windows.end(), w.count(), xo, yo, po);
      }
    }
    band(z, lines.end(), pool.h().count(), xo, yo, po);
  }

  private void regular(Maxima kernel, int z, int xo, int yo, int po, Object numbers) {
    place(z, lines.first());
    int shift = w.from()[windows.first()];
    int from = xo + shift;
    int to = lines.first() * w.count() + windows.first();
    int length =
        x.array() instanceof float[] floats ? floats.length : ((double[]) x.array()).length;
    int spareX = length - from - rows[count - 1] - reach;
    int spareY = end - yo - to - vectors * lanes;
    int n = 0; // lines of whole vectors
    if (spareX >= 0 && spareY >= 0) {
      n = Math.min(lines.count(), 1 + Math.min(spareX / lineX, spareY / w.count()));
      kernel.run(
          n, lineX, w.count(), vectors, count, rows, taps, w.step(), x.array(), from, y.array(),
          yo + to, numbers, 0);
      round((n - 1) * w.count() + windows.count(), numbers, shift, po + to);
    }
    for (int line = lines.first() + n; line < lines.end(); line++) {
      place(z, line);
      int room = length - from - rows[count - 1] - (taps - 1) * w.step();
      int done = Math.min(windows.count() / lanes, room / (lanes * windows.stride()));
      int at = line * w.count() + windows.first();
      if (done > 0) {
        kernel.run(
            1, 0, 0, done, count, rows, taps, w.step(), x.array(), from, y.array(), yo + at,
            numbers, 0);
        round(done * lanes, numbers, shift, po + at);
      }
      loops(line, windows.first() + done * lanes, windows.end(), xo, yo, po);
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

  /** All windows of some lines. */
  private void band(int z, int top, int bottom, int xo, int yo, int po) {
    for (int line = top; line < bottom; line++) {
      place(z, line);
      loops(line, 0, w.count(), xo, yo, po);
    }
  }

  /** Some windows of a line whose rows are set. */
  private void loops(int line, int left, int right, int xo, int yo, int po) {
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

  private void round(int n, Object numbers, int shift, int po) {
    PlaneLoops.of(x).round(n, numbers, shift, (int[]) place.array(), po);
  }
}
