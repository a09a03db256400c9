package gradus.op.attention;

import gradus.Shape;
import gradus.Tensor;
import gradus.kernel.attention.Heads;
import gradus.op.Fused;
import java.util.Arrays;

/**
 * The gradients of q, k and v of a {@link ScaledDotProduct}, as one vector, from the gradient of
 * its result and its operands.
 *
 * @param result what the operator made, with the sums of its rows
 */
public record ScaledDotProductGradient(ScaledDotProduct of, Tensor result) implements Fused {
  @Override
  public Tensor composed(Tensor... in) {
    return Fused.gradients(of::composed, 3, in);
  }

  @Override
  public Shape shape(Tensor... in) {
    return Shape.of(in[1].numel() + in[2].numel() + in[3].numel());
  }

  @Override
  public void forward(Tensor[] in, Tensor out) {
    Heads[] d = new Heads[3];
    int start = 0;
    for (int i = 0; i < 3; i++) {
      Shape shape = in[i + 1].shape();
      d[i] = of.heads(out.narrow(0, start, shape.size()).reshape(shape.dims()), shape);
      start += shape.size();
    }
    Tensor[] operands = Arrays.copyOfRange(in, 1, in.length);
    of.kernel(operands)
        .backward(
            of.heads(in[0], in[0].shape()),
            of.heads(result, result.shape()),
            of.sums(result),
            d[0],
            d[1],
            d[2]);
  }
}
