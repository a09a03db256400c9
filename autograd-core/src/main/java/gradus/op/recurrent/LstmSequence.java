package gradus.op.recurrent;

import gradus.Shape;
import gradus.ShapeException;
import gradus.Tensor;
import gradus.kernel.recurrent.Lstm;
import gradus.op.Call;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@link LstmCell} along a sequence: of the first output and cell state [n, h], the input [t, n,
 * in], its weight [4h, in], that of the old output [4h, h], and perhaps a bias [4h], the first
 * output, all outputs, and the last cell state, [t + 2, n, h].
 *
 * <p>One object is one application: it holds the gates after their nonlinearities, and the cell
 * states, for the derivative.
 */
public final class LstmSequence extends Sequence {
  private static final int H0 = 0;
  private static final int C0 = 1;
  private static final int X = 2;
  private static final int W_X = 3;
  private static final int W_H = 4;
  private static final int BIAS = 5;

  @Override
  public Tensor composed(Tensor... in) {
    Shape gates = in[X].shape().with(2, in[W_H].size(0));
    return along(Tensor.zeros(gates, in[X].dtype()), in);
  }

  /** The composition, with something [t, n, 4h] added to the gates: its gradient is theirs. */
  static Tensor along(Tensor added, Tensor... in) {
    Tensor weight = Tensor.concat(List.of(in[W_X], in[W_H]), 1).transpose(); // [in + h, 4h]
    Tensor h = in[H0];
    Tensor c = in[C0];
    var states = new ArrayList<>(List.of(h));
    for (int t = 0; t < in[X].size(0); t++) {
      Tensor gates = Tensor.concat(List.of(in[X].select(0, t), h), 1).matmul(weight);
      gates = in.length > BIAS ? gates.add(in[BIAS]) : gates;
      LstmCell.States next = LstmCell.step(gates.add(added.select(0, t)), c);
      h = next.h();
      c = next.c();
      states.add(h);
    }
    states.add(c);
    return Tensor.stack(states, 0);
  }

  @Override
  public Shape shape(Tensor... in) {
    Shape x = in[X].shape();
    boolean fits = x.rank() == 3 && x.dim(0) > 0 && in[W_H].rank() == 2;
    int h = fits ? in[W_H].size(1) : 0;
    Shape state = fits ? Shape.of(x.dim(1), h) : x;
    fits =
        fits
            && in[H0].shape().equals(state)
            && in[C0].shape().equals(state)
            && in[W_X].shape().equals(Shape.of(4 * h, x.dim(2)))
            && in[W_H].shape().equals(Shape.of(4 * h, h))
            && (in.length <= BIAS || in[BIAS].shape().equals(Shape.of(4 * h)));
    if (!fits) {
      throw new ShapeException(
          ("lstmSequence: needs states [n, h] twice, an input [t, n, in], weights [4h, in] and [4h,"
                  + " h], and a bias [4h] if any, got %s")
              .formatted(Arrays.stream(in).map(Tensor::shape).toList()));
    }
    return Shape.of(x.dim(0) + 2, x.dim(1), h);
  }

  /** Sets {@code out}; returns the gates after their nonlinearities and cell states [t, n, 5h]. */
  @Override
  Tensor steps(Tensor[] in, Tensor out) {
    int t = in[X].size(0);
    int n = out.size(1);
    int h = out.size(2);
    Tensor steps = Kept.room(Shape.of(t, n, 5 * h), out.dtype());
    Lstm.forward(
        t,
        Operands.block(in[X], t * n, in[X].size(2)),
        Operands.block(in[H0], n, h),
        Operands.block(in[C0], n, h),
        Operands.block(in[W_X], 4 * h, in[X].size(2)),
        Operands.block(in[W_H], 4 * h, h),
        in.length > BIAS ? Operands.block(in[BIAS], 1, 4 * h) : null,
        Operands.block(out, (t + 2) * n, h),
        Operands.block(steps, t * n, 5 * h));
    return steps;
  }

  /**
   * The operator that computes the gradients of gates, first output and first cell state.
   *
   * @param in the operands of this
   */
  LstmSequenceGradient gradient(Tensor... in) {
    return new LstmSequenceGradient(takeSteps(in));
  }

  @Override
  public @Nullable Tensor[] vjps(boolean[] wanted, Tensor g, Call call) {
    Tensor[] all = withOperands(g, call);
    Tensor[] in = Arrays.copyOfRange(all, 1, all.length);
    LstmSequenceGradient gradient = gradient(in);
    Tensor d = gradients(gradient, all);
    keep(gradient.steps());

    Tensor x = in[X];
    int t = x.size(0);
    int rows = t * x.size(1);
    int states = in[H0].numel();
    int gates = rows * in[W_H].size(0);
    Tensor dGates = d.narrow(0, 0, gates).reshape(rows, in[W_H].size(0));
    Tensor dH0 = d.narrow(0, gates, states).reshape(in[H0].shape().dims());
    Tensor dC0 = d.narrow(0, gates + states, states).reshape(in[C0].shape().dims());
    @Nullable Tensor[] result = new Tensor[in.length];
    if (wanted[X]) {
      result[X] = dGates.matmul(in[W_X]).reshape(x.shape().dims());
    }
    if (wanted[H0]) {
      result[H0] = own(dH0);
    }
    if (wanted[C0]) {
      result[C0] = own(dC0);
    }
    if (wanted[W_X]) {
      result[W_X] = dGates.transpose().matmul(x.reshape(rows, x.size(2))); // [4h,t n] @ [t n,in]
    }
    if (wanted[W_H]) {
      // The weight was multiplied by the outputs one step earlier, [t n, h].
      Tensor before = call.out().narrow(0, 0, t).flatten(0, 1);
      result[W_H] = dGates.transpose().matmul(before); // [4h, t n] @ [t n, h]
    }
    if (in.length > BIAS && wanted[BIAS]) {
      result[BIAS] = dGates.sum(0);
    }
    giveBack(d);
    return result;
  }
}
