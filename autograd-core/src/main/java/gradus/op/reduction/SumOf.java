package gradus.op.reduction;

import gradus.DType;
import gradus.DTypeException;
import gradus.Shape;
import gradus.Tensor;
import gradus.formula.Expr;
import gradus.kernel.reduce.Reducer;
import gradus.op.Batches;
import gradus.op.Call;
import gradus.op.CompositeOp;
import gradus.op.Formula;
import gradus.op.Overwriting;
import gradus.op.Tangents;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The sum of a formula of several operands: squares, exp(x - m), products. The mapped elements are
 * never stored as a whole.
 *
 * @param map of operands that broadcast and have one floating type
 */
public record SumOf(Formula map, Axes axes) implements CompositeOp, Overwriting {
  /** (a - b)^2. */
  public static final Formula SQUARED_DISTANCE =
      Formula.of("squaredDistance", (a, b) -> a.sub(b).square());

  /** exp(a - b). */
  public static final Formula EXP_DIFFERENCE =
      Formula.of("expDifference", (a, b) -> a.sub(b).exp());

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
    List<Expr> maps = List.of(map.expression());
    Reducing.fold(Reducer.SUM, axes, maps, map.settings(), map.shape(in), in, List.of(out));
  }

  /** The sums of several expressions of operands that broadcast to {@code whole}, in one pass. */
  public static void all(List<Expr> maps, Axes axes, Shape whole, Tensor[] in, List<Tensor> out) {
    Reducing.fold(Reducer.SUM, axes, maps, new double[0], whole, in, out);
  }

  @Override
  public @Nullable Tensor vjp(int i, Tensor g, Call call) {
    Tensor[] in = call.inputs();
    Shape whole = map.shape(in);
    return map.gradient(i, axes.restore(g, whole), in);
  }

  @Override
  public @Nullable Tensor[] jvp(@Nullable Tensor[] tangents, Call call) {
    Tensor[] in = call.inputs();
    Tensor sum = null;
    for (int i = 0; i < in.length; i++) {
      Tensor t = tangents[i];
      Tensor term = t == null ? null : map.gradient(i, t, in);
      sum = term == null ? sum : sum == null ? term : sum.add(term);
    }
    return Tangents.of(sum == null ? null : new Sum(axes).apply(sum.expand(map.shape(in))));
  }

  @Override
  public Tensor[] vmap(int size, boolean[] batched, Tensor... in) {
    return new SumOf(map, axes.ofExamples()).applyAll(Batches.aligned(batched, in));
  }
}
