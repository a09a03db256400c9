package gradus.op.reduction;

import gradus.Shape;
import gradus.Tensor;
import gradus.kernel.reduce.Softmax;
import gradus.op.Call;
import gradus.op.CompositeOp;
import gradus.op.LeadingBatches;
import gradus.op.Op;
import gradus.op.Overwriting;
import gradus.op.Reads;
import gradus.op.Tangents;
import gradus.op.fusion.FusedExpression;
import gradus.op.fusion.Fusion;
import org.jspecify.annotations.Nullable;

/**
 * exp(x) divided by its sum, along the last dimension, shifted by the largest element; or the
 * logarithm of it, without its overflow: {@code torch.softmax}, {@code torch.log_softmax}.
 */
public record SoftmaxOp(boolean log) implements Op, Overwriting, LeadingBatches {
  @Override
  public String name() {
    return log ? "logSoftmax" : "softmax";
  }

  @Override
  public Shape shape(Tensor... in) {
    return Rows.shape(name(), in[0]);
  }

  /** What is deferred is computed into the result, which then is its own operand. */
  @Override
  public void forward(Tensor[] in, Tensor out) {
    FusedExpression chain = Fusion.expressionOf(in[0]);
    if (chain != null) {
      chain.compute(out);
    }
    Softmax.run(log, Rows.matrix(chain != null ? out : in[0]), Rows.matrix(out));
  }

  @Override
  public Tensor vjp(int i, Tensor g, Call call) {
    return new Gradient(log).apply(call.out(), g);
  }

  @Override
  public Reads reads(int i) {
    return Reads.OUTPUT;
  }

  /** The Jacobian of softmax is symmetric; with the logarithm, t - sum(exp(y) t). */
  @Override
  public @Nullable Tensor[] jvp(@Nullable Tensor[] tangents, Call call) {
    Tensor t = tangents[0];
    return Tangents.of(
        t == null ? null : log ? t.sub(call.out().exp().mul(t).sum(-1, true)) : vjp(0, t, call));
  }

  /** Of a result y and its gradient g: y (g - sum(g y)); with a logarithm, g - exp(y) sum(g). */
  public record Gradient(boolean log) implements CompositeOp, Overwriting, LeadingBatches {
    @Override
    public String name() {
      return log ? "logSoftmaxGradient" : "softmaxGradient";
    }

    @Override
    public Tensor composed(Tensor... in) {
      Tensor y = in[0];
      Tensor g = in[1];
      return log ? g.sub(y.exp().mul(g.sum(-1, true))) : y.mul(g.sub(g.mul(y).sum(-1, true)));
    }

    @Override
    public Shape shape(Tensor... in) {
      return in[0].shape();
    }

    @Override
    public void forward(Tensor[] in, Tensor out) {
      Softmax.backward(log, Rows.matrix(in[0]), Rows.matrix(in[1]), Rows.matrix(out));
    }
  }
}
