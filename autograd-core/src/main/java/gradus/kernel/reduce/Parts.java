package gradus.kernel.reduce;

import java.util.function.IntConsumer;

/** Runs units of work in a few parts. */
final class Parts {
  private Parts() {}

  /** Runs every unit below {@code units}, in at most {@code parts} pieces of neighbouring units. */
  static void run(int units, long parts, IntConsumer unit) {
    for (int u = 0; u < units; u++) {
      unit.accept(u);
    }
  }
}
