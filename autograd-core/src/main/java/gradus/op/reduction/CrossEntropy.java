package gradus.op.reduction;

import gradus.DType;
import gradus.DTypeException;
import gradus.Shape;
import gradus.ShapeException;
import gradus.Tensor;
import gradus.kernel.reduce.CrossEntropy.Classes;
import gradus.kernel.reduce.CrossEntropy.Scores;
import gradus.op.Batches;
import gradus.op.Call;
import gradus.op.Composite;
import gradus.op.CompositeOp;
import gradus.op.Gradients;
import gradus.op.Reads;
import gradus.op.Spec;
import gradus.tape.Reverse;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code -logSoftmax(x)[index] factor} of each row: x [..., n], an int64 index [...] from 0 to n -
 * 1 and, if there is one, a factor [...] of the type of x -> [...]. Rows whose factor is 0 have a
 * loss and a gradient of 0, whatever is in them.
 *
 * <p>The residual is what the gradient needs of each row, [2, ...]: the largest element, and the
 * logarithm of the sum of exponentials.
 */
public record CrossEntropy() implements Composite {
  private static final int X = 0;
  private static final int INDEX = 1;
  private static final int FACTOR = 2;

  @Override
  public Tensor[] composedAll(Tensor... in) {
    Tensor index = in[INDEX].unsqueeze(-1);
    Tensor losses = in[X].logSoftmax(-1).gather(-1, index).squeeze(-1).neg();
    if (in.length > FACTOR) {
      losses = losses.mul(in[FACTOR]).maskedFill(in[FACTOR].eq(0), 0);
    }
    return new Tensor[] {losses};
  }

  @Override
  public List<Spec> results(Tensor... in) {
    Tensor x = in[X];
    Tensor index = in[INDEX];
    Shape rows = Rows.shape("crossEntropy", x).remove(x.rank() - 1);
    boolean fits =
        index.shape().equals(rows) && (in.length <= FACTOR || in[FACTOR].shape().equals(rows));
    if (!fits) {
      throw new ShapeException(
          "crossEntropy: the input %s needs classes and factors %s, got %s and %s"
              .formatted(
                  x.shape(),
                  rows,
                  index.shape(),
                  in.length <= FACTOR ? "none" : in[FACTOR].shape()));
    }
    if (index.dtype() != DType.INT64 || in.length > FACTOR && in[FACTOR].dtype() != x.dtype()) {
      throw new DTypeException(
          "crossEntropy: classes must be int64 and factors %s, got %s and %s"
              .formatted(
                  x.dtype(), index.dtype(), in.length <= FACTOR ? "none" : in[FACTOR].dtype()));
    }
    return List.of(Spec.of(rows, x.dtype()));
  }

  @Override
  public List<Spec> residuals(Tensor... in) {
    return List.of(Rows.residual(in[INDEX].shape(), in[X].dtype()));
  }

  @Override
  public boolean overwrites() {
    return true;
  }

  @Override
  public void forward(Tensor[] in, Tensor[] out) {
    Scores scores = Rows.scores(in[X], out.length > 1 ? out[1] : null);
    gradus.kernel.reduce.CrossEntropy.forward(
        scores, classes(in[INDEX], in.length > FACTOR ? in[FACTOR] : null), Rows.vector(out[0]));
    if (out.length == 1) {
      scores.kept().release();
    }
  }

  private static Classes classes(Tensor index, @Nullable Tensor factor) {
    return new Classes(Rows.vector(index), factor == null ? null : Rows.vector(factor));
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
      System.arraycopy(call.inputs(), 0, in, 2, call.arity());
      d[X] = new Gradient().apply(in);
    }
    if (wanted.length > FACTOR && wanted[FACTOR]) {
      boolean[] factor = {false, false, true};
      d[FACTOR] = Reverse.vjp(this::composedAll, factor, k -> losses, call.inputs())[FACTOR];
    }
    return d;
  }

  @Override
  public Reads reads(int i) {
    return i == X ? Reads.INPUTS.or(Reads.residuals(0)) : Reads.INPUTS;
  }

  @Override
  public Tensor[] vmap(int size, boolean[] batched, Tensor... in) {
    return applyAll(Batches.expanded(size, batched, in));
  }

  /**
   * The gradient of x: of the gradient g of the losses, the residual, x, the index and perhaps a
   * factor, {@code (softmax(x) - (c == index)) factor g}.
   */
  public record Gradient() implements CompositeOp {
    @Override
    public String name() {
      return "crossEntropyGradient";
    }

    @Override
    public Tensor composed(Tensor... in) {
      Tensor[] operands = Arrays.copyOfRange(in, 2, in.length);
      return Reverse.gradients(new CrossEntropy()::composedAll, 1, k -> in[0], operands)[0];
    }

    @Override
    public Shape shape(Tensor... in) {
      return in[2].shape();
    }

    @Override
    public DType dtype(Tensor... in) {
      return in[2].dtype();
    }

    @Override
    public boolean overwrites() {
      return true;
    }

    @Override
    public void forward(Tensor[] in, Tensor out) {
      gradus.kernel.reduce.CrossEntropy.backward(
          Rows.scores(in[2], in[1]),
          classes(in[3], in.length > 4 ? in[4] : null),
          Rows.vector(in[0]),
          Rows.matrix(out));
    }

    @Override
    public Tensor[] vmap(int size, boolean[] batched, Tensor... in) {
      Tensor[] all = Batches.expanded(size, batched, in);
      all[1] = Rows.residualOfExamples(all[1]);
      return applyAll(all);
    }
  }
}
