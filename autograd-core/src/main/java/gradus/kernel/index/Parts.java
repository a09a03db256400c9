package gradus.kernel.index;

import gradus.kernel.threads.Workers;
import java.util.function.IntConsumer;

/** Cuts independent units of work into parts for the workers. */
public final class Parts {
  /** Elements that are worth waking another thread for. */
  private static final int GRAIN = 1 << 15;

  /** More parts than this balance nothing. */
  private static final int MOST = 64;

  private Parts() {}

  /** A stretch of units, from {@code begin} to before {@code end}. */
  @FunctionalInterface
  public interface Stretch {
    void run(int begin, int end);
  }

  /** As {@link #run}, unit by unit. */
  public static void each(int units, long elements, IntConsumer unit) {
    run(
        units,
        elements,
        (begin, end) -> {
          for (int i = begin; i < end; i++) {
            unit.accept(i);
          }
        });
  }

  /**
   * Runs all units, in as many stretches as their size suggests.
   *
   * @param elements what one unit moves or computes, in elements of a cheap loop
   */
  public static void run(int units, long elements, Stretch work) {
    int parts = Math.clamp(units * elements / GRAIN, 1, Math.clamp(units, 1, MOST));
    if (parts == 1) {
      work.run(0, units);
    } else {
      cut(units, parts, work);
    }
  }

  /** Runs all units in so many stretches. */
  public static void cut(int units, int parts, Stretch work) {
    Workers.parallel(
        parts,
        p -> work.run((int) ((long) units * p / parts), (int) ((long) units * (p + 1) / parts)));
  }
}
