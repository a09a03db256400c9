package gradus.op.reduction;

import gradus.DType;
import gradus.DTypeException;
import gradus.Shape;
import gradus.ShapeException;
import gradus.Tensor;
import gradus.kernel.array.Strided;
import gradus.kernel.reduce.CrossEntropy.Classes;
import gradus.kernel.reduce.CrossEntropy.Scores;
import gradus.op.Batches;
import gradus.op.Call;
import gradus.op.Composite;
import gradus.op.CompositeOp;
import gradus.op.Gradients;
import gradus.op.Overwriting;
import gradus.op.Reads;
import gradus.op.Spec;
import gradus.tape.Reverse;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code -logSoftmax(x)[index] factor} of each row: x [..., n], an int64 index [...] from 0 to n -
 * 1 and, if there is one, a factor [...] of the type of x -> [...]. Rows whose factor is 0 have a
 * loss and a gradient of 0, whatever is in them. Or {@code -sum(logSoftmax(x) t)} of each row, for
 * a target t that broadcasts to x: mostly probabilities, but any other numbers will do.
 *
 * <p>The residual is what the gradient needs of each row, [2, ...]: the largest element, and the
 * logarithm of the sum of exponentials.
 *
 * @param soft whether the target is numbers rather than an index
 */
public record CrossEntropy(boolean soft) implements Composite, Overwriting {
  private static final int X = 0;
  private static final int TARGET = 1;
  private static final int FACTOR = 2;

  @Override
  public String name() {
    return soft ? "softCrossEntropy" : "crossEntropy";
  }

  @Override
  public Tensor[] composedAll(Tensor... in) {
    Tensor logs = in[X].logSoftmax(-1);
    if (soft) {
      return new Tensor[] {logs.mul(in[TARGET]).sum(-1).neg()};
    }
    Tensor losses = logs.gather(-1, in[TARGET].unsqueeze(-1)).squeeze(-1).neg();
    if (in.length > FACTOR) {
      losses = losses.mul(in[FACTOR]).maskedFill(in[FACTOR].eq(0), 0);
    }
    return new Tensor[] {losses};
  }

  @Override
  public List<Spec> results(Tensor... in) {
    Tensor x = in[X];
    Shape rows = Rows.shape("crossEntropy", x).remove(x.rank() - 1);
    if (soft) {
      requireTarget(in);
    } else {
      requireClasses(rows, x, in[TARGET], in.length > FACTOR ? in[FACTOR] : null);
    }
    return List.of(Spec.of(rows, x.dtype()));
  }

  private static void requireTarget(Tensor... in) {
    if (!in[TARGET].shape().expandsTo(in[X].shape())) {
      throw new ShapeException(
          "crossEntropy: the target %s does not broadcast to the input %s"
              .formatted(in[TARGET].shape(), in[X].shape()));
    }
    DType.floating("crossEntropy", in);
  }

  private static void requireClasses(Shape rows, Tensor x, Tensor index, @Nullable Tensor factor) {
    if (!index.shape().equals(rows) || factor != null && !factor.shape().equals(rows)) {
      throw new ShapeException(
          "crossEntropy: the input %s needs classes and factors %s, got %s and %s"
              .formatted(x.shape(), rows, index.shape(), factor == null ? "none" : factor.shape()));
    }
    if (index.dtype() != DType.INT64 || factor != null && factor.dtype() != x.dtype()) {
      throw new DTypeException(
          "crossEntropy: classes must be int64 and factors %s, got %s and %s"
              .formatted(x.dtype(), index.dtype(), factor == null ? "none" : factor.dtype()));
    }
  }

  @Override
  public List<Spec> residuals(Tensor... in) {
    Shape rows = in[X].shape().remove(in[X].rank() - 1);
    return List.of(Spec.of(rows.insert(0, 2), in[X].dtype()));
  }

