package gradus.op.recurrent;

import gradus.Shape;
import gradus.Tensor;
import gradus.kernel.array.Strided;
import gradus.kernel.recurrent.Lstm;
import gradus.op.Composite;
import gradus.op.Overwriting;
import gradus.op.Spec;
import gradus.tape.Reverse;
import java.util.Arrays;
import java.util.List;

/**
 * The gradients of the gates [t, n, 4h], the first output and the first cell state [n, h] of a
 * {@link LstmSequence}: of the gradients of its results, its residual, and its inputs.
 */
record LstmSequenceGradient() implements Composite, Overwriting {
  private static final int G_OUTPUTS = 0;
  private static final int G_LAST = 1;
  private static final int STEPS = 2;
  private static final int INPUTS = 3;
  private static final int H0 = INPUTS + LstmSequence.H0;
  private static final int C0 = INPUTS + LstmSequence.C0;
  private static final int W_X = INPUTS + LstmSequence.W_X;
  private static final int W_H = INPUTS + LstmSequence.W_H;

  @Override
  public Tensor[] composedAll(Tensor... in) {
    Tensor[] inputs = Arrays.copyOfRange(in, INPUTS, in.length);
    Tensor[] added = {Tensor.zeros(gates(in), in[H0].dtype())};
    return Reverse.gradients(
        x -> LstmSequence.along(x[0], Arrays.copyOfRange(x, 1, x.length)),
        3,
        k -> in[k],
        Operands.concat(added, inputs));
  }

  @Override
  public List<Spec> results(Tensor... in) {
    Spec state = Spec.of(in[H0]);
    return List.of(Spec.of(gates(in), in[H0].dtype()), state, state);
  }

  private static Shape gates(Tensor... in) {
    return in[STEPS].shape().with(2, in[W_H].size(0));
  }

  @Override
  public void forward(Tensor[] in, Tensor[] out) {
    Strided[] g = {in[G_OUTPUTS].strided(), in[G_LAST].strided()};
    new Lstm(Operands.view(in[W_X]), Operands.view(in[W_H]), null)
        .backward(
            g,
            Operands.view(in[C0]),
            Operands.dense(in[STEPS]),
            out[0].strided(),
            out[1].strided(),
            out[2].strided());
  }
}
