package gradus.op.recurrent;

import gradus.Shape;
import gradus.ShapeException;
import gradus.Tensor;
import gradus.kernel.recurrent.Gru;
import gradus.op.Call;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@link GruCell} along a sequence: of the first state [n, h], the input [t, n, in], its weight
 * [3h, in], that of the old state [3h, h], and perhaps a bias [3h] beside each, the first state and
 * all others, [t + 1, n, h].
 *
 * <p>One object is one application: it holds r, z, n and h_n of all steps for the derivative.
 */
public final class GruSequence extends Sequence {
  private static final int H0 = 0;
  private static final int X = 1;
  private static final int W_X = 2;
  private static final int W_H = 3;
  private static final int B_X = 4;
  private static final int B_H = 5;

  @Override
  public Tensor composed(Tensor... in) {
    Shape sums = in[X].shape().with(2, 4 * in[H0].size(1));
    return along(Tensor.zeros(sums, in[X].dtype()), in);
  }

  /**
   * The composition, with something [t, n, 4h] added to what r, z and n are of, and to h_n: its
   * gradient is theirs.
   */
  static Tensor along(Tensor added, Tensor... in) {
    int width = in[H0].size(1);
    Tensor rz =
        Tensor.concat(List.of(in[W_X].narrow(0, 0, 2 * width), in[W_H].narrow(0, 0, 2 * width)), 1)
            .transpose(); // [in + h, 2h]
    Tensor byInput = in[W_X].narrow(0, 2 * width, width).transpose();
    Tensor byState = in[W_H].narrow(0, 2 * width, width).transpose();
    Tensor none = Tensor.zeros(Shape.of(3 * width), in[X].dtype());
    Tensor xBias = in.length > B_X ? in[B_X] : none;
    Tensor hBias = in.length > B_X ? in[B_H] : none;
    Tensor h = in[H0];
    var states = new ArrayList<>(List.of(h));
    for (int t = 0; t < in[X].size(0); t++) {
      Tensor x = in[X].select(0, t);
      List<Tensor> plus = added.select(0, t).split(3 * width, 1);
      Tensor joint = Tensor.concat(List.of(x, h), 1).matmul(rz);
      Tensor gates =
          Tensor.concat(List.of(joint, x.matmul(byInput)), 1).add(xBias).add(plus.get(0));
      Tensor fresh = h.matmul(byState).add(hBias.narrow(0, 2 * width, width)).add(plus.get(1));
      Tensor old = hBias.narrow(0, 0, 2 * width).expand(h.size(0), 2 * width);
      h = GruCell.step(gates, Tensor.concat(List.of(old, fresh), 1), h);
      states.add(h);
    }
    return Tensor.stack(states, 0);
  }

  @Override
  public Shape shape(Tensor... in) {
    Shape x = in[X].shape();
    boolean fits = x.rank() == 3 && x.dim(0) > 0 && in[W_H].rank() == 2;
    if (fits) {
      int h = in[W_H].size(1);
      Shape bias = Shape.of(3 * h);
      fits =
          in[H0].shape().equals(Shape.of(x.dim(1), h))
              && in[W_X].shape().equals(Shape.of(3 * h, x.dim(2)))
              && in[W_H].shape().equals(Shape.of(3 * h, h))
              && (in.length <= B_X || in[B_X].shape().equals(bias) && in[B_H].shape().equals(bias));
    }
    if (!fits) {
      throw new ShapeException(
          ("gruSequence: needs a state [n, h], an input [t, n, in], weights [3h, in] and [3h, h], and"
                  + " biases [3h] if any, got %s")
              .formatted(Arrays.stream(in).map(Tensor::shape).toList()));
    }
    return x.with(0, x.dim(0) + 1).with(2, in[W_H].size(1));
  }

  /** Sets {@code out}; returns r, z, n and h_n of all steps [t, n, 4h]. */
  @Override
  Tensor steps(Tensor[] in, Tensor out) {
    int t = in[X].size(0);
    int n = out.size(1);
    int h = out.size(2);
    Tensor steps = Kept.room(Shape.of(t, n, 4 * h), out.dtype());
    Gru.forward(
        t,
        Operands.block(in[X], t * n, in[X].size(2)),
        Operands.block(in[H0], n, h),
        Operands.block(in[W_X], 3 * h, in[X].size(2)),
        Operands.block(in[W_H], 3 * h, h),
        in.length > B_X ? Operands.block(in[B_X], 1, 3 * h) : null,
        in.length > B_X ? Operands.block(in[B_H], 1, 3 * h) : null,
        Operands.block(out, (t + 1) * n, h),
        Operands.block(steps, t * n, 4 * h));
    return steps;
  }

  /**
   * The operator that computes the gradients of what the gates are of, and of the first state.
   *
   * @param states the result of this
   * @param in the operands of this
   */
  GruSequenceGradient gradient(Tensor states, Tensor... in) {
    return new GruSequenceGradient(states.detach(), takeSteps(in));
  }

  @Override
  public @Nullable Tensor[] vjps(boolean[] wanted, Tensor g, Call call) {
    Tensor[] all = withOperands(g, call);
    Tensor[] in = Arrays.copyOfRange(all, 1, all.length);
    GruSequenceGradient gradient = gradient(call.out(), in);
    Tensor d = gradients(gradient, all);
    keep(gradient.steps());

    Tensor x = in[X];
    int t = x.size(0);
    int rows = t * x.size(1);
    int h = in[H0].size(1);
    int sums = rows * 4 * h;
    Tensor dSums = d.narrow(0, 0, sums).reshape(rows, 4 * h);
    Tensor dGates = dSums.narrow(1, 0, 3 * h);
    Tensor dH0 = d.narrow(0, sums, in[H0].numel()).reshape(in[H0].shape().dims());
    @Nullable Tensor[] result = new Tensor[in.length];
    if (wanted[H0]) {
      result[H0] = own(dH0);
    }
    if (wanted[X]) {
      result[X] = dGates.matmul(in[W_X]).reshape(x.shape().dims());
    }
    if (wanted[W_X]) {
      result[W_X] = dGates.transpose().matmul(x.reshape(rows, x.size(2))); // [3h,t n] @ [t n,in]
    }
    if (wanted[W_H]) {
      // The weight was multiplied by the states one step earlier, [t n, h], to r, z and h_n.
      Tensor before = call.out().narrow(0, 0, t).flatten(0, 1);
      Tensor rz = dSums.narrow(1, 0, 2 * h).transpose().matmul(before); // [2h, t n] @ [t n, h]
      Tensor fresh = dSums.narrow(1, 3 * h, h).transpose().matmul(before); // [h, t n] @ [t n, h]
      result[W_H] = Tensor.concat(List.of(rz, fresh), 0);
    }
    if (in.length > B_X && (wanted[B_X] || wanted[B_H])) {
      Tensor sum = dSums.sum(0);
      result[B_X] = sum.narrow(0, 0, 3 * h);
      result[B_H] = Tensor.concat(List.of(sum.narrow(0, 0, 2 * h), sum.narrow(0, 3 * h, h)), 0);
    }
    giveBack(d);
    return result;
  }
}
