package gradus.op.reduction;

import gradus.DType;
import gradus.Shape;
import gradus.Tensor;
import gradus.kernel.reduce.RunningSum;
import gradus.op.Call;
import gradus.op.LinearMap;
import gradus.op.Op;
import gradus.op.Overwriting;

/**
 * The sums of the elements up to each one along a dimension; of integers and truth values in int64:
 * {@code torch.cumsum}. An element counts in all sums from its own on, so gradients are summed from
 * the end.
 */
public record CumSum(int dim) implements Op, LinearMap, Overwriting {
  @Override
  public Shape shape(Tensor... in) {
    return in[0].shape();
  }

  @Override
  public DType dtype(Tensor... in) {
    return in[0].dtype().isFloating() ? in[0].dtype() : DType.INT64;
  }

  @Override
  public void forward(Tensor[] in, Tensor out) {
    Tensor x = in[0].to(out.dtype());
    RunningSum.run(x.strided().last(dim), out.strided().last(dim));
  }

  @Override
  public Tensor vjp(int i, Tensor g, Call call) {
    return apply(g.flip(dim)).flip(dim);
  }

  @Override
  public Tensor[] vmap(int size, boolean[] batched, Tensor... in) {
    return new CumSum(dim + 1).applyAll(in);
  }
}
