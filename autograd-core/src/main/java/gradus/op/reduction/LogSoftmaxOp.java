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
 * The logarithm of the softmax along the last dimension, without its overflow: {@code
 * torch.log_softmax}.
 */
public record LogSoftmaxOp() implements Op {
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

  /** t - sum(exp(y) t). */
  @Override
  public @Nullable Tensor[] jvp(@Nullable Tensor[] tangents, Call call) {
    Tensor t = tangents[0];
    return Tangents.of(t == null ? null : t.sub(call.out().exp().mul(t).sum(-1, true)));
  }

  @Override
  public Tensor[] vmap(int size, boolean[] batched, Tensor... in) {
    return applyAll(in);
  }

  /** Of the result y and its gradient g: g - exp(y) sum(g). */
  public record Gradient() implements CompositeOp {
    @Override
    public String name() {
      return "logSoftmaxGradient";
    }

    @Override
    public Tensor composed(Tensor... in) {
      return in[1].sub(in[0].exp().mul(in[1].sum(-1, true)));
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

    @Override
    public Tensor[] vmap(int size, boolean[] batched, Tensor... in) {
      return applyAll(Batches.expanded(size, batched, in));
    }
  }
}
