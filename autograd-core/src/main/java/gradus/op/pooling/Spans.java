package gradus.op.pooling;

import gradus.Shape;
import gradus.ShapeException;
import gradus.kernel.pool.Pool;
import gradus.kernel.pool.Span;
import java.util.Arrays;

/** {@link Windows} over an input of a certain size, as the loops take them. */
final class Spans {
  private Spans() {}

  /**
   * The shape of the result for an input of shape x.
   *
   * @throws ShapeException if a window does not fit
   */
  static Shape outputs(Windows windows, String operator, Shape x) {
    int rank = windows.dimensions() + 2;
    if (x.rank() != rank) {
      throw new ShapeException(
          "%s: needs an input [n, channels, ...] of %d dimensions, got %s"
              .formatted(operator, rank, x));
    }
    int[] dims = x.dims();
    for (int d = 2; d < rank; d++) {
      dims[d] = along(windows, operator, d - 2, x.dim(d)).from().length;
    }
    return Shape.of(dims);
  }

  /** The loops for an input of shape x: dimensions that are missing come first, of size 1. */
  static Pool over(Windows windows, Shape x) {
    Span[] spans = new Span[3];
    Arrays.fill(spans, Span.ONE);
    for (int d = 0; d < windows.dimensions(); d++) {
      spans[3 - windows.dimensions() + d] = along(windows, "pooling", d, x.dim(d + 2));
    }
    return new Pool(x.dim(0) * x.dim(1), spans[0], spans[1], spans[2]);
  }

  /** The windows along dimension d of n places. */
  private static Span along(Windows windows, String operator, int d, int n) {
    return switch (windows) {
      case Windows.Sliding s -> s.windows().get(d).over(operator, n, s.ceil(), s.countPadding());
      case Windows.Adaptive a -> shares(a.outputs().get(d), operator, d, n);
    };
  }

  private static Span shares(int k, String operator, int d, int n) {
    if (n == 0) {
      throw new ShapeException("%s: dimension %d is empty".formatted(operator, d + 2));
    }
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
