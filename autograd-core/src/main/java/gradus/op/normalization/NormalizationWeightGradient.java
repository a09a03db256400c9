package gradus.op.normalization;

import gradus.Shape;
import gradus.Tensor;
import gradus.formula.Expr;
import gradus.op.Formula;
import gradus.op.Fused;
import gradus.op.reduction.Axes;
import gradus.op.reduction.SumOf;
import java.util.Arrays;
import java.util.List;

/**
 * The gradient of the weight of a {@link Normalization}: of the gradient g of the result and the
 * input x, the sum of g times the normalised x over all that the weight broadcasts to.
 *
 * @param statistics those of x
 * @param weight the shape of the weight
 */
public record NormalizationWeightGradient(Statistics statistics, Shape weight) implements Fused {
  /** g (x - mean) scale. */
  public static final Formula TERM =
      Formula.of("normalizedTimes", 4, 0, (x, s) -> x[0].mul(x[1].sub(x[3]).mul(x[2])));

  /** g x scale. */
  public static final Formula UNCENTERED_TERM =
      Formula.of("scaledTimes", (g, x, scale) -> g.mul(x.mul(scale)));

  @Override
  public Tensor composed(Tensor... in) {
    Tensor x = statistics.centered(in[1]);
    return in[0].mul(x.mul(statistics.scaleOf(x))).sumTo(weight);
  }

  @Override
  public Shape shape(Tensor... in) {
    return weight;
  }

  @Override
  public boolean overwrites() {
    return true;
  }

  @Override
  public void forward(Tensor[] in, Tensor out) {
    sums(List.of(term()), in[0], in[1], out);
  }

  /** This gradient and that of a bias of the same shape, the sum of g, in one pass; no history. */
  NormalizationGradient.Sums withBias(Tensor g, Tensor x) {
    Tensor along = Tensor.empty(weight, x.dtype());
    Tensor level = Tensor.empty(weight, x.dtype());
    sums(List.of(term(), Expr.arg(0)), g, x, along, level);
    return new NormalizationGradient.Sums(along, level);
  }

  private Expr term() {
    return (statistics.mean() == null ? UNCENTERED_TERM : TERM).expression();
  }

  /** The sums of terms over all that the weight broadcasts to. */
  private void sums(List<Expr> terms, Tensor g, Tensor x, Tensor... out) {
    Shape whole = x.shape();
    int lead = whole.rank() - weight.rank();
    long mask = 0;
    for (int d = 0; d < whole.rank(); d++) {
      mask |= d < lead || weight.dim(d - lead) == 1 ? 1L << d : 0;
    }
    var axes = new Axes(mask, false);
    int[] flat = axes.reduced(whole).dims();
    Tensor mean = statistics.mean();
    Tensor scale = statistics.scale();
    Tensor[] in = mean == null ? new Tensor[] {g, x, scale} : new Tensor[] {g, x, scale, mean};
    SumOf.all(terms, axes, whole, in, Arrays.stream(out).map(t -> t.reshape(flat)).toList());
  }
}
