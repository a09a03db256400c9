package gradus.op.recurrent;

import gradus.DType;
import gradus.Shape;
import gradus.ShapeException;
import gradus.Tensor;
import gradus.kernel.recurrent.Lstm;
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
 * {@link LstmCell} along a sequence: of the first output and cell state [n, h], the input [t, n,
 * in], its weight [4h, in], that of the old output [4h, h], and perhaps a bias [4h], the outputs
 * [t, n, h] and the last cell state [n, h]. The residual holds the gates after their nonlinearities
 * and the cell state of each step, [t, n, 5h].
 */
public record LstmSequence() implements Composite, Overwriting {
  static final int H0 = 0;
  static final int C0 = 1;
  static final int X = 2;
  static final int W_X = 3;
  static final int W_H = 4;
  static final int BIAS = 5;

  @Override
  public Tensor[] composedAll(Tensor... in) {
    Shape gates = in[X].shape().with(2, in[W_H].size(0));
    return along(Tensor.zeros(gates, in[X].dtype()), in);
  }

  /** The composition, with something [t, n, 4h] added to the gates: its gradient is theirs. */
  static Tensor[] along(Tensor added, Tensor... in) {
    Tensor weight = Tensor.cat(List.of(in[W_X], in[W_H]), 1).transpose(); // [in + h, 4h]
    Tensor h = in[H0];
    Tensor c = in[C0];
    var outputs = new ArrayList<Tensor>();
    for (int t = 0; t < in[X].size(0); t++) {
      Tensor gates = Tensor.cat(List.of(in[X].select(0, t), h), 1).matmul(weight);
      gates = in.length > BIAS ? gates.add(in[BIAS]) : gates;
      LstmCell.States next = LstmCell.step(gates.add(added.select(0, t)), c);
      h = next.h();
      c = next.c();
      outputs.add(h);
    }
    return new Tensor[] {Tensor.stack(outputs, 0), c};
  }

  @Override
  public List<Spec> results(Tensor... in) {
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
    DType dtype = DType.floating(name(), in);
    return List.of(Spec.of(x.with(2, h), dtype), Spec.of(state, dtype));
  }

  @Override
  public List<Spec> residuals(Tensor... in) {
    return List.of(Spec.of(in[X].shape().with(2, 5 * in[W_H].size(1)), in[X].dtype()));
  }

  @Override
  public void forward(Tensor[] in, Tensor[] out) {
    new Lstm(
            Operands.view(in[W_X]),
            Operands.view(in[W_H]),
            in.length > BIAS ? Operands.dense(in[BIAS]) : null)
        .forward(
            Operands.dense(in[X]),
            Operands.view(in[H0]),
            Operands.view(in[C0]),
            out[0].strided(),
            out[1].strided(),
            out.length > 2 ? out[2].strided() : null);
  }

  @Override
  public @Nullable Tensor[] vjp(boolean[] wanted, Gradients g, Call call) {
    Tensor[] in = call.inputs();
    Tensor gOutputs = g.orZeros(0, call);
    Tensor gLast = g.orZeros(1, call);
    Tensor[] from = {gOutputs, gLast, call.residual(0)};
    Tensor[] d = new LstmSequenceGradient().applyAll(Operands.concat(from, in));
    Tensor dGates = d[0].flatten(0, 1); // [t n, 4h]
    @Nullable Tensor[] result = new Tensor[in.length];
    result[H0] = d[1];
    result[C0] = d[2];
    if (wanted[X]) {
      result[X] = dGates.matmul(in[W_X]).reshape(in[X].shape().dims());
    }
    if (wanted[W_X]) {
      result[W_X] = dGates.transpose().matmul(in[X].flatten(0, 1)); // [4h,t n] @ [t n,in]
    }
    if (wanted[W_H]) {
      result[W_H] = new StateWeightGradient().apply(dGates, in[H0], call.out());
    }
    if (in.length > BIAS && wanted[BIAS]) {
      result[BIAS] = dGates.sum(0);
    }
    return result;
  }

  @Override
  public Reads reads(int i) {
    Reads reads = Reads.INPUTS.or(Reads.residuals(0));
    return i == W_H ? reads.andOutput() : reads;
  }
}
