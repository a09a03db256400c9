package gradus.kernel.compile;

import gradus.kernel.threads.Workers;
import org.jspecify.annotations.Nullable;

/**
 * One call over arrays of any type and stride: cut into parts, parts into blocks of rows and
 * columns, and blocks, where an operand must be converted or packed first, into tiles.
 */
final class Sweep {
  /** The most elements of a tile: a few tiles fit the first-level cache. */
  private static final int TILE = 4096;

  /** The most columns of a tile that reads across: its other side then spans whole cache lines. */
  private static final int ACROSS = 64;

  private final Program program;
  private final Layout layout;
  private final Object[] arrays;
  private final double[] settings;
  private final int[] colStep;
  private final int[] rowStep;
  private final int rows;
  private final int cols;
  private final boolean[] staged;
  private @Nullable Pattern pattern;
  private boolean anyStaged;
  private boolean across;

  Sweep(Program program, Layout layout, Object[] arrays, double[] settings) {
    this.program = program;
    this.layout = layout;
    this.arrays = arrays;
    this.settings = settings;
    this.colStep = layout.steps(layout.rank - 1);
    this.rowStep = layout.steps(layout.rank - 2);
    this.cols = layout.sizes[layout.rank - 1];
    this.rows = layout.sizes[layout.rank - 2];
    this.staged = new boolean[arrays.length];
  }

  void run(int n) {
    for (int k = 0; k < arrays.length; k++) {
      boolean strided = (colStep[k] & ~1) != 0;
      staged[k] =
          arrays[k].getClass() != program.compute.array() || (strided && n >= Program.CHUNK / 64);
      anyStaged |= staged[k];
      across |= staged[k] && strided;
    }
    pattern = pattern(n);
    int lines = n / cols;
    if (n <= Program.CHUNK) {
      lines(0, lines, 0, cols);
    } else if (cols < Program.CHUNK) {
      int each = Program.CHUNK / cols;
      Workers.parallel(
          (lines + each - 1) / each,
          part -> lines(part * each, Math.min(lines, (part + 1) * each), 0, cols));
    } else {
      int pieces = (cols + Program.CHUNK - 1) / Program.CHUNK;
      Workers.parallel(
          lines * pieces,
          part -> {
            int line = part / pieces;
            int from = part % pieces * Program.CHUNK;
            lines(line, line + 1, from, Math.min(cols, from + Program.CHUNK));
          });
    }
  }

  /** The pattern after staging: a packed operand moves along the row, or is the same in it. */
  private @Nullable Pattern pattern(int n) {
    int[] steps = colStep.clone();
    for (int k = 0; k < steps.length; k++) {
      steps[k] = staged[k] ? Math.min(1, Math.abs(steps[k])) : steps[k];
    }
    long moving = Layout.moving(steps);
    if (moving == Layout.NOT_FLAT) {
      return null;
    }
    var found = program.pattern(moving, steps.length);
    found.count(n);
    return found;
  }

  /** The columns [from, to) of the lines [first, last): a line is a row of any outer index. */
  private void lines(int first, int last, int from, int to) {
    int[] at = new int[arrays.length];
    var tile = anyStaged ? new Tile(to - from, last - first) : null;
    for (int line = first; line < last; ) {
      int row = line % rows;
      int count = Math.min(rows - row, last - line);
      start(line / rows, row, at);
      if (tile == null) {
        program.block(pattern, arrays, at, colStep, rowStep, count, from, to, settings);
      } else {
        tile.block(at, count, from, to);
      }
      line += count;
    }
  }

  /** Where each operand stands at an outer index and a row. */
  private void start(int outer, int row, int[] at) {
    for (int k = 0; k < at.length; k++) {
      at[k] = layout.offsets[k] + row * rowStep[k];
    }
    for (int d = layout.rank - 3; d >= 0; d--) {
      int i = outer % layout.sizes[d];
      outer /= layout.sizes[d];
      for (int k = 0; k < at.length; k++) {
        at[k] += i * layout.strides[k][d];
      }
    }
  }

  /** The converted and packed copies that one part works on. */
  private final class Tile {
    private final int width;
    private final int height;
    private final Object[] ready = arrays.clone();
    private final int[] readyAt = new int[arrays.length];
    private final int[] readyCol = colStep.clone();
    private final int[] readyRow = rowStep.clone();

    Tile(int cols, int lines) {
      width = Math.min(cols, across && rows > 1 ? ACROSS : TILE);
      height = Math.max(1, Math.min(Math.min(rows, lines), TILE / width));
      for (int k = 0; k < arrays.length; k++) {
        if (staged[k]) {
          readyCol[k] = Math.min(1, Math.abs(colStep[k]));
          readyRow[k] = rowStep[k] == 0 ? 0 : readyCol[k] == 0 ? 1 : width;
          ready[k] = program.compute.newArray(width * height);
        }
      }
    }

    void block(int[] at, int rows, int from, int to) {
      for (int r = 0; r < rows; r += height) {
        for (int c = from; c < to; c += width) {
          tile(at, r, c, Math.min(height, rows - r), Math.min(width, to - c));
        }
      }
    }

    private void tile(int[] at, int row, int col, int rows, int cols) {
      for (int k = 0; k < arrays.length; k++) {
        int start = at[k] + row * rowStep[k] + col * colStep[k];
        readyAt[k] = staged[k] ? 0 : start;
        if (staged[k] && k >= program.outputs) {
          copy(k, start, rows, cols, true);
        }
      }
      program.block(pattern, ready, readyAt, readyCol, readyRow, rows, 0, cols, settings);
      for (int k = 0; k < program.outputs; k++) {
        if (staged[k]) {
          copy(k, at[k] + row * rowStep[k] + col * colStep[k], rows, cols, false);
        }
      }
    }

    /** Between the caller's array and the copy, along the shorter strides of the former. */
    private void copy(int k, int start, int rows, int cols, boolean in) {
      int down = readyRow[k] == 0 ? 1 : rows;
      int along = readyCol[k] == 0 ? 1 : cols;
      boolean byColumns = along > 1 && down > 1 && Math.abs(rowStep[k]) < Math.abs(colStep[k]);
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
}
