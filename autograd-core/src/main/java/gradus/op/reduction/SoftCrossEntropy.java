package gradus.op.reduction;

import gradus.DType;
import gradus.Shape;
import gradus.ShapeException;
import gradus.Tensor;
import gradus.op.Call;
import gradus.op.Fused;
import gradus.op.Reads;
import org.jspecify.annotations.Nullable;

/**
 * {@code -sum(logSoftmax(x) t)} of each row: x [..., n] and a target t that broadcasts to it ->
 * [...]. The target is mostly probabilities; any other numbers will do.
 *
 * <p>The storage of the result holds what is kept of the rows behind its elements.
 */
public record SoftCrossEntropy() implements Fused {
  @Override
  public Tensor composed(Tensor... in) {
    return in[0].logSoftmax(-1).mul(in[1]).sum(-1).neg();
  }

  @Override
  public Shape shape(Tensor... in) {
    Shape x = Rows.shape("crossEntropy", in[0]);
    if (!in[1].shape().expandsTo(x)) {
      throw new ShapeException(
          "crossEntropy: the target %s does not broadcast to the input %s"
              .formatted(in[1].shape(), x));
    }
    return x.remove(x.rank() - 1);
  }

  @Override
  public DType dtype(Tensor... in) {
    return DType.floating("crossEntropy", in);
  }

  @Override
  public Tensor evaluate(Tensor... in) {
    return Rows.withKept(this, in);
  }

  @Override
  public boolean overwrites() {
    return true;
  }

  @Override
  public void forward(Tensor[] in, Tensor out) {
    Target t = Target.of(in[1], in[0].shape());
    gradus.kernel.reduce.CrossEntropy.forward(
        Rows.scores(in[0], out),
        t.array,
        t.offset,
        t.rowStride,
        out.storage().array(),
        out.offset());
  }

  /** A target as rows of a matrix, one row for all if it is a vector. */
  private record Target(Object array, int offset, int rowStride) {
    static Target of(Tensor t, Shape x) {
      int n = x.dim(-1);
      boolean one = t.numel() == n && t.size(-1) == n;
      Tensor dense = (one ? t : t.expand(x)).contiguous();
      return new Target(dense.storage().array(), dense.offset(), one ? 0 : n);
    }
  }

  @Override
  public @Nullable Tensor vjp(int i, Tensor g, Call call) {
    return i == 0
        ? new Gradient(call.out().detach()).apply(g, call.in(0), call.in(1))
        : call.in(0).logSoftmax(-1).mul(g.neg().unsqueeze(-1));
  }

  @Override
  public Reads reads(int i) {
    return i == 0 ? Reads.ALL : Reads.of(0);
  }

  /** Of the gradient g of the losses, x and t: {@code (softmax(x) sum(t) - t) g}. */
  public record Gradient(Tensor losses) implements Fused {
    @Override
    public String name() {
      return "softCrossEntropyGradient";
    }

    @Override
    public Tensor composed(Tensor... in) {
      Tensor t = in[2].expand(in[1].shape());
      Tensor shares = in[1].softmax(-1).mul(t.sum(true, -1));
      return shares.sub(t).mul(in[0].unsqueeze(-1));
    }

    @Override
    public Shape shape(Tensor... in) {
      return in[1].shape();
    }

    @Override
    public boolean overwrites() {
      return true;
    }

    @Override
    public void forward(Tensor[] in, Tensor out) {
      Tensor g = in[0].contiguous();
      Target t = Target.of(in[2], in[1].shape());
      gradus.kernel.reduce.CrossEntropy.backward(
          Rows.scores(in[1], losses),
          t.array,
          t.offset,
          t.rowStride,
          g.storage().array(),
          g.offset(),
          out.storage().array(),
          out.offset());
    }
  }
}
