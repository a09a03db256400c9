package gradus.op.recurrent;

import gradus.Shape;
import gradus.Tensor;
import gradus.kernel.recurrent.Lstm;
import gradus.op.Fused;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The gradients of gates, first output and first cell state of an {@link LstmSequence}, as one
 * vector, from the gradient of its result and its operands.
 *
 * @param steps the gates after their nonlinearities and the cell states [t, n, 5h], without history
 */
record LstmSequenceGradient(Tensor steps) implements Fused {
  @Override
  public Tensor composed(Tensor... in) {
    var all = new ArrayList<>(List.of(in));
    all.add(1, Tensor.zeros(steps.shape().with(2, in[5].size(0)), steps.dtype()));
    return Fused.gradients(
        x -> LstmSequence.along(x[0], Arrays.copyOfRange(x, 1, x.length)),
        3,
        all.toArray(Tensor[]::new));
  }

  @Override
  public Shape shape(Tensor... in) {
    int n = in[1].numel();
    return Shape.of(steps.size(0) * 4 * n + 2 * n);
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
    int size = t * n * 4 * h;
    Lstm.backward(
        t,
        Operands.block(in[0], (t + 2) * n, h),
        Operands.block(in[2], n, h),
        Operands.block(in[5], 4 * h, h),
        Operands.block(steps, t * n, 5 * h),
        Operands.block(out.narrow(0, 0, size), t * n, 4 * h),
        Operands.block(out.narrow(0, size, n * h), n, h),
        Operands.block(out.narrow(0, size + n * h, n * h), n, h));
  }
}
