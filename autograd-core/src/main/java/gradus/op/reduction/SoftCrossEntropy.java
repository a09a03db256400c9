package gradus.op.reduction;

import gradus.DType;
import gradus.Shape;
import gradus.ShapeException;
import gradus.Tensor;
import gradus.kernel.array.Strided;
import gradus.kernel.reduce.CrossEntropy.Scores;
import gradus.op.Batches;
import gradus.op.Call;
import gradus.op.Composite;
import gradus.op.CompositeOp;
import gradus.op.Gradients;
import gradus.op.Reads;
import gradus.op.Spec;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code -sum(logSoftmax(x) t)} of each row: x [..., n] and a target t that broadcasts to it ->
 * [...]. The target is mostly probabilities; any other numbers will do. The residual is that of
 * {@link CrossEntropy}.
 */
public record SoftCrossEntropy() implements Composite {
  @Override
  public Tensor[] composedAll(Tensor... in) {
    return new Tensor[] {in[0].logSoftmax(-1).mul(in[1]).sum(-1).neg()};
  }

  @Override
  public List<Spec> results(Tensor... in) {
    return List.of(Spec.of(rows(in), DType.floating("crossEntropy", in)));
  }

  private static Shape rows(Tensor... in) {
    Shape x = Rows.shape("crossEntropy", in[0]);
    if (!in[1].shape().expandsTo(x)) {
      throw new ShapeException(
          "crossEntropy: the target %s does not broadcast to the input %s"
              .formatted(in[1].shape(), x));
    }
    return x.remove(x.rank() - 1);
  }

  @Override
  public List<Spec> residuals(Tensor... in) {
    return List.of(Rows.residual(rows(in), in[0].dtype()));
  }

  @Override
  public boolean overwrites() {
    return true;
  }

  @Override
  public void forward(Tensor[] in, Tensor[] out) {
    Scores scores = Rows.scores(in[0], out.length > 1 ? out[1] : null);
    gradus.kernel.reduce.CrossEntropy.forward(
        scores, target(in[1], in[0].shape()), Rows.vector(out[0]));
    if (out.length == 1) {
      scores.kept().release();
    }
  }

  /** A target as rows of a matrix, one row for all if it is a vector. */
  private static Strided target(Tensor t, Shape x) {
    int n = x.dim(-1);
    boolean one = t.numel() == n && t.size(-1) == n;
    Strided rows = Rows.matrix(one ? t : t.expand(x));
    return one ? rows.expand(n == 0 ? 0 : x.size() / n, n) : rows;
  }

  @Override
  public @Nullable Tensor[] vjp(boolean[] wanted, Gradients g, Call call) {
    Tensor losses = g.of(0);
    if (losses == null) {
      return new @Nullable Tensor[2];
    }
    return new @Nullable Tensor[] {
      wanted[0] ? new Gradient().apply(losses, call.residual(0), call.in(0), call.in(1)) : null,
      wanted[1] ? call.in(0).logSoftmax(-1).mul(losses.neg().unsqueeze(-1)) : null
    };
  }

  @Override
  public Reads reads(int i) {
    return i == 0 ? Reads.INPUTS.or(Reads.residuals(0)) : Reads.of(0);
  }

  @Override
  public Tensor[] vmap(int size, boolean[] batched, Tensor... in) {
    Tensor[] all = Batches.aligned(batched, in);
    all[0] = Batches.expanded(size, batched[0], in[0]);
    return applyAll(all);
  }

  /**
   * The gradient of x: of the gradient g of the losses, the residual, x and t, {@code (softmax(x)
   * sum(t) - t) g}.
   */
  public record Gradient() implements CompositeOp {
    @Override
    public String name() {
      return "softCrossEntropyGradient";
    }

    @Override
    public Tensor composed(Tensor... in) {
      Tensor t = in[3].expand(in[2].shape());
      Tensor shares = in[2].softmax(-1).mul(t.sum(-1, true));
      return shares.sub(t).mul(in[0].unsqueeze(-1));
    }

    @Override
    public Shape shape(Tensor... in) {
      return in[2].shape();
    }

    @Override
    public boolean overwrites() {
      return true;
    }

    @Override
    public void forward(Tensor[] in, Tensor out) {
      gradus.kernel.reduce.CrossEntropy.backward(
          Rows.scores(in[2], in[1]),
          target(in[3], in[2].shape()),
          Rows.vector(in[0]),
          Rows.matrix(out));
    }

    @Override
    public Tensor[] vmap(int size, boolean[] batched, Tensor... in) {
      Tensor[] all = Batches.expanded(size, batched, in);
      all[1] = Rows.residualOfExamples(all[1]);
      all[3] = batched[3] ? Batches.padded(in[3], Batches.rank(batched[2], in[2])) : in[3];
      return applyAll(all);
    }
  }
}
