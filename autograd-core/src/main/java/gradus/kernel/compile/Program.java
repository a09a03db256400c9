package gradus.kernel.compile;

import gradus.formula.Expr;
import gradus.formula.Fn;
import gradus.formula.Lowering;
import gradus.formula.Precision;
import gradus.kernel.threads.Workers;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A kernel in one arithmetic: its lowered expressions and the loops made of them so far. */
final class Program {
  /** The elements of one parallel part. A fixed number: the cut must not depend on the threads. */
  static final int CHUNK = 1 << 15;

  final Compute compute;
  final int outputs;
  private final List<Expr> lowered;
  private final Tiers tiers;
  private final boolean vectors;
  private final int lanes;
  private final int cost;
  private volatile @Nullable Loop scalar;
  private volatile Pattern[] patterns = {};

  Program(Compute compute, List<Expr> expressions, Tiers tiers) {
    this.compute = compute;
    this.outputs = expressions.size();
    this.lowered =
        switch (compute) {
          case FLOAT -> Lowering.of(expressions, Precision.FLOAT);
          case DOUBLE -> Lowering.of(expressions, Precision.DOUBLE);
          case LONG -> expressions;
        };
    this.tiers = tiers;
    this.lanes = tiers.bits() / (compute == Compute.FLOAT ? Float.SIZE : Double.SIZE);
    this.vectors = tiers.vectors() && VectorWriter.canWrite(compute, lowered);
    this.cost = Expr.nodes(lowered).size();
  }

  Tiers tiers() {
    return tiers;
  }

  boolean canVectorize() {
    return vectors;
  }

  int lanes() {
    return lanes;
  }

  /** The function values to compute per element. */
  int cost() {
    return cost;
  }

  /** How many settings the expressions know. */
  int settings() {
    int n = 0;
    for (Expr e : Expr.nodes(lowered)) {
      n = e.fn() == Fn.SETTING ? Math.max(n, e.index() + 1) : n;
    }
    return n;
  }

  Loop vectorLoop(long moving) {
    return new VectorWriter(compute, lowered, tiers.bits(), moving).define();
  }

  private Loop scalar() {
    Loop loop = scalar;
    return loop != null ? loop : makeScalar();
  }

  private synchronized Loop makeScalar() {
    Loop loop = scalar;
    if (loop == null) {
      loop = new ScalarWriter(compute, lowered).define();
      scalar = loop;
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
    long moving = isUniform(arrays) ? Layout.flat(sizes, strides) : Layout.NOT_FLAT;
    if (moving != Layout.NOT_FLAT) {
      flat(n, arrays, offsets, pattern(moving, arrays.length), settings);
    } else {
      new Sweep(this, new Layout(sizes, offsets, strides, outputs), arrays, settings).run(n);
    }
  }

  /** All operands contiguous in the order of the output, or one element. */
  private void flat(int n, Object[] arrays, int[] offsets, Pattern pattern, double[] settings) {
    pattern.count(n);
    int[] steps = pattern.steps;
    if (n <= CHUNK) {
      block(pattern, arrays, offsets, steps, steps, 1, 0, n, settings);
      return;
    }
    Workers.parallel(
        (n + CHUNK - 1) / CHUNK,
        part -> {
          int from = part * CHUNK;
          int to = Math.min(n, from + CHUNK);
          block(pattern, arrays, offsets, steps, steps, 1, from, to, settings);
        });
  }

  /**
   * A block whose arrays are all of the loop's type: whole vectors where there is a loop for them,
   * the rest of each row one by one.
   *
   * @param pattern the pattern of the column steps, null if other steps than 0 and 1 are among them
   */
  void block(
      @Nullable Pattern pattern,
      Object[] arrays,
      int[] at,
      int[] colStep,
      int[] rowStep,
      int rows,
      int from,
      int to,
      double[] settings) {
    Loop vector = pattern == null ? null : pattern.vector();
    int rest = from;
    if (vector != null) {
      rest = to - (to - from) % lanes;
      if (rest > from) {
        vector.run(arrays, at, colStep, rowStep, rows, from, rest, settings);
      }
    }
    if (rest < to) {
      scalar().run(arrays, at, colStep, rowStep, rows, rest, to, settings);
    }
  }

  /** The pattern with these bits; there are few, so a walk finds it. */
  Pattern pattern(long moving, int slots) {
    for (Pattern p : patterns) {
      if (p.moving == moving) {
        return p;
      }
    }
    return newPattern(moving, slots);
  }

  private synchronized Pattern newPattern(long moving, int slots) {
    for (Pattern p : patterns) {
      if (p.moving == moving) {
        return p;
      }
    }
    var p = new Pattern(this, moving, slots);
    Pattern[] more = Arrays.copyOf(patterns, patterns.length + 1);
    more[patterns.length] = p;
    patterns = more;
    return p;
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
}
