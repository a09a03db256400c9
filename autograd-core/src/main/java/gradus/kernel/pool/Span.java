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

  /** The most places that a window reaches over. */
  int longest() {
    int longest = 0;
    for (int i = 0; i < from.length; i++) {
      longest = Math.max(longest, to[i] - from[i]);
    }
    return longest;
  }

  /** The most inputs of a window. */
  int mostTaps() {
    return Math.ceilDiv(longest(), step);
  }

  /** Windows of full length at equal distances: {@code count} from the first on. */
  record Run(int first, int count, int stride) {
    int end() {
      return first + count;
    }
  }

  /** The first such run of windows that are not clipped. */
  Run regular() {
    int longest = longest();
    int first = 0;
    while (first < from.length && to[first] - from[first] < longest) {
      first++;
    }
    int end = Math.min(from.length, first + 1);
    int stride = end < from.length ? from[end] - from[first] : 1;
    while (end < from.length
        && to[end] - from[end] == longest
        && from[end] - from[end - 1] == stride) {
      end++;
    }
    return new Run(first, end - first, Math.max(1, stride));
  }
}
