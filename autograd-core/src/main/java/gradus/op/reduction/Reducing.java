package gradus.op.reduction;

import gradus.Shape;
import gradus.Tensor;
import gradus.formula.Expr;
import gradus.kernel.array.Strided;
import gradus.kernel.reduce.Reduce;
import gradus.kernel.reduce.Reducer;
import gradus.op.Op;
import gradus.op.fusion.FusedExpression;
import gradus.op.fusion.Fusion;
import java.util.Arrays;
import java.util.List;

/** An operator that folds dimensions of one tensor with {@link Reducer}. */
interface Reducing extends Op {
  Axes axes();

  Reducer fold();

  /** The same of every example of a batch. */
  Reducing ofExamples();

  @Override
  default Shape shape(Tensor... in) {
    return axes().reduced(in[0].shape());
  }

  @Override
  default boolean overwrites() {
    return true;
  }

  @Override
  default void forward(Tensor[] in, Tensor out) {
    Tensor x = in[0];
    FusedExpression chain = out.dtype() == x.dtype() ? Fusion.expressionOf(x) : null;
    if (chain != null) {
      Tensor[] operands = chain.operands().toArray(new Tensor[0]);
      List<Expr> map = List.of(chain.body());
      fold(fold(), axes(), map, chain.settings(), x.shape(), operands, List.of(out));
      return;
    }
    Reduce.run(fold(), axes().split(x.strided()), axes().result(out.strided()));
  }

  @Override
  default Tensor[] vmap(int size, boolean[] batched, Tensor... in) {
    return ofExamples().applyAll(in);
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
