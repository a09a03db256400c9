package gradus.op.recurrent;

import gradus.Tensor;
import gradus.kernel.recurrent.Gru;
import gradus.op.Composite;
import gradus.op.Overwriting;
import gradus.op.Spec;
import gradus.tape.Reverse;
import java.util.Arrays;
import java.util.List;

/**
 * The gradients of what r, z and n are of and of h_n, [t, n, 4h], and of the first state [n, h] of
 * a {@link GruSequence}: of the gradient of its result, its result, its residual, and its inputs.
 */
record GruSequenceGradient() implements Composite, Overwriting {
  private static final int G_STATES = 0;
  private static final int STATES = 1;
  private static final int STEPS = 2;
  private static final int INPUTS = 3;
  private static final int H0 = INPUTS + GruSequence.H0;
  private static final int W_X = INPUTS + GruSequence.W_X;
  private static final int W_H = INPUTS + GruSequence.W_H;

  @Override
  public Tensor[] composedAll(Tensor... in) {
    Tensor[] inputs = Arrays.copyOfRange(in, INPUTS, in.length);
    Tensor[] added = {Tensor.zerosLike(in[STEPS])};
    return Reverse.gradients(
        x -> GruSequence.along(x[0], Arrays.copyOfRange(x, 1, x.length)),
        2,
        k -> in[G_STATES],
        Operands.concat(added, inputs));
  }

  @Override
  public List<Spec> results(Tensor... in) {
    return List.of(Spec.of(in[STEPS]), Spec.of(in[H0]));
  }

  @Override
  public void forward(Tensor[] in, Tensor[] out) {
    new Gru(Operands.view(in[W_X]), Operands.view(in[W_H]), null, null)
        .backward(
            in[G_STATES].strided(),
            Operands.view(in[H0]),
            Operands.dense(in[STATES]),
            Operands.dense(in[STEPS]),
            out[0].strided(),
            out[1].strided());
  }
}