  @Override
  public void forward(Tensor[] in, Tensor[] out) {
    Scores scores = Rows.scores(in[X], out.length > 1 ? out[1] : null);
    Strided losses = Rows.vector(out[0]);
    if (soft) {
      Strided target = target(in[TARGET], in[X].shape());
      gradus.kernel.reduce.CrossEntropy.forward(scores, target, losses);
    } else {
      Classes classes = classes(in[TARGET], in.length > FACTOR ? in[FACTOR] : null);
      gradus.kernel.reduce.CrossEntropy.forward(scores, classes, losses);
    }
    if (out.length == 1) {
      scores.kept().release();
    }
  }

  private static Classes classes(Tensor index, @Nullable Tensor factor) {
    return new Classes(Rows.vector(index), factor == null ? null : Rows.vector(factor));
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
    @Nullable Tensor[] d = new Tensor[wanted.length];
    if (losses == null) {
      return d;
    }
    if (wanted[X]) {
      Tensor[] in = new Tensor[call.arity() + 2];
      in[0] = losses;
      in[1] = call.residual(0);
      for (int i = 0; i < call.arity(); i++) {
        in[2 + i] = call.in(i);
      }
      d[X] = new Gradient(soft).apply(in);
    }
    if (soft && wanted[TARGET]) {
      d[TARGET] = call.in(X).logSoftmax(-1).mul(losses.neg().unsqueeze(-1));
    }
    if (wanted.length > FACTOR && wanted[FACTOR]) {
      boolean[] factor = {false, false, true};
      d[FACTOR] = Reverse.vjp(this::composedAll, factor, k -> losses, call.inputs())[FACTOR];
    }
    return d;
  }

  @Override
  public Reads reads(int i) {
    return switch (i) {
      case X -> Reads.INPUTS.or(Reads.residuals(0));
      case TARGET -> Reads.of(X);
      default -> Reads.INPUTS;
    };
  }

  @Override
  public Tensor[] vmap(int size, boolean[] batched, Tensor... in) {
    if (!soft) {
      return applyAll(Batches.expanded(size, batched, in));
    }
    Tensor[] all = Batches.aligned(batched, in);
    all[X] = Batches.expanded(size, batched[X], in[X]);
    return applyAll(all);
  }

  /**
   * The gradient of x: of the gradient g of the losses, the residual, x, the index and perhaps a
   * factor, {@code (softmax(x) - (c == index)) factor g}; with a soft target t in place of the
   * index, {@code (softmax(x) sum(t) - t) g}.
   */
  public record Gradient(boolean soft) implements CompositeOp, Overwriting {
    @Override
    public String name() {
      return soft ? "softCrossEntropyGradient" : "crossEntropyGradient";
    }

    @Override
    public Tensor composed(Tensor... in) {
      if (!soft) {
        Tensor[] operands = Arrays.copyOfRange(in, 2, in.length);
        return Reverse.gradients(new CrossEntropy(false)::composedAll, 1, k -> in[0], operands)[0];
      }
      Tensor t = in[3].expand(in[2].shape());
      Tensor shares = in[2].softmax(-1).mul(t.sum(-1, true));
      return shares.sub(t).mul(in[0].unsqueeze(-1));
    }

    @Override
    public Shape shape(Tensor... in) {
      return in[2].shape();
    }

    @Override
    public void forward(Tensor[] in, Tensor out) {
      Scores scores = Rows.scores(in[2], in[1]);
      Strided g = Rows.vector(in[0]);
      Strided dx = Rows.matrix(out);
      if (soft) {
        Strided target = target(in[3], in[2].shape());
        gradus.kernel.reduce.CrossEntropy.backward(scores, target, g, dx);
      } else {
        Classes classes = classes(in[3], in.length > 4 ? in[4] : null);
        gradus.kernel.reduce.CrossEntropy.backward(scores, classes, g, dx);
      }
    }

    @Override
    public Tensor[] vmap(int size, boolean[] batched, Tensor... in) {
      Tensor[] all = Batches.expanded(size, batched, in);
      all[1] = all[1].transpose(0, 1); // [size, 2, ...] -> [2, size, ...]
      if (soft) {
        all[3] = batched[3] ? Batches.padded(in[3], Batches.rank(batched[2], in[2])) : in[3];
      }
      return applyAll(all);
    }
  }
}
