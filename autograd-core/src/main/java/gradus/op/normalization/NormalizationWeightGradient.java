package gradus.op.normalization;

import gradus.Shape;
import gradus.Tensor;
import gradus.op.Formula;
import gradus.op.Fused;
import gradus.op.reduction.Axes;
import gradus.op.reduction.SumOf;

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
    Shape whole = in[1].shape();
    int lead = whole.rank() - weight.rank();
    long mask = 0;
    for (int d = 0; d < whole.rank(); d++) {
      mask |= d < lead || weight.dim(d - lead) == 1 ? 1L << d : 0;
    }
    var axes = new Axes(mask, false);
    Tensor mean = statistics.mean();
    Tensor flat = out.reshape(axes.reduced(whole).dims());
    if (mean == null) {
      new SumOf(UNCENTERED_TERM, axes)
          .forward(new Tensor[] {in[0], in[1], statistics.scale()}, flat);
    } else {
      new SumOf(TERM, axes).forward(new Tensor[] {in[0], in[1], statistics.scale(), mean}, flat);
    }
  }
}
