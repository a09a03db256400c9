package gradus.kernel.recurrent;

import gradus.kernel.threads.Workers;

/**
 * The sequences of a batch cut into parts. Sequences know nothing of each other, so a part runs
 * through all its steps alone; what a sequence computes does not depend on its part.
 */
final class Batch {
  /** The most sequences of a part: enough rows for a product, and parts enough for threads. */
  private static final int PART = 16;

  /** Fewer sequences leave the multipliers idle. */
  private static final int FEW = 8;

  /** Weights of more elements do not stay in a cache between two parts. */
  private static final int SHARED = 1 << 17;

  /** Some neighbouring sequences. */
  interface Part {
    void run(int first, int count);
  }

  private final int n;
  private final int parts;
  private final boolean near;

  /**
   * A batch.
   *
   * @param n how many sequences there are
   * @param weights the elements that a step of a part multiplies with
   */
  Batch(int n, long weights) {
    this.n = n;
    this.near = weights <= SHARED;
    this.parts = near ? Math.ceilDiv(n, PART) : Math.min(n, 1);
  }

  /**
   * Whether a step multiplies with the weight of the input by itself, as its sums are still in a
   * cache then, and the weight is, too. Otherwise all steps do at once.
   */
  boolean isStepwise() {
    return near && n >= FEW;
  }

  /** Runs every sequence once. */
  void run(Part body) {
    Workers.parallel(
        parts,
        part -> {
          int first = (int) ((long) n * part / parts);
          int last = (int) ((long) n * (part + 1) / parts);
          body.run(first, last - first);
        });
  }
}
