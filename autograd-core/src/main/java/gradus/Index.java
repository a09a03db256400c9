package gradus;

import org.jspecify.annotations.Nullable;

/**
 * The words of {@link Tensor#at}: {@code x[0, 1:5, ::2, ...]} of Python is {@code x.at(0, range(1,
 * 5), step(2), ELLIPSIS)}. A script has them without an import.
 */
public final class Index {
  /** As many whole dimensions as are left: {@code ...}. */
  public static final Word ELLIPSIS = Word.ELLIPSIS;

  /** A new dimension of size 1: {@code None}. */
  public static final Word NEW_AXIS = Word.NEW_AXIS;

  private Index() {}

  /** An index that is no number, range or tensor. */
  public enum Word {
    ELLIPSIS,
    NEW_AXIS
  }

  /**
   * Some indices of a dimension, as Python's slices: negative bounds count from the end, bounds
   * beyond the ends are cut off, a missing one is the end that the step begins or stops at.
   *
   * @param step not 0; a negative one walks backwards
   */
  public record Range(@Nullable Integer start, @Nullable Integer stop, int step) {
    public Range {
      if (step == 0) {
        throw new IllegalArgumentException("range: the step must not be 0");
      }
    }

    /** The first index of a dimension of this size. */
    int first(int size) {
      int open = step > 0 ? 0 : size - 1;
      return start == null ? open : bounded(start, size);
    }

    /** The number of indices of a dimension of this size. */
    int count(int size) {
      int open = step > 0 ? size : -1;
      long distance = (long) (stop == null ? open : bounded(stop, size)) - first(size);
      return (int)
          Math.max(
              0, step > 0 ? Math.ceilDiv(distance, step) : Math.ceilDiv(-distance, -(long) step));
    }

    private int bounded(int bound, int size) {
      long from = bound < 0 ? (long) bound + size : bound;
      return step > 0 ? Math.clamp(from, 0, size) : Math.clamp(from, -1, size - 1);
    }
  }

  /** {@code start:stop}. */
  public static Range range(int start, int stop) {
    return new Range(start, stop, 1);
  }

  /** {@code start:stop:step}. */
  public static Range range(int start, int stop, int step) {
    return new Range(start, stop, step);
  }

  /** A whole dimension: {@code :}. */
  public static Range all() {
    return new Range(null, null, 1);
  }

  /** {@code start:}. */
  public static Range from(int start) {
    return new Range(start, null, 1);
  }

  /** {@code :stop}. */
  public static Range to(int stop) {
    return new Range(null, stop, 1);
  }

  /** {@code ::step}; -1 turns a dimension around. */
  public static Range step(int step) {
    return new Range(null, null, step);
  }
}
