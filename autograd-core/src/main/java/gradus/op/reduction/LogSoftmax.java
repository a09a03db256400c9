package gradus.op.reduction;

import gradus.Shape;
import gradus.Tensor;
import gradus.op.Call;
import gradus.op.Fused;
import gradus.op.Op;
import gradus.op.Reads;

/**
 * The logarithm of the softmax along the last dimension, without its overflow: {@code
 * torch.log_softmax}.
 */
public record LogSoftmax() implements Op {
  @Override
  public Shape shape(Tensor... in) {
    return Rows.shape("logSoftmax", in[0]);
  }

  @Override
  public boolean overwrites() {
    return true;
  }

  @Override
  public void forward(Tensor[] in, Tensor out) {
    Rows.run(true, in[0], out);
  }

  @Override
  public Tensor vjp(int i, Tensor g, Call call) {
    return new Gradient().apply(call.out(), g);
  }

  @Override
  public Reads reads(int i) {
    return Reads.OUTPUT;
  }

  /** Of the result y and its gradient g: g - exp(y) sum(g). */
  public record Gradient() implements Fused {
    @Override
    public String name() {
      return "logSoftmaxGradient";
    }

    @Override
    public Tensor composed(Tensor... in) {
      return in[1].sub(in[0].exp().mul(in[1].sum(true, -1)));
    }

    @Override
    public Shape shape(Tensor... in) {
      return in[0].shape();
    }

    @Override
    public boolean overwrites() {
      return true;
    }

    @Override
    public void forward(Tensor[] in, Tensor out) {
      Rows.backward(true, in[0], in[1], out);
    }
  }
}
