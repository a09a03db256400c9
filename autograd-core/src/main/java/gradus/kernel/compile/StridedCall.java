package gradus.kernel.compile;

import gradus.kernel.array.Strided;
import gradus.kernel.threads.Workers;
import org.jspecify.annotations.Nullable;

/**
 * One call over arrays of any type and stride: cut into parts, these into blocks of rows and
 * columns, and where an operand must be converted or packed, these into tiles.
 */
final class StridedCall {
  /** Strided operands of smaller calls are not worth packing. */
  private static final int SMALL = 512;

  /** The columns of a part in which an operand is transposed; its rows are then as many or more. */
  private static final int ACROSS = 256;

  /** Rows shorter than this spend their time on incomplete vectors, unless they are flattened. */
  private static final int NARROW = 64;

  /** Formulas of fewer nodes are done with a short row before it could be packed. */
  private static final int WORTH_FLATTENING = 10;

  final CompiledExpressions program;
  final double[] settings;
  final Object[] arrays;

  /** As in {@link Loop#run}. */
  final int[] steps;

  private final Layout layout;
  private final int rows;
  private final int cols;

  StridedCall(CompiledExpressions program, double[] settings, Strided... views) {
    this.program = program;
    this.settings = settings;
    this.arrays = new Object[views.length];
    for (int k = 0; k < views.length; k++) {
      arrays[k] = views[k].array();
    }
    this.layout = new Layout(views);
    this.steps = layout.steps();
    this.cols = layout.sizes[layout.rank - 1];
    this.rows = layout.sizes[layout.rank - 2];
  }

  void run(int n) {
    var staging = staging(n);
    int lines = n / cols;
    int width = staging.across ? ACROSS : CompiledExpressions.CHUNK;
    int partCols = n <= CompiledExpressions.CHUNK ? cols : Math.min(cols, width);
    int partLines = Math.max(1, CompiledExpressions.CHUNK / partCols);
    int pieces = (cols + partCols - 1) / partCols;
    int parts = pieces * ((lines + partLines - 1) / partLines);
    if (parts == 1) {
      lines(staging, 0, lines, 0, cols);
      return;
    }
    Workers.parallel(
        parts,
        part -> {
          int first = part / pieces * partLines;
          int from = part % pieces * partCols;
          int last = Math.min(lines, first + partLines);
          lines(staging, first, last, from, Math.min(cols, from + partCols));
        });
  }

  /** Decides which operands are copied into tiles first, and counts the call's traffic. */
  private Staging staging(int n) {
    int slots = arrays.length;
    var staged = new boolean[slots];
    int[] left = steps.clone();
    boolean any = false;
    boolean across = false;
    for (int k = 0; k < slots; k++) {
      boolean strided = (steps[2 * k] & ~1) != 0;
      staged[k] = arrays[k].getClass() != program.compute.array() || (strided && n >= SMALL);
      if (staged[k]) {
        left[2 * k] = Math.min(1, Math.abs(steps[2 * k]));
        any = true;
        across |= strided && rows > 1;
      }
    }
    OperandPattern flat = flattened(slots);
    if (flat != null) {
      flat.count(n);
      Loop vector = flat.vector();
      if (vector != null && cols % vector.lanes != 0) {
        for (int k = 0; k < slots; k++) {
          staged[k] |= steps[2 * k] != 1 || steps[2 * k + 1] != cols;
        }
        return new Staging(flat, staged, true, false, true);
      }
    }
    OperandPattern pattern = program.pattern(Layout.moving(left), slots);
    if (flat == null) {
      pattern.count(n);
    }
    return new Staging(pattern, staged, any, across, false);
  }

  /** The pattern for rows laid end to end, if they are too narrow to be walked one by one. */
  private @Nullable OperandPattern flattened(int slots) {
    boolean narrow = cols < NARROW && cols % 16 != 0 && rows > 1 && slots < 63;
    return narrow && program.cost >= WORTH_FLATTENING
        ? program.pattern((1L << slots) - 1, slots)
        : null;
  }

  /** The columns [from, to) of the lines [first, last): a line is a row of any outer index. */
  private void lines(Staging staging, int first, int last, int from, int to) {
    int[] at = new int[arrays.length];
    var tile = staging.any ? new Tile(this, staging, to - from, last - first) : null;
    for (int line = first; line < last; ) {
      int row = line % rows;
      int count = Math.min(rows - row, last - line);
      start(line / rows, row, at);
      if (tile == null) {
        staging.pattern.run(arrays, at, steps, count, from, to, settings);
      } else {
        tile.run(at, count, from, to);
      }
      line += count;
    }
  }

  /** Where each operand stands at an outer index and a row. */
  private void start(int outer, int row, int[] at) {
    for (int k = 0; k < at.length; k++) {
      at[k] = layout.offsets[k] + row * steps[2 * k + 1];
    }
    for (int d = layout.rank - 3; d >= 2; d--) {
      int i = outer % layout.sizes[d];
      outer /= layout.sizes[d];
      for (int k = 0; k < at.length; k++) {
        at[k] += i * layout.strides[k][d];
      }
    }
  }

  /**
   * What is copied into tiles.
   *
   * @param pattern of the column steps after that
   * @param staged by slot
   * @param any whether any slot is staged
   * @param across whether a staged operand is contiguous along other than the columns
   * @param flat whether the rows of a tile lie end to end and are run as one
   */
  record Staging(
      OperandPattern pattern, boolean[] staged, boolean any, boolean across, boolean flat) {}
}
