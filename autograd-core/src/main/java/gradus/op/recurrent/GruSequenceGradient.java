package gradus.op.recurrent;

import gradus.Shape;
import gradus.Tensor;
import gradus.kernel.recurrent.Gru;
import gradus.op.Fused;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The gradients of what r, z and n are of, of h_n [t, n, 4h], and of the first state of a {@link
 * GruSequence}, as one vector, from the gradient of its result and its operands.
 *
 * @param states the result of the sequence, without history
 * @param steps its r, z, n and h_n of all steps [t, n, 4h], without history
 */
record GruSequenceGradient(Tensor states, Tensor steps) implements Fused {
  @Override
  public Tensor composed(Tensor... in) {
    var all = new ArrayList<>(List.of(in));
    all.add(1, Tensor.zeros(steps.shape(), steps.dtype()));
    return Fused.gradients(
        x -> GruSequence.along(x[0], Arrays.copyOfRange(x, 1, x.length)),
        2,
        all.toArray(Tensor[]::new));
  }

  @Override
  public Shape shape(Tensor... in) {
    return Shape.of(steps.numel() + in[1].numel());
  }

  @Override
  public boolean overwrites() {
    return true;
  }

  @Override
  public void forward(Tensor[] in, Tensor out) {
    int t = steps.size(0);
    int n = steps.size(1);
    int h = in[1].size(1);
    int size = steps.numel();
    Gru.backward(
        t,
        Operands.block(in[0], (t + 1) * n, h),
        Operands.block(in[4], 3 * h, h),
        Operands.block(states, (t + 1) * n, h),
        Operands.block(steps, t * n, 4 * h),
        Operands.block(out.narrow(0, 0, size), t * n, 4 * h),
        Operands.block(out.narrow(0, size, n * h), n, h));
  }
}
