package gradus.kernel.compile;

/**
 * The converted and packed copies that one part of a call works on. A tile is a few thousand
 * elements, so that the copies stay in the nearest cache.
 */
final class Tile {
  private static final int SIZE = 4096;

  /** The most columns of a tile that reads across: its rows then span whole cache lines. */
  private static final int ACROSS = 64;

  private static final int SHORT = 16;

  private final StridedCall call;
  private final StridedCall.Staging staging;
  private final boolean[] staged;
  private final int width;
  private final int height;

  /** The arrays that the loop is given, and where and how it walks them. */
  private final Object[] ready;

  private final int[] readyAt;
  private final int[] readySteps;

  Tile(StridedCall call, StridedCall.Staging staging, int cols, int rows) {
    this.call = call;
    this.staging = staging;
    this.staged = staging.staged();
    this.width = Math.min(cols, staging.across() ? ACROSS : SIZE);
    this.height = Math.max(1, Math.min(rows, SIZE / width));
    this.ready = call.arrays.clone();
    this.readyAt = new int[ready.length];
    this.readySteps = call.steps.clone();
    for (int k = 0; k < ready.length; k++) {
      if (staged[k]) {
        boolean moves = staging.flat() || call.steps[2 * k] != 0;
        boolean falls = staging.flat() || call.steps[2 * k + 1] != 0;
        readySteps[2 * k] = moves ? 1 : 0;
        readySteps[2 * k + 1] = !falls ? 0 : moves ? width : 1;
        ready[k] = call.program.compute.newArray(width * height);
      }
    }
  }

  /** Runs a block, tile by tile; {@code at} is where its first row begins. */
  void run(int[] at, int rows, int from, int to) {
    for (int r = 0; r < rows; r += height) {
      for (int c = from; c < to; c += width) {
        run(at, r, c, Math.min(height, rows - r), Math.min(width, to - c));
      }
    }
  }

  private void run(int[] at, int row, int col, int rows, int cols) {
    for (int k = 0; k < ready.length; k++) {
      int start = at[k] + col * call.steps[2 * k] + row * call.steps[2 * k + 1];
      readyAt[k] = staged[k] ? 0 : start;
      if (staged[k] && k >= call.program.lowered.firstOperand()) {
        copy(k, start, rows, cols, true);
      }
    }
    int lines = staging.flat() ? 1 : rows;
    int length = staging.flat() ? rows * cols : cols;
    staging.pattern().run(ready, readyAt, readySteps, lines, 0, length, call.settings);
    for (int k = 0; k < call.program.lowered.outputs().size(); k++) {
      if (staged[k]) {
        copy(k, at[k] + col * call.steps[2 * k] + row * call.steps[2 * k + 1], rows, cols, false);
      }
    }
  }

  /**
   * Between the caller's array and the copy: along the shorter strides of the former, which saves
   * cache lines, or where rows are very short along the columns, which saves calls.
   */
  private void copy(int k, int start, int rows, int cols, boolean in) {
    int down = readySteps[2 * k + 1] == 0 ? 1 : rows;
    int along = readySteps[2 * k] == 0 ? 1 : cols;
    int rowLength = Math.abs(call.steps[2 * k + 1]);
    boolean byColumns =
        along == 1
            || (down > along && along < SHORT && rowLength < SHORT)
            || (down > 1 && rowLength < Math.abs(call.steps[2 * k]));
    int lines = byColumns ? along : down;
    int length = byColumns ? down : along;
    int line = byColumns ? 2 * k : 2 * k + 1; // the step to the next of them
    int next = byColumns ? 2 * k + 1 : 2 * k;
    int step = call.steps[next];
    int tileStep = readySteps[next];
    for (int i = 0; i < lines; i++) {
      int outside = start + i * call.steps[line];
      int inside = i * readySteps[line];
      if (in) {
        Conversion.line(call.arrays[k], outside, step, ready[k], inside, tileStep, length);
      } else {
        Conversion.line(ready[k], inside, tileStep, call.arrays[k], outside, step, length);
      }
    }
  }
}
