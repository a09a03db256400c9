package gradus.op.pooling;

import gradus.Shape;
import gradus.ShapeException;
import gradus.kernel.pool.Pool;
import gradus.kernel.pool.Span;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/** Where the windows lie: over the last dimensions of a tensor [n, c, size...]. */
public sealed interface Windows {
  /** How many dimensions they cover, 1 to 3. */
  int dimensions();

  /** The windows along dimension d of n places. */
  Span span(String operator, int d, int n);

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

    @Override
    public Span span(String operator, int d, int n) {
      return windows.get(d).over(operator, n, ceil, countPadding);
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

    @Override
    public Span span(String operator, int d, int n) {
      if (n == 0) {
        throw new ShapeException("%s: dimension %d is empty".formatted(operator, d + 2));
      }
      int k = outputs.get(d);
      int[] from = new int[k];
      int[] to = new int[k];
      int[] counted = new int[k];
      for (int i = 0; i < k; i++) {
        from[i] = (int) ((long) i * n / k);
        to[i] = (int) Math.ceilDiv((i + 1L) * n, (long) k);
        counted[i] = to[i] - from[i];
      }
      return new Span(from, to, counted, 1, n);
    }
  }

  private static void requireDimensions(int n) {
    if (n < 1 || n > 3) {
      throw new IllegalArgumentException("pooling: needs 1 to 3 dimensions, got " + n);
    }
  }

  /**
   * The shape of the result for an input of shape x.
   *
   * @throws ShapeException if a window does not fit
   */
  default Shape outputs(String operator, Shape x) {
    if (x.rank() != dimensions() + 2) {
      throw new ShapeException(
          "%s: needs an input [n, channels, ...] of %d dimensions, got %s"
              .formatted(operator, dimensions() + 2, x));
    }
    int[] dims = x.dims();
    for (int d = 0; d < dimensions(); d++) {
      dims[d + 2] = span(operator, d, x.dim(d + 2)).from().length;
    }
    return Shape.of(dims);
  }

  /** The loops for an input of shape x: dimensions that are missing come first, of size 1. */
  default Pool over(Shape x) {
    Span[] spans = new Span[3];
    Arrays.fill(spans, Span.ONE);
    for (int d = 0; d < dimensions(); d++) {
      spans[3 - dimensions() + d] = span("pooling", d, x.dim(d + 2));
    }
    return new Pool(x.dim(0) * x.dim(1), spans[0], spans[1], spans[2]);
  }
}
