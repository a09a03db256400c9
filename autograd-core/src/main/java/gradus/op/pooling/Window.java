package gradus.op.pooling;

import gradus.ShapeException;
import gradus.kernel.pool.Span;

/**
 * A window that slides along one dimension.
 *
 * @param padding places before and after the input that windows may overlap, at most half of one
 */
public record Window(int size, int stride, int padding, int dilation) {
  public Window {
    if (size < 1 || stride < 1 || dilation < 1) {
      throw new IllegalArgumentException(
          "pooling: needs kernel, stride and dilation of at least 1, got kernel %d, stride %d, dilation %d"
              .formatted(size, stride, dilation));
    }
    if (padding < 0 || 2 * padding > reach(size, dilation)) {
      throw new IllegalArgumentException(
          "pooling: padding must be between 0 and half of the kernel, got padding %d for kernel %d%s"
              .formatted(padding, size, dilation > 1 ? " with dilation " + dilation : ""));
    }
  }

  @Override
  public String toString() {
    return "kernel=%d, stride=%d%s%s"
        .formatted(
            size,
            stride,
            padding > 0 ? ", padding=" + padding : "",
            dilation > 1 ? ", dilation=" + dilation : "");
  }

  private static int reach(int size, int dilation) {
    return dilation * (size - 1) + 1;
  }

  /**
   * The windows over an input of n places.
   *
   * @param ceil whether a last window may begin inside and end outside of the padded input
   * @param countPadding whether padding counts as elements of a mean
   */
  Span over(String operator, int n, boolean ceil, boolean countPadding) {
    int reach = reach(size, dilation);
    int spare = n + 2 * padding - reach;
    if (spare < 0) {
      throw new ShapeException(
          "%s: a kernel of size %d%s does not fit into an input of size %d%s"
              .formatted(
                  operator,
                  size,
                  dilation > 1 ? " with dilation %d, spanning %d,".formatted(dilation, reach) : "",
                  n,
                  padding > 0 ? ", padded to " + (n + 2 * padding) : ""));
    }
    int count = (ceil ? Math.ceilDiv(spare, stride) : spare / stride) + 1;
    if (ceil && (count - 1) * stride >= n + padding) {
      count--;
    }
    int[] from = new int[count];
    int[] to = new int[count];
    int[] counted = new int[count];
    for (int i = 0; i < count; i++) {
      int begin = i * stride - padding;
      int end = begin + reach;
      from[i] = begin < 0 ? begin + Math.ceilDiv(-begin, dilation) * dilation : begin;
      to[i] = Math.min(n, end);
      counted[i] = countPadding ? Math.min(end, n + padding) - begin : to[i] - from[i];
      if (from[i] >= to[i]) {
        throw new ShapeException(
            "%s: window %d of size %d, stride %d, padding %d, dilation %d meets nothing of an input of size %d"
                .formatted(operator, i, size, stride, padding, dilation, n));
      }
    }
    return new Span(from, to, counted, dilation, n);
  }
}
