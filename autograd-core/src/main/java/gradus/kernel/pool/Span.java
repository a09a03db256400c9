package gradus.kernel.pool;

/**
 * The windows along one dimension: that of output i holds the inputs {@code from[i], from[i] +
 * step, ...} below {@code to[i]}, at least one.
 *
 * @param counted how many a mean divides by, which may count padding
 * @param size of the input
 */
public record Span(int[] from, int[] to, int[] counted, int step, int size) {
  /** A dimension that is not there. */
  public static final Span ONE = new Span(new int[1], new int[] {1}, new int[] {1}, 1, 1);

  int count() {
    return from.length;
  }
}
