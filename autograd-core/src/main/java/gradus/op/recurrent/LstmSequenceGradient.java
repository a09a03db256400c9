package gradus.op.recurrent;

import gradus.Shape;
import gradus.Tensor;
import gradus.kernel.recurrent.Lstm;
import gradus.op.Fused;
import java.util.Arrays;

/**
 * The gradients of gates, first output and first cell state of an {@link LstmSequence}, as one
 * vector, from the gradient of its result and its four operands.
 *
 * @param states the result of the sequence, without history
 */
public record LstmSequenceGradient(Tensor states) implements Fused {
  @Override
  public Tensor composed(Tensor... in) {
    return new LstmSequence().gradients(3, in);
  }

  @Override
  public Shape shape(Tensor... in) {
    return Shape.of(in[1].numel() + in[2].numel() + in[3].numel());
  }

  @Override
  public void forward(Tensor[] in, Tensor out) {
    Tensor[] x = Arrays.stream(in).map(Tensor::contiguous).toArray(Tensor[]::new);
    Tensor y = states.contiguous();
    Lstm.backward(
        y.size(1),
        y.size(2),
        y.size(3),
        x[0].storage().array(),
        x[0].offset(),
        x[1].storage().array(),
        x[1].offset(),
        x[2].storage().array(),
        x[2].offset(),
        x[3].storage().array(),
        x[3].offset(),
        x[4].storage().array(),
        x[4].offset(),
        y.storage().array(),
        y.offset(),
        out.storage().array(),
        out.offset());
  }
}
