package gradus.op.pooling;

import gradus.DType;
import gradus.Shape;
import gradus.ShapeException;
import gradus.Tensor;
import gradus.op.Batches;
import gradus.op.Call;
import gradus.op.LinearMap;
import gradus.op.Op;
import gradus.op.Overwriting;

/**
 * The mean of each window: [n, c, size...] -> [n, c, size'...]. {@code
 * torch.nn.functional.avg_pool2d} and its siblings, and the adaptive ones.
 *
 * @param divisor divides the sums instead of the number of elements, if not 0
 */
public record AvgPool(Windows windows, int divisor) implements Op, LinearMap, Overwriting {
  @Override
  public String name() {
    return "avgPool%dd".formatted(windows.dimensions());
  }

  /**
   * The means over [n, c, size...], or over a single [c, size...].
   *
   * @throws ShapeException if the windows do not fit
   * @throws gradus.DTypeException unless the input is floating
   */
  public Tensor on(Tensor input) {
    boolean single = input.rank() == windows.dimensions() + 1;
    return single ? on(input.unsqueeze(0)).squeeze(0) : apply(input);
  }

  @Override
  public Shape shape(Tensor... in) {
    return Spans.outputs(windows, name(), in[0].shape());
  }

  @Override
  public DType dtype(Tensor... in) {
    return DType.floating(name(), in[0]);
  }

  @Override
  public void forward(Tensor[] in, Tensor out) {
    Spans.over(windows, in[0].shape()).mean(divisor, in[0].contiguous().strided(), out.strided());
  }

  @Override
  public Tensor vjp(int i, Tensor g, Call call) {
    return new Gradient(this, call.shape(0)).apply(g);
  }

  @Override
  public Tensor[] vmap(int size, boolean[] batched, Tensor... in) {
    return Batches.of(Batches.parted(size, 0, apply(Batches.merged(0, in[0]))));
  }

  /** The adjoint: each element of g, divided, goes to all of its window. */
  public record Gradient(AvgPool pool, Shape input) implements Op, LinearMap {
    @Override
    public String name() {
      return pool.name() + "Gradient";
    }

    @Override
    public Shape shape(Tensor... in) {
      Shape expected = Spans.outputs(pool.windows, name(), input);
      if (!in[0].shape().equals(expected)) {
        throw new ShapeException(
            "%s: input %s makes %s, got a gradient %s"
                .formatted(name(), input, expected, in[0].shape()));
      }
      return input;
    }

    @Override
    public void forward(Tensor[] in, Tensor out) {
      Spans.over(pool.windows, input)
          .spread(pool.divisor, in[0].contiguous().strided(), out.strided());
    }

    @Override
    public Tensor vjp(int i, Tensor g, Call call) {
      return pool.apply(g);
    }

    @Override
    public Tensor[] vmap(int size, boolean[] batched, Tensor... in) {
      var all = new Gradient(pool, input.with(0, size * input.dim(0)));
      return Batches.of(Batches.parted(size, 0, all.apply(Batches.merged(0, in[0]))));
    }
  }
}
