package gradus.op.attention;

import gradus.Shape;
import gradus.Tensor;
import gradus.kernel.attention.Attention;
import gradus.kernel.attention.Heads;
import gradus.op.Fused;

/**
 * The gradients of q, k and v of a {@link ScaledDotProduct}, as one vector, from the gradient of
 * its result and its operands.
 */
public record ScaledDotProductGradient(double scale) implements Fused {
  @Override
  public Tensor composed(Tensor... in) {
    return new ScaledDotProduct(scale).gradients(3, in);
  }

  @Override
  public Shape shape(Tensor... in) {
    return Shape.of(in[1].numel() + in[2].numel() + in[3].numel());
  }

  @Override
  public void forward(Tensor[] in, Tensor out) {
    Tensor dq = out.narrow(0, 0, in[1].numel());
    Tensor dk = out.narrow(0, dq.numel(), in[2].numel());
    Tensor dv = out.narrow(0, dq.numel() + dk.numel(), in[3].numel());
    Attention.backward(
        scale,
        ScaledDotProduct.heads(in[0], in[0].shape()),
        ScaledDotProduct.heads(in[1], in[1].shape()),
        ScaledDotProduct.heads(in[2], in[2].shape()),
        ScaledDotProduct.heads(in[3], in[3].shape()),
        ScaledDotProduct.mask(in, 4),
        part(dq, in[1]),
        part(dk, in[2]),
        part(dv, in[3]));
  }

  private static Heads part(Tensor flat, Tensor like) {
    return ScaledDotProduct.heads(flat.reshape(like.shape().dims()), like.shape());
  }
}
