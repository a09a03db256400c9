package gradus.op.reduction;

import gradus.Shape;
import gradus.Tensor;
import gradus.formula.Expr;
import gradus.kernel.array.Strided;
import gradus.kernel.reduce.Reduce;
import gradus.kernel.reduce.Reducer;
import gradus.op.fusion.FusedExpression;
import gradus.op.fusion.Fusion;
import java.util.Arrays;
import java.util.List;

/** Tensors and lazy expressions folded over dimensions. */
final class Reducing {
  private Reducing() {}

  /** Folds dimensions of a tensor; one that is lazy is not stored for it. */
  static void run(Reducer fold, Axes axes, Tensor x, Tensor out) {
    FusedExpression chain = out.dtype() == x.dtype() ? Fusion.expressionOf(x) : null;
    if (chain != null) {
      Tensor[] operands = chain.operands().toArray(new Tensor[0]);
      List<Expr> map = List.of(chain.body());
      fold(fold, axes, map, chain.settings(), x.shape(), operands, List.of(out));
      return;
    }
    Reduce.run(fold, axes.split(x.strided()), axes.result(out.strided()));
  }

  /** Folds expressions of operands that broadcast to {@code whole}, without storing them. */
  static void fold(
      Reducer fold,
      Axes axes,
      List<Expr> maps,
      double[] settings,
      Shape whole,
      Tensor[] in,
      List<Tensor> out) {
    int[] sizes = whole.dims();
    var operands = new Strided[in.length];
    Arrays.setAll(operands, k -> axes.split(in[k].strided().expand(sizes)));
    var outs = new Strided[out.size()];
    Arrays.setAll(outs, v -> axes.result(out.get(v).strided()));
    Reduce.run(fold, maps, settings, operands, outs);
  }
}
