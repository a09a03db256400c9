package gradus.op.reduction;

import gradus.Shape;
import gradus.Tensor;
import gradus.formula.Expr;
import gradus.kernel.reduce.Fold;
import gradus.kernel.reduce.Reduce;
import gradus.op.Chain;
import gradus.op.Fusion;
import gradus.op.Op;
import gradus.op.Strides;

/** An operator that folds dimensions of one tensor with {@link Fold}. */
interface Reducing extends Op {
  Axes axes();

  Fold fold();

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
    Chain chain = out.dtype() == x.dtype() ? Fusion.onTheWay(x) : null;
    if (chain != null) {
      Tensor[] operands = chain.operands().toArray(new Tensor[0]);
      fold(fold(), axes(), chain.body(), chain.settings(), x.shape(), operands, out);
      return;
    }
    int[] dims = x.shape().dims();
    int[] strides = x.strides();
    int[] dense = out.strides();
    Reduce.run(
        fold(),
        axes().pick(dims, false),
        axes().pick(dims, true),
        x.storage().array(),
        x.offset(),
        axes().pick(strides, false),
        axes().pick(strides, true),
        out.storage().array(),
        out.offset(),
        axes().keep() ? axes().pick(dense, false) : dense);
  }

  /** Folds an expression of operands that broadcast to {@code whole}, without storing it. */
  static void fold(
      Fold fold, Axes axes, Expr map, double[] settings, Shape whole, Tensor[] in, Tensor out) {
    int[] dims = whole.dims();
    int n = in.length;
    var arrays = new Object[n];
    var offsets = new int[n];
    var kept = new int[n][];
    var folded = new int[n][];
    for (int k = 0; k < n; k++) {
      int[] strides = Strides.broadcast(in[k], whole);
      arrays[k] = in[k].storage().array();
      offsets[k] = in[k].offset();
      kept[k] = axes.pick(strides, false);
      folded[k] = axes.pick(strides, true);
    }
    int[] dense = out.strides();
    Reduce.run(
        fold,
        map,
        Strides.compute(out.dtype()),
        axes.pick(dims, false),
        axes.pick(dims, true),
        arrays,
        offsets,
        kept,
        folded,
        settings,
        out.storage().array(),
        out.offset(),
        axes.keep() ? axes.pick(dense, false) : dense);
  }
}
