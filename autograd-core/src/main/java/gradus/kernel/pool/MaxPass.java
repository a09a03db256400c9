package gradus.kernel.pool;

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
  private final Object x;
  private final Object y;
  private final int[] place;
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
      Pool pool, MaximaKernels kernels, Object x, Object y, int[] place, int planes, int end) {
    this.pool = pool;
    this.w = pool.w();
    this.x = x;
    this.y = y;
    this.place = place;
    this.end = end;
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

  /** The planes {@code begin .. end-1} of x from xo on; likewise y and the places. */
  static void run(
      Pool pool,
      MaximaKernels kernels,
      int begin,
      int end,
      Object x,
      int xo,
      Object y,
      int yo,
      int[] place,
      int po) {
    var pass = new MaxPass(pool, kernels, x, y, place, end - begin, yo + end * pool.outputs());
    int sheet = pool.h().count() * pool.w().count();
    Object numbers = pass.kernel == null ? place : pass.scratch(sheet + pass.lanes);
    for (int p = begin; p < end; p++) {
      for (int z = 0; z < pool.d().count(); z++) {
        int at = p * pool.outputs() + z * sheet;
        pass.sheet(z, xo + p * pool.inputs(), yo + at, po + at, numbers);
      }
    }
    if (pass.kernel != null) {
      pass.release(numbers);
    }
  }

  /** The windows at one z. */
  private void sheet(int z, int xo, int yo, int po, Object numbers) {
    if (kernel == null) {
      loops(z, 0, pool.h().count(), 0, w.count(), xo, yo, po);
      return;
    }
    regular(kernel, z, xo, yo, po, numbers);
    loops(z, 0, lines.first(), 0, w.count(), xo, yo, po);
    loops(z, lines.first(), lines.end(), 0, windows.first(), xo, yo, po);
    loops(z, lines.first(), lines.end(), windows.end(), w.count(), xo, yo, po);
    loops(z, lines.end(), pool.h().count(), 0, w.count(), xo, yo, po);
  }

  private void regular(Maxima kernel, int z, int xo, int yo, int po, Object numbers) {
    place(z, lines.first());
    int shift = w.from()[windows.first()];
    int from = xo + shift;
    int to = lines.first() * w.count() + windows.first();
    int length = x instanceof float[] floats ? floats.length : ((double[]) x).length;
    int spareX = length - from - rows[count - 1] - reach;
    int spareY = end - yo - to - vectors * lanes;
    int n = 0; // lines of whole vectors
    if (spareX >= 0 && spareY >= 0) {
      n = Math.min(lines.count(), 1 + Math.min(spareX / lineX, spareY / w.count()));
      kernel.run(
          n, lineX, w.count(), vectors, count, rows, taps, w.step(), x, from, y, yo + to, numbers,
          0);
      round((n - 1) * w.count() + windows.count(), numbers, shift, po + to);
    }
    for (int line = lines.first() + n; line < lines.end(); line++) {
      place(z, line);
      int room = length - from - rows[count - 1] - (taps - 1) * w.step();
      int done = Math.min(windows.count() / lanes, room / (lanes * windows.stride()));
      int at = line * w.count() + windows.first();
      if (done > 0) {
        kernel.run(1, 0, 0, done, count, rows, taps, w.step(), x, from, y, yo + at, numbers, 0);
        round(done * lanes, numbers, shift, po + at);
      }
      loops(z, line, line + 1, windows.first() + done * lanes, windows.end(), xo, yo, po);
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

  private void loops(int z, int top, int bottom, int left, int right, int xo, int yo, int po) {
    for (int line = top; line < bottom && left < right; line++) {
      place(z, line);
      int at = line * w.count();
      if (x instanceof float[] floats) {
        FloatPool.largest(
            w, left, right, count, rows, floats, xo, (float[]) y, yo + at, place, po + at);
      } else {
        DoublePool.largest(
            w, left, right, count, rows, (double[]) x, xo, (double[]) y, yo + at, place, po + at);
      }
    }
  }

  private void round(int n, Object numbers, int shift, int po) {
    if (numbers instanceof float[] floats) {
      FloatPool.round(n, floats, shift, place, po);
    } else {
      DoublePool.round(n, (double[]) numbers, shift, place, po);
    }
  }

  private Object scratch(int n) {
    return x instanceof float[] ? Scratch.floats(n) : Scratch.doubles(n);
  }

  private void release(Object array) {
    if (array instanceof float[] floats) {
      Scratch.release(floats);
    } else if (array instanceof double[] doubles) {
      Scratch.release(doubles);
    }
  }
}
