package gradus.op.normalization;

import gradus.DType;
import gradus.Shape;
import gradus.ShapeException;
import gradus.Tensor;
import gradus.kernel.array.Strided;
import gradus.op.Call;
import gradus.op.Composite;
import gradus.op.Gradients;
import gradus.op.Overwriting;
import gradus.op.Reads;
import gradus.op.Spec;
import gradus.op.reduction.Axes;
import gradus.op.reduction.Sum;
import gradus.tape.Reverse;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code (x - mean) / sqrt(variance + eps) * weight + bias} of x, and if there are any, a weight
 * and a bias that broadcast to it; mean and variance are those of x over some dimensions. What
 * layer, batch, group, instance and RMS normalisation are made of.
 *
 * <p>The results are that, the mean, and the biased variance; without centring, that and the mean
 * of the squares. The residual is {@code 1 / sqrt(variance + eps)}. Statistics keep the folded
 * dimensions with size 1.
 *
 * @param axes the dimensions over which x is normalised
 * @param centered false to divide by the root of the mean square only: Zhang and Sennrich, "Root
 *     Mean Square Layer Normalization", 2019
 */
public record Normalization(Axes axes, double eps, boolean centered)
    implements Composite, Overwriting {

  // --- the definition ---

  @Override
  public Tensor[] composedAll(Tensor... in) {
    Tensor mean = centered ? mean(in[0]) : null;
    Tensor x = mean == null ? in[0] : in[0].sub(mean);
    Tensor variance = mean(x.square());
    Tensor y = x.mul(variance.add(eps).rsqrt());
    y = in.length > 1 ? y.mul(in[1]) : y;
    y = in.length > 2 ? y.add(in[2]) : y;
    return mean == null ? new Tensor[] {y, variance} : new Tensor[] {y, mean, variance};
  }

  /** x - mean, if x is centred, in ordinary operators. */
  Tensor centered(Tensor x) {
    return centered ? x.sub(mean(x)) : x;
  }

  /** {@code 1 / sqrt(variance + eps)} in ordinary operators, from what {@link #centered} makes. */
  Tensor scale(Tensor centered) {
    return mean(centered.square()).add(eps).rsqrt();
  }

  /** The mean over the folded dimensions in ordinary operators. */
  Tensor mean(Tensor x) {
    return new Sum(new Axes(axes.mask(), true)).apply(x).div(axes.count(x.shape()));
  }

  // --- the computation ---

  @Override
  public List<Spec> results(Tensor... in) {
    Shape shape = in[0].shape();
    for (Tensor t : in) {
      if (!t.shape().expandsTo(shape)) {
        throw new ShapeException(
            "normalization: weight and bias must broadcast to the input %s, got %s"
                .formatted(shape, t.shape()));
      }
    }
    DType type = DType.floating("normalization", in);
    Spec statistic = Spec.of(axes.kept(shape), type);
    Spec y = Spec.of(shape, type);
    return centered ? List.of(y, statistic, statistic) : List.of(y, statistic);
  }

  @Override
  public List<Spec> residuals(Tensor... in) {
    return List.of(Spec.of(axes.kept(in[0].shape()), in[0].dtype()));
  }

  @Override
  public void forward(Tensor[] in, Tensor[] out) {
    Shape shape = in[0].shape();
    int results = centered ? 3 : 2;
    if (shape.size() == 0) {
      for (Tensor t : out) {
        t.fillInPlace(Double.NaN); // the statistics of nothing
      }
      return;
    }
    Strided[] weightAndBias = new Strided[in.length - 1];
    Arrays.setAll(weightAndBias, i -> view(in[i + 1], shape));
    new gradus.kernel.normalization.Normalization(
            axes.staying(shape.rank()),
            view(in[0], shape),
            centered ? view(out[1], shape) : null,
            view(out[results - 1], shape),
            out.length > results ? view(out[results], shape) : null)
        .forward(eps, view(out[0], shape), weightAndBias);
  }

  /** A tensor that broadcasts to {@code whole}, as kernels take it. */
  Strided view(Tensor t, Shape whole) {
    return axes.split(t.strided().expand(whole.dims()));
  }

  /** Refuses inputs of a derivative that are not a gradient, x, and the statistics of x. */
  void requireStatistics(String operator, Tensor... in) {
    Shape x = in[1].shape();
    Shape kept = axes.kept(x);
    boolean fits = in[0].shape().equals(x) && in[2].shape().equals(kept);
    if (!fits || centered && !in[3].shape().equals(kept)) {
      throw new ShapeException(
          "%s: needs a gradient like x %s and statistics %s, got %s"
              .formatted(operator, x, kept, Arrays.stream(in).map(Tensor::shape).toList()));
    }
  }

  /** Whether a weight is one number for each mean, but for dimensions of size 1. */
  boolean isPerMean(Shape weight, Shape x) {
    Shape kept = axes.kept(x);
    return weight.size() == kept.size() && weight.expandsTo(kept);
  }

  // --- the derivative ---

  /** The gradients of a weight and a bias of one shape share a pass, and their sums serve x. */
  @Override
  public @Nullable Tensor[] vjp(boolean[] wanted, Gradients g, Call call) {
    @Nullable Tensor[] gradients = new Tensor[wanted.length];
    boolean weight = wanted.length > 1 && wanted[1];
    boolean bias = wanted.length > 2 && wanted[2];
    Tensor ofY = g.of(0);
    if (ofY != null && (wanted[0] || weight)) {
      Tensor[] in = withStatistics(ofY, call);
      Tensor[] sums = {};
      if (weight) {
        boolean both = bias && call.shape(2).equals(call.shape(1));
        sums = new NormalizationWeightGradient(this, call.shape(1), both).applyAll(in);
        System.arraycopy(sums, 0, gradients, 1, sums.length);
      }
      if (wanted[0]) {
        in = call.arity() > 1 ? join(in, call.in(1)) : in;
        boolean known = centered && sums.length > 1 && isPerMean(call.shape(1), call.shape(0));
        in = known ? join(in, sums) : in;
        gradients[0] = new NormalizationGradient(this).applyAll(in)[0];
      }
    }
    if (bias && gradients[2] == null) {
      gradients[2] = ofY;
    }
    Tensor more = wanted[0] ? throughStatistics(g, call) : null;
    if (more != null) {
      Tensor dx = gradients[0];
      gradients[0] = dx == null ? more : dx.add(more);
    }
    return gradients;
  }

  /** What both operators of the derivative begin with: g, x, the scale, the mean of a centred x. */
  private Tensor[] withStatistics(Tensor g, Call call) {
    Tensor x = call.in(0);
    Tensor scale = call.residual(0);
    return centered ? new Tensor[] {g, x, scale, call.out(1)} : new Tensor[] {g, x, scale};
  }

  private static Tensor[] join(Tensor[] first, Tensor... more) {
    Tensor[] all = Arrays.copyOf(first, first.length + more.length);
    System.arraycopy(more, 0, all, first.length, more.length);
    return all;
  }

  /** What flows back to x from the mean and the variance, by their definition. */
  private @Nullable Tensor throughStatistics(Gradients g, Call call) {
    @Nullable Tensor[] of = {null, g.of(1), centered ? g.of(2) : null};
    return of[1] == null && of[2] == null
        ? null
        : Reverse.vjp(this::composedAll, new boolean[] {true}, k -> of[k], call.in(0))[0];
  }

  @Override
  public Reads reads(int i) {
    if (i > 1) {
      return Reads.NOTHING;
    }
    Reads statistics = centered ? Reads.results(1).or(Reads.residuals(0)) : Reads.residuals(0);
    return statistics.or(i == 0 ? Reads.of(0, 1) : Reads.of(0));
  }
}
