package gradus.nn;

import gradus.DType;
import gradus.Shape;
import gradus.Tensor;
import gradus.formula.Expr;
import gradus.op.Batches;
import gradus.op.Call;
import gradus.op.Formula;
import gradus.op.Op;
import gradus.op.Tangents;
import org.jspecify.annotations.Nullable;

/**
 * {@code -(t log p + (1 - t) log(1 - p))} for a probability p and a target t, finite everywhere: as
 * in PyTorch, logarithms end at -100 and the slope divides by at least 1e-12. The slope is
 * therefore an operator's own, not the derivative of the bounded value, which would be 0 where p is
 * most wrong.
 */
record BinaryCrossEntropy() implements Op {
  private static final Formula VALUE =
      Formula.of(
          "binaryCrossEntropy",
          (p, t) -> t.sub(1).mul(bounded(p.neg().log1p())).sub(t.mul(bounded(p.log()))));

  private static final Formula SLOPE_P =
      Formula.of(
          "binaryCrossEntropyGrad0",
          (p, t, g) ->
              g.mul(p.sub(t)).div(Expr.constant(1).sub(p).mul(p).max(Expr.constant(1e-12))));

  private static final Formula SLOPE_T =
      Formula.of(
          "binaryCrossEntropyGrad1",
          (p, t, g) -> g.mul(bounded(p.neg().log1p()).sub(bounded(p.log()))));

  private static Expr bounded(Expr logarithm) {
    return logarithm.max(Expr.constant(-100));
  }

  @Override
  public Shape shape(Tensor... in) {
    return VALUE.shape(in);
  }

  @Override
  public DType dtype(Tensor... in) {
    return VALUE.dtype(in);
  }

  @Override
  public void forward(Tensor[] in, Tensor out) {
    VALUE.forward(in, out);
  }

  @Override
  public @Nullable Tensor vjp(int i, Tensor g, Call call) {
    return (i == 0 ? SLOPE_P : SLOPE_T).apply(call.in(0), call.in(1), g);
  }

  @Override
  public @Nullable Tensor[] jvp(@Nullable Tensor[] tangents, Call call) {
    return Tangents.elementwise(this, tangents, call);
  }

  @Override
  public Tensor[] vmap(int size, boolean[] batched, Tensor... in) {
    return applyAll(Batches.aligned(batched, in));
  }
}
