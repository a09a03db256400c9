package gradus.op.recurrent;

import gradus.DType;
import gradus.Shape;
import gradus.ShapeException;
import gradus.Tensor;
import gradus.kernel.recurrent.Gru;
import gradus.op.Call;
import gradus.op.Composite;
import gradus.op.Gradients;
import gradus.op.Overwriting;
import gradus.op.Reads;
import gradus.op.Spec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@link GruCell} along a sequence: of the first state [n, h], the input [t, n, in], its weight
 * [3h, in], that of the old state [3h, h], and perhaps a bias [3h] beside each, the states after
 * each step, [t, n, h]. The residual holds r, z, n and h_n of each step, [t, n, 4h].
 */
public record GruSequence() implements Composite, Overwriting {
  static final int H0 = 0;
  static final int X = 1;
  static final int W_X = 2;
  static final int W_H = 3;
  static final int B_X = 4;
  static final int B_H = 5;

  @Override
  public Tensor[] composedAll(Tensor... in) {
    Shape sums = in[X].shape().with(2, 4 * in[H0].size(1));
    return along(Tensor.zeros(sums, in[X].dtype()), in);
  }

  /**
   * The composition, with something [t, n, 4h] added to what r, z and n are of, and to h_n: its
   * gradient is theirs.
   */
  static Tensor[] along(Tensor added, Tensor... in) {
    int width = in[H0].size(1);
    Tensor rz =
        Tensor.cat(List.of(in[W_X].narrow(0, 0, 2 * width), in[W_H].narrow(0, 0, 2 * width)), 1)
            .transpose(); // [in + h, 2h]
    Tensor byInput = in[W_X].narrow(0, 2 * width, width).transpose();
    Tensor byState = in[W_H].narrow(0, 2 * width, width).transpose();
    Tensor none = Tensor.zeros(Shape.of(3 * width), in[X].dtype());
    Tensor xBias = in.length > B_X ? in[B_X] : none;
    Tensor hBias = in.length > B_X ? in[B_H] : none;
    Tensor h = in[H0];
    var states = new ArrayList<Tensor>();
    for (int t = 0; t < in[X].size(0); t++) {
      Tensor x = in[X].select(0, t);
      List<Tensor> plus = added.select(0, t).split(3 * width, 1);
      Tensor joint = Tensor.cat(List.of(x, h), 1).matmul(rz);
      Tensor gates = Tensor.cat(List.of(joint, x.matmul(byInput)), 1).add(xBias).add(plus.get(0));
      Tensor fresh = h.matmul(byState).add(hBias.narrow(0, 2 * width, width)).add(plus.get(1));
      Tensor old = hBias.narrow(0, 0, 2 * width).expand(h.size(0), 2 * width);
      h = GruCell.step(gates, Tensor.cat(List.of(old, fresh), 1), h);
      states.add(h);
    }
    return new Tensor[] {Tensor.stack(states, 0)};
  }

  @Override
  public List<Spec> results(Tensor... in) {
    Shape x = in[X].shape();
    boolean fits = x.rank() == 3 && x.dim(0) > 0 && in[W_H].rank() == 2;
    int h = fits ? in[W_H].size(1) : 0;
    Shape bias = Shape.of(3 * h);
    fits =
        fits
            && in[H0].shape().equals(Shape.of(x.dim(1), h))
            && in[W_X].shape().equals(Shape.of(3 * h, x.dim(2)))
            && in[W_H].shape().equals(Shape.of(3 * h, h))
            && (in.length <= B_X || in[B_X].shape().equals(bias) && in[B_H].shape().equals(bias));
    if (!fits) {
      throw new ShapeException(
          ("gruSequence: needs a state [n, h], an input [t, n, in], weights [3h, in] and [3h, h], and"
                  + " biases [3h] if any, got %s")
              .formatted(Arrays.stream(in).map(Tensor::shape).toList()));
    }
    return List.of(Spec.of(x.with(2, h), DType.floating(name(), in)));
  }

  @Override
  public List<Spec> residuals(Tensor... in) {
    return List.of(Spec.of(in[X].shape().with(2, 4 * in[W_H].size(1)), in[X].dtype()));
  }

  @Override
  public void forward(Tensor[] in, Tensor[] out) {
    boolean biased = in.length > B_X;
    new Gru(
            Operands.view(in[W_X]),
            Operands.view(in[W_H]),
            biased ? Operands.dense(in[B_X]) : null,
            biased ? Operands.dense(in[B_H]) : null)
        .forward(
            Operands.dense(in[X]),
            Operands.view(in[H0]),
            out[0].strided(),
            out.length > 1 ? out[1].strided() : null);
  }

  @Override
  public @Nullable Tensor[] vjp(boolean[] wanted, Gradients g, Call call) {
    Tensor[] in = call.inputs();
    Tensor gStates = g.orZeros(0, call);
    Tensor[] from = {gStates, call.out(), call.residual(0)};
    Tensor[] d = new GruSequenceGradient().applyAll(Operands.concat(from, in));
    int h = in[H0].size(1);
    Tensor dSums = d[0].flatten(0, 1); // [t n, 4h]
    Tensor dGates = dSums.narrow(1, 0, 3 * h);
    @Nullable Tensor[] result = new Tensor[in.length];
    result[H0] = d[1];
    if (wanted[X]) {
      result[X] = dGates.matmul(in[W_X]).reshape(in[X].shape().dims());
    }
    if (wanted[W_X]) {
      result[W_X] = dGates.transpose().matmul(in[X].flatten(0, 1)); // [3h,t n] @ [t n,in]
    }
    if (wanted[W_H]) {
      // The rows of r and z, then those of n, whose product with the state is h_n.
      var product = new StateWeightGradient();
      Tensor rz = product.apply(dSums.narrow(1, 0, 2 * h), in[H0], call.out());
      Tensor fresh = product.apply(dSums.narrow(1, 3 * h, h), in[H0], call.out());
      result[W_H] = Tensor.cat(List.of(rz, fresh), 0);
    }
    if (in.length > B_X && (wanted[B_X] || wanted[B_H])) {
      Tensor sum = dSums.sum(0);
      result[B_X] = sum.narrow(0, 0, 3 * h);
      result[B_H] = Tensor.cat(List.of(sum.narrow(0, 0, 2 * h), sum.narrow(0, 3 * h, h)), 0);
    }
    return result;
  }

  @Override
  public Reads reads(int i) {
    return Reads.INPUTS.andOutput().or(Reads.residuals(0));
  }
}
