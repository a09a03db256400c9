package gradus.kernel.recurrent;

import gradus.kernel.threads.Workers;

/**
 * The sequences of a batch cut into parts. Sequences know nothing of each other, so a part runs
 * through all its steps alone; what a sequence computes does not depend on its part.
 */
final class Batch {
  /** The most sequences of a part: enough rows for a product, and parts enough for threads. */
  private static final int PART = 16;

  /** A weight of more elements does not stay in a cache between two parts. */
  private static final int SHARED = 1 << 17;

  /** Some neighbouring sequences. */
  interface Part {
    void run(int first, int count);
  }

  private Batch() {}

  /**
   * Runs every sequence once.
   *
   * @param n how many there are
   * @param weight the elements that a step of a part multiplies with
   */
  static void run(int n, int weight, Part body) {
    int parts = weight <= SHARED ? Math.ceilDiv(n, PART) : Math.min(n, 1);
    Workers.parallel(
        parts,
        part -> {
          int first = (int) ((long) n * part / parts);
          int last = (int) ((long) n * (part + 1) / parts);
          body.run(first, last - first);
        });
  }
}
