package gradus.op.normalization;

import gradus.DType;
import gradus.Shape;
import gradus.Tensor;
import gradus.formula.Expr;
import gradus.op.Composite;
import gradus.op.Formula;
import gradus.op.Overwriting;
import gradus.op.Spec;
import gradus.op.reduction.Axes;
import gradus.op.reduction.SumOf;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/**
 * The gradient of the weight of a {@link Normalization}: the sum of g times the normalised x over
 * all that the weight broadcasts to; and that of a bias of the same shape, the sum of g, in the
 * same pass. Its inputs are the gradient g of the operator's first result, x, the operator's
 * residual, and the mean if x was centred; the last two are functions of x and get no gradient.
 *
 * @param weight the shape of the weight
 * @param bias whether the gradient of a bias is the second result
 */
public record NormalizationWeightGradient(Normalization of, Shape weight, boolean bias)
    implements Composite, Overwriting {
  /** g (x - mean) scale. */
  public static final Formula TERM =
      Formula.of("normalizedTimes", 4, 0, (x, s) -> x[0].mul(x[1].sub(x[3]).mul(x[2])));

  /** g x scale. */
  public static final Formula UNCENTERED_TERM =
      Formula.of("scaledTimes", (g, x, scale) -> g.mul(x.mul(scale)));

  @Override
  public Tensor[] composedAll(Tensor... in) {
    Tensor x = of.centered(in[1]);
    Tensor sum = in[0].mul(x.mul(of.scale(x))).sumToSize(weight);
    return bias ? new Tensor[] {sum, in[0].sumToSize(weight)} : new Tensor[] {sum};
  }

  @Override
  public List<Spec> results(Tensor... in) {
    DType type = DType.floating("normalizationWeightGradient", in);
    of.requireStatistics("normalizationWeightGradient", in);
    return Collections.nCopies(bias ? 2 : 1, Spec.of(weight, type));
  }

  @Override
  public void forward(Tensor[] in, Tensor[] out) {
    Shape whole = in[1].shape();
    int lead = whole.rank() - weight.rank();
    long mask = 0;
    for (int d = 0; d < whole.rank(); d++) {
      mask |= d < lead || weight.dim(d - lead) == 1 ? 1L << d : 0;
    }
    var axes = new Axes(mask, false);
    int[] flat = axes.reduced(whole).dims();
    Expr term = (of.centered() ? TERM : UNCENTERED_TERM).expression();
    List<Expr> terms = bias ? List.of(term, Expr.arg(0)) : List.of(term);
    SumOf.all(terms, axes, whole, in, Arrays.stream(out).map(t -> t.reshape(flat)).toList());
  }
}
