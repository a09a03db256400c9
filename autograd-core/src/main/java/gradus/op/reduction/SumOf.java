package gradus.op.reduction;

import gradus.DType;
import gradus.DTypeException;
import gradus.Shape;
import gradus.Tensor;
import gradus.kernel.reduce.Fold;
import gradus.kernel.reduce.Reduce;
import gradus.op.Call;
import gradus.op.Formula;
import gradus.op.Fused;
import gradus.op.Strides;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The sum of a formula of several operands: squares, exp(x - m), products. The mapped elements are
 * never stored as a whole.
 *
 * @param map of operands that broadcast and have one floating type
 */
public record SumOf(Formula map, Axes axes) implements Fused {
  @Override
  public Tensor composed(Tensor... in) {
    return new Sum(axes).apply(map.apply(in));
  }

  @Override
  public Shape shape(Tensor... in) {
    return axes.reduced(map.shape(in));
  }

  @Override
  public DType dtype(Tensor... in) {
    DType type = map.dtype(in);
    if (!type.isFloating()) {
      throw new DTypeException("sumOf: needs floating operands, got %s".formatted(type));
    }
    return type;
  }

  @Override
  public void forward(Tensor[] in, Tensor out) {
    Shape whole = map.shape(in);
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
        Fold.SUM,
        map.expression(),
        Strides.compute(out.dtype()),
        axes.pick(dims, false),
        axes.pick(dims, true),
        arrays,
        offsets,
        kept,
        folded,
        map.settings(),
        out.storage().array(),
        out.offset(),
        axes.keep() ? axes.pick(dense, false) : dense);
  }

  @Override
  public @Nullable Tensor vjp(int i, Tensor g, Call call) {
    Tensor[] in = new Tensor[call.arity()];
    Arrays.setAll(in, call::in);
    Shape whole = map.shape(in);
    return map.gradient(i, axes.restore(g, whole), in);
  }
}
