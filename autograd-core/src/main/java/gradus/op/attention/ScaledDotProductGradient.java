package gradus.op.attention;

import gradus.Shape;
import gradus.ShapeException;
import gradus.Tensor;
import gradus.op.Composite;
import gradus.op.Spec;
import gradus.tape.Reverse;
import java.util.Arrays;
import java.util.List;

/**
 * The gradients of q, k and v of a {@link ScaledDotProduct}: three results. Its inputs are the
 * gradient of the operator's result, the operator's inputs, its result and its residual; the last
 * two are functions of the others and get no gradient.
 */
public record ScaledDotProductGradient(ScaledDotProduct of) implements Composite {
  @Override
  public Tensor[] composedAll(Tensor... in) {
    return Reverse.gradients(of::composedAll, 3, k -> in[0], operands(in));
  }

  /** q, k, v and perhaps a mask. */
  private static Tensor[] operands(Tensor... in) {
    return Arrays.copyOfRange(in, 1, in.length - 2);
  }

  @Override
  public List<Spec> results(Tensor... in) {
    Tensor[] operands = operands(in);
    Shape result = of.results(operands).getFirst().known();
    Shape logSums = of.residuals(operands).getFirst().known();
    Tensor y = in[in.length - 2];
    Tensor given = in[in.length - 1];
    if (!in[0].shape().equals(result)
        || !y.shape().equals(result)
        || !given.shape().equals(logSums)) {
      throw new ShapeException(
          ("scaledDotProductGradient: needs a gradient and a result %s and logarithms of sums %s,"
                  + " got %s, %s and %s")
              .formatted(result, logSums, in[0].shape(), y.shape(), given.shape()));
    }
    return List.of(Spec.of(operands[0]), Spec.of(operands[1]), Spec.of(operands[2]));
  }

  @Override
  public void forward(Tensor[] in, Tensor[] out) {
    of.kernel(operands(in))
        .backward(
            of.heads(in[0]),
            of.heads(in[in.length - 2]),
            ScaledDotProduct.columns(in[in.length - 1]),
            of.heads(out[0]),
            of.heads(out[1]),
            of.heads(out[2]));
  }
}
