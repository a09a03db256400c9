package gradus.op.recurrent;

import gradus.Shape;
import gradus.Tensor;
import gradus.kernel.recurrent.Gru;
import gradus.op.Fused;

/**
 * The gradients of gates and first state of a {@link GruSequence}, as one vector, from the gradient
 * of its result and its operands.
 *
 * @param states the result of the sequence, without history
 * @param activations its r, z, h_n and n of all steps [t, n, 4h], without history
 */
record GruSequenceGradient(Tensor states, Tensor activations) implements Fused {
  @Override
  public Tensor composed(Tensor... in) {
    return Fused.gradients(new GruSequence()::composed, 2, in);
  }

  @Override
  public Shape shape(Tensor... in) {
    return Shape.of(in[1].numel() + in[2].numel());
  }

  @Override
  public boolean overwrites() {
    return true;
  }

  @Override
  public void forward(Tensor[] in, Tensor out) {
    int t = states.size(0);
    int n = states.size(1);
    int h = states.size(2);
    int size = t * n * 3 * h;
    Gru.backward(
        t,
        Operands.block(in[0], t * n, h),
        Operands.block(in[2], n, h),
        Operands.block(in[3], 3 * h, h),
        Operands.block(states, t * n, h),
        Operands.block(activations, t * n, 4 * h),
        Operands.block(out.narrow(0, 0, size), t * n, 3 * h),
        Operands.block(out.narrow(0, size, n * h), n, h));
  }
}
