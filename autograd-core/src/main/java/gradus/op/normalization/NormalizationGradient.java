package gradus.op.normalization;

import gradus.DType;
import gradus.Shape;
import gradus.Tensor;
import gradus.kernel.array.Strided;
import gradus.op.Composite;
import gradus.op.Overwriting;
import gradus.op.Spec;
import java.util.Arrays;
import java.util.List;

/**
 * The gradient of the input x of a {@link Normalization}. Its inputs are the gradient g of the
 * operator's first result, x, the operator's residual, the mean if x was centred, and the weight if
 * there is one; then, if they are known, both sums that a {@link NormalizationWeightGradient} makes
 * for a weight and a bias of one number for each mean. Residual, mean and sums are functions of the
 * others and get no gradient.
 */
public record NormalizationGradient(Normalization of) implements Composite, Overwriting {
  @Override
  public Tensor[] composedAll(Tensor... in) {
    int weight = weight();
    Tensor h = in.length > weight ? in[0].mul(in[weight]) : in[0];
    Tensor centered = of.centered(in[1]);
    Tensor scale = of.scale(centered);
    Tensor n = centered.mul(scale);
    Tensor rest = of.centered(h).sub(n.mul(of.mean(h.mul(n))));
    return new Tensor[] {rest.mul(scale)};
  }

  /** Which input the weight is, if there is one. */
  private int weight() {
    return of.centered() ? 4 : 3;
  }

  @Override
  public List<Spec> results(Tensor... in) {
    DType type = DType.floating("normalizationGradient", in);
    of.requireStatistics("normalizationGradient", in);
    return List.of(Spec.of(in[1].shape(), type));
  }

  @Override
  public void forward(Tensor[] in, Tensor[] out) {
    Shape shape = in[1].shape();
    int weight = weight();
    boolean weighted = in.length > weight;
    Strided[] sums = new Strided[weighted ? in.length - weight - 1 : 0];
    Arrays.setAll(sums, i -> of.view(in[weight + 1 + i], shape));
    new gradus.kernel.normalization.Normalization(
            of.axes().staying(shape.rank()),
            of.view(in[1], shape),
            of.centered() ? of.view(in[3], shape) : null,
            null,
            of.view(in[2], shape))
        .backward(
            of.view(in[0], shape),
            weighted ? of.view(in[weight], shape) : null,
            weighted && of.isPerMean(in[weight].shape(), shape),
            of.view(out[0], shape),
            sums);
  }
}
