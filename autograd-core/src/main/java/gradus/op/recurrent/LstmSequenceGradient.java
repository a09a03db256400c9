package gradus.op.recurrent;

import gradus.Shape;
import gradus.Tensor;
import gradus.kernel.recurrent.Lstm;
import gradus.op.Fused;

/**
 * The gradients of gates, first output and first cell state of an {@link LstmSequence}, as one
 * vector, from the gradient of its result and its four operands.
 *
 * @param states the result of the sequence, without history
 * @param activations its gates after their nonlinearities [t, n, 4h], without history
 */
record LstmSequenceGradient(Tensor states, Tensor activations) implements Fused {
  @Override
  public Tensor composed(Tensor... in) {
    return new LstmSequence().gradients(3, in);
  }

  @Override
  public Shape shape(Tensor... in) {
    return Shape.of(in[1].numel() + in[2].numel() + in[3].numel());
  }

  @Override
  public boolean overwrites() {
    return true;
  }

  @Override
  public void forward(Tensor[] in, Tensor out) {
    int t = states.size(1);
    int n = states.size(2);
    int h = states.size(3);
    int size = t * n * 4 * h;
    Lstm.backward(
        t,
        Operands.block(in[0], 2 * t * n, h),
        Operands.block(in[3], n, h),
        Operands.block(in[4], 4 * h, h),
        Operands.block(states, 2 * t * n, h),
        Operands.block(activations, t * n, 4 * h),
        Operands.block(out.narrow(0, 0, size), t * n, 4 * h),
        Operands.block(out.narrow(0, size, n * h), n, h),
        Operands.block(out.narrow(0, size + n * h, n * h), n, h));
  }
}
