package gradus.op.pooling;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/** Where the windows lie: over the last dimensions of a tensor [n, c, size...]. */
public sealed interface Windows {
  /** How many dimensions they cover, 1 to 3. */
  int dimensions();

  /** Sliding windows, equal along all dimensions; means count padding. */
  static Sliding of(
      int dimensions, int kernel, int stride, int padding, int dilation, boolean ceil) {
    Window window = new Window(kernel, stride, padding, dilation);
    return new Sliding(Collections.nCopies(dimensions, window), ceil, true);
  }

  /** So many windows along each dimension. */
  static Adaptive adaptive(int... outputs) {
    return new Adaptive(Arrays.stream(outputs).boxed().toList());
  }

  /**
   * Windows of fixed size that slide.
   *
   * @param ceil whether a last window may end outside: {@code ceil_mode}
   * @param countPadding whether means count padding: {@code count_include_pad}
   */
  record Sliding(List<Window> windows, boolean ceil, boolean countPadding) implements Windows {
    public Sliding {
      windows = List.copyOf(windows);
      requireDimensions(windows.size());
    }

    /** With means that do not count padding. */
    public Sliding withoutPadding() {
      return new Sliding(windows, ceil, false);
    }

    @Override
    public String toString() {
      Window first = windows.getFirst();
      boolean equal = windows.stream().allMatch(first::equals);
      return (equal ? first.toString() : windows.toString())
          + (ceil ? ", ceil" : "")
          + (countPadding ? "" : ", padding uncounted");
    }

    @Override
    public int dimensions() {
      return windows.size();
    }
  }

  /**
   * So many windows that share a dimension evenly: the i-th is [i n / k, (i + 1) n / k) widened to
   * whole places.
   */
  record Adaptive(List<Integer> outputs) implements Windows {
    public Adaptive {
      outputs = List.copyOf(outputs);
      requireDimensions(outputs.size());
      if (outputs.stream().anyMatch(k -> k < 1)) {
        throw new IllegalArgumentException(
            "pooling: needs at least one output along each dimension, got " + outputs);
      }
    }

    @Override
    public String toString() {
      return "out=" + (outputs.size() == 1 ? outputs.getFirst() : outputs);
    }

    @Override
    public int dimensions() {
      return outputs.size();
    }
  }

  private static void requireDimensions(int n) {
    if (n < 1 || n > 3) {
      throw new IllegalArgumentException("pooling: needs 1 to 3 dimensions, got " + n);
    }
  }
}
