package gradus.op.reduction;

import gradus.Shape;
import gradus.Tensor;
import gradus.op.Batches;
import gradus.op.Call;
import gradus.op.CompositeOp;
import gradus.op.Op;
import gradus.op.Reads;
import gradus.op.Tangents;
import org.jspecify.annotations.Nullable;

/**
 * exp(x) divided by its sum, along the last dimension, shifted by the largest element: {@code
 * torch.softmax}.
 */
public record SoftmaxOp() implements Op {
  @Override
  public Shape shape(Tensor... in) {
    return Rows.shape("softmax", in[0]);
  }

  @Override
  public boolean overwrites() {
    return true;
  }

  @Override
  public void forward(Tensor[] in, Tensor out) {
    Rows.run(false, in[0], out);
  }

  @Override
  public Tensor vjp(int i, Tensor g, Call call) {
    return new Gradient().apply(call.out(), g);
  }

  @Override
  public Reads reads(int i) {
    return Reads.OUTPUT;
  }

  /** The Jacobian is symmetric. */
  @Override
  public @Nullable Tensor[] jvp(@Nullable Tensor[] tangents, Call call) {
    Tensor t = tangents[0];
    return Tangents.of(t == null ? null : vjp(0, t, call));
  }

  @Override
  public Tensor[] vmap(int size, boolean[] batched, Tensor... in) {
    return applyAll(in);
  }

  /** Of the result y and its gradient g: y (g - sum(g y)). */
  public record Gradient() implements CompositeOp {
    @Override
    public String name() {
      return "softmaxGradient";
    }

    @Override
    public Tensor composed(Tensor... in) {
      return in[0].mul(in[1].sub(in[1].mul(in[0]).sum(-1, true)));
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
      Rows.backward(false, in[0], in[1], out);
    }

    @Override
    public Tensor[] vmap(int size, boolean[] batched, Tensor... in) {
      return applyAll(Batches.expanded(size, batched, in));
    }
  }
}
