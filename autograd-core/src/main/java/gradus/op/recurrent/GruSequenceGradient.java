package gradus.op.recurrent;

import gradus.Shape;
import gradus.Tensor;
import gradus.kernel.recurrent.Gru;
import gradus.op.Fused;
import java.util.Arrays;

/**
 * The gradients of gates and first state of a {@link GruSequence}, as one vector, from the gradient
 * of its result and its operands.
 *
 * @param states the result of the sequence, without history
 */
public record GruSequenceGradient(Tensor states) implements Fused {
  @Override
  public Tensor composed(Tensor... in) {
    return new GruSequence().gradients(2, in);
  }

  @Override
  public Shape shape(Tensor... in) {
    return Shape.of(in[1].numel() + in[2].numel());
  }

  @Override
  public void forward(Tensor[] in, Tensor out) {
    Tensor[] x = Arrays.stream(in).map(Tensor::contiguous).toArray(Tensor[]::new);
    Tensor y = states.contiguous();
    boolean biased = in.length > 4;
    Gru.backward(
        y.size(0),
        y.size(1),
        y.size(2),
        x[0].storage().array(),
        x[0].offset(),
        x[1].storage().array(),
        x[1].offset(),
        x[2].storage().array(),
        x[2].offset(),
        x[3].storage().array(),
        x[3].offset(),
        biased ? x[4].storage().array() : null,
        biased ? x[4].offset() : 0,
        y.storage().array(),
        y.offset(),
        out.storage().array(),
        out.offset());
  }
}
