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

  private final CompiledExpressions program;
  private final StridedCall.Staging staging;
  private final boolean[] staged;
  private final Object[] arrays;
  private final int[] colStep;
  private final int[] rowStep;
  private final int width;
  private final int height;

  /** The arrays that the loop is given, and where and how it walks them. */
  private final Object[] ready;

  private final int[] readyAt;
  private final int[] readyCol;
  private final int[] readyRow;

  Tile(
      CompiledExpressions program,
      StridedCall.Staging staging,
      Object[] arrays,
      int[] colStep,
      int[] rowStep,
      int cols,
      int rows) {
    this.program = program;
    this.staging = staging;
    this.staged = staging.staged();
    this.arrays = arrays;
    this.colStep = colStep;
    this.rowStep = rowStep;
    this.width = Math.min(cols, staging.across() ? ACROSS : SIZE);
    this.height = Math.max(1, Math.min(rows, SIZE / width));
    this.ready = arrays.clone();
    this.readyAt = new int[arrays.length];
    this.readyCol = colStep.clone();
    this.readyRow = rowStep.clone();
    for (int k = 0; k < arrays.length; k++) {
      if (staged[k]) {
        boolean moves = staging.flat() || colStep[k] != 0;
        readyCol[k] = moves ? 1 : 0;
        readyRow[k] = moves ? width : 1;
        if (rowStep[k] == 0 && !staging.flat()) {
          readyRow[k] = 0;
        }
        ready[k] = program.compute.newArray(width * height);
      }
    }
  }

  /** Runs a block, tile by tile; {@code at} is where its first row begins. */
  void block(int[] at, int rows, int from, int to, double[] settings) {
    for (int r = 0; r < rows; r += height) {
      for (int c = from; c < to; c += width) {
        run(at, r, c, Math.min(height, rows - r), Math.min(width, to - c), settings);
      }
    }
  }

  private void run(int[] at, int row, int col, int rows, int cols, double[] settings) {
    for (int k = 0; k < arrays.length; k++) {
      int start = at[k] + row * rowStep[k] + col * colStep[k];
      readyAt[k] = staged[k] ? 0 : start;
      if (staged[k] && k >= program.firstOperand()) {
        copy(k, start, rows, cols, true);
      }
    }
    var pattern = staging.pattern();
    if (staging.flat()) {
      int n = rows * cols;
      program.block(pattern, ready, readyAt, readyCol, readyRow, 1, 0, n, settings);
    } else {
      program.block(pattern, ready, readyAt, readyCol, readyRow, rows, 0, cols, settings);
    }
    for (int k = 0; k < program.outputs(); k++) {
      if (staged[k]) {
        copy(k, at[k] + row * rowStep[k] + col * colStep[k], rows, cols, false);
      }
    }
  }

  /**
   * Between the caller's array and the copy: along the shorter strides of the former, which saves
   * cache lines, or where rows are very short along the columns, which saves calls.
   */
  private void copy(int k, int start, int rows, int cols, boolean in) {
    int down = readyRow[k] == 0 ? 1 : rows;
    int along = readyCol[k] == 0 ? 1 : cols;
    int rowLength = Math.abs(rowStep[k]);
    boolean byColumns =
        along == 1
            || (down > along && along < SHORT && rowLength < SHORT)
            || (down > 1 && rowLength < Math.abs(colStep[k]));
    int lines = byColumns ? along : down;
    int length = byColumns ? down : along;
    int lineStep = byColumns ? colStep[k] : rowStep[k];
    int step = byColumns ? rowStep[k] : colStep[k];
    int tileLine = byColumns ? readyCol[k] : readyRow[k];
    int tileStep = byColumns ? readyRow[k] : readyCol[k];
    for (int i = 0; i < lines; i++) {
      int outside = start + i * lineStep;
      int inside = i * tileLine;
      if (in) {
        Conversion.line(arrays[k], outside, step, ready[k], inside, tileStep, length);
      } else {
        Conversion.line(ready[k], inside, tileStep, arrays[k], outside, step, length);
      }
    }
  }
}
