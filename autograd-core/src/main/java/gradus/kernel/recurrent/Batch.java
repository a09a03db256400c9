package gradus.kernel.recurrent;

import gradus.formula.Expr;
import gradus.kernel.array.Strided;
import gradus.kernel.compile.ElementwiseKernel;
import gradus.kernel.index.Parts;
import gradus.kernel.threads.Workers;
import java.util.List;
import java.util.function.Consumer;

/**
 * The sequences of a batch cut into parts. Sequences know nothing of each other, so a part runs
 * through all its steps alone.
 */
final class Batch {
  /** The most sequences of a part, whose states stay in a cache with the weights. */
  private static final int MOST = 32;

  /** As few sequences as this are still enough rows for a product, if threads want parts. */
  private static final int LEAST = 16;

  /** Fewer sequences leave the multipliers idle. */
  private static final int FEW = 8;

  /** Weights of more elements do not stay in a cache between two parts. */
  private static final int SHARED = 1 << 17;

  /** Some neighbouring sequences. */
  record Part(int first, int count) {
    /** Their states, of those of the batch. */
    Strided of(Strided batch) {
      return batch.rows(first, count);
    }

    /** Theirs at a step. */
    Strided at(int step, Strided sequences) {
      return sequences.select(0, step).rows(first, count);
    }
  }

  private final int n;
  private final int parts;
  private final boolean near;

  /**
   * @param n how many sequences there are
   * @param weights the elements that a step of a part multiplies with
   */
  Batch(int n, long weights) {
    this.n = n;
    this.near = weights <= SHARED;
    this.parts = near ? parts(n, Workers.available()) : Math.min(n, 1);
  }

  /** As many for each thread. */
  private static int parts(int n, int threads) {
    int each = Math.ceilDiv(Math.ceilDiv(n, MOST), threads);
    return Math.min(each * threads, Math.ceilDiv(n, LEAST));
  }

  /**
   * Whether a step multiplies with the weight of the input by itself, its sums and the weight being
   * in a cache. Otherwise all steps do at once.
   */
  boolean isStepwise() {
    return near && n >= FEW;
  }

  /** Runs formulas on matrices of one shape: the outputs, then the operands. */
  static void compute(List<Expr> formulas, Strided[]... all) {
    int n = 0;
    for (Strided[] some : all) {
      n += some.length;
    }
    Strided[] views = new Strided[n];
    for (int k = all.length - 1; k >= 0; k--) {
      n -= all[k].length;
      System.arraycopy(all[k], 0, views, n, all[k].length);
    }
    ElementwiseKernel.of(formulas).run(views);
  }

  static Strided[] group(Strided... views) {
    return views;
  }

  /** Runs every sequence once. */
  void run(Consumer<Part> body) {
    Parts.cut(n, parts, (first, end) -> body.accept(new Part(first, end - first)));
  }
}
