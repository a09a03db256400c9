package gradus.kernel.compile;

import gradus.formula.Expr;
import gradus.kernel.threads.Workers;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A kernel in one arithmetic: its lowered expressions and the loops made of them so far. */
final class Program {
  /** The elements of one parallel part. A fixed number: the cut must not depend on the threads. */
  static final int CHUNK = 1 << 15;

  final Compute compute;
  final int outputs;
  private final List<Expr> lowered;
  private volatile @Nullable Loop scalar;

  Program(Compute compute, List<Expr> expressions) {
    this.compute = compute;
    this.outputs = expressions.size();
    this.lowered = expressions;
  }

  private Loop scalar() {
    Loop loop = scalar;
    if (loop == null) {
      synchronized (this) {
        loop = scalar;
        if (loop == null) {
          loop = new ScalarWriter(compute, lowered).define();
          scalar = loop;
        }
      }
    }
    return loop;
  }

  void run(int[] sizes, Object[] arrays, int[] offsets, int[][] strides, double[] settings) {
    int n = 1;
    for (int size : sizes) {
      n *= size;
    }
    if (n == 0) {
      return;
    }
    int[] steps = isUniform(arrays) ? Layout.flat(sizes, strides) : null;
    if (steps != null) {
      flat(n, arrays, offsets, steps, settings);
    } else {
      new Sweep(this, new Layout(sizes, offsets, strides, outputs), arrays, settings).run(n);
    }
  }

  /** All operands contiguous in the order of the output, or one element. */
  private void flat(int n, Object[] arrays, int[] offsets, int[] steps, double[] settings) {
    Loop loop = scalar();
    if (n <= CHUNK) {
      loop.run(arrays, offsets, steps, steps, 1, 0, n, settings);
      return;
    }
    Workers.parallel(
        (n + CHUNK - 1) / CHUNK,
        part -> {
          int from = part * CHUNK;
          loop.run(arrays, offsets, steps, steps, 1, from, Math.min(n, from + CHUNK), settings);
        });
  }

  /** Whether no array needs conversion. */
  private boolean isUniform(Object[] arrays) {
    for (Object array : arrays) {
      if (array.getClass() != compute.array()) {
        return false;
      }
    }
    return true;
  }

  /** A block whose arrays are all of the loop's type. */
  void block(
      Object[] arrays,
      int[] at,
      int[] colStep,
      int[] rowStep,
      int rows,
      int from,
      int to,
      double[] settings) {
    scalar().run(arrays, at, colStep, rowStep, rows, from, to, settings);
  }
}
