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
import java.util.List;

/** An operator that folds dimensions of one tensor with {@link Fold}. */
interface Reducing extends Op {
  Axes axes();

  Fold fold();

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
    Chain chain = out.dtype() == x.dtype() ? Fusion.onTheWay(x) : null;
    if (chain != null) {
      Tensor[] operands = chain.operands().toArray(new Tensor[0]);
      List<Expr> map = List.of(chain.body());
      fold(fold(), axes(), map, chain.settings(), x.shape(), operands, List.of(out));
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

  @Override
  default Tensor[] vmap(int size, boolean[] batched, Tensor... in) {
    return ofExamples().applyAll(in);
  }

  /** Folds expressions of operands that broadcast to {@code whole}, without storing them. */
  static void fold(
      Fold fold,
      Axes axes,
      List<Expr> maps,
      double[] settings,
      Shape whole,
      Tensor[] in,
      List<Tensor> out) {
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
    int values = out.size();
    var to = new Object[values];
    var at = new int[values];
    var steps = new int[values][];
    for (int v = 0; v < values; v++) {
      Tensor t = out.get(v);
      int[] dense = t.strides();
      to[v] = t.storage().array();
      at[v] = t.offset();
      steps[v] = axes.keep() ? axes.pick(dense, false) : dense;
    }
    Reduce.run(
        fold,
        maps,
        Strides.compute(out.getFirst().dtype()),
        axes.pick(dims, false),
        axes.pick(dims, true),
        arrays,
        offsets,
        kept,
        folded,
        settings,
        to,
        at,
        steps);
  }
}
