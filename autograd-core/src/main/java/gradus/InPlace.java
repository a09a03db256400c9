package gradus;

import gradus.op.elementwise.Add;
import gradus.op.elementwise.Mul;
import gradus.op.movement.Assign;

/**
 * Changes in place. They are not recorded: under recording, tensors that are part of a graph refuse
 * to be changed or to be written elsewhere, and a saved value that changed is noticed by the
 * backward pass. Part of {@link Tensor}.
 */
public sealed interface InPlace permits Tensor {

  /** Takes over the elements of {@code other}, which broadcasts and is converted. */
  default Tensor copyInPlace(Tensor other) {
    Assign.run((Tensor) this, other);
    return (Tensor) this;
  }

  /** Adds {@code other}, which broadcasts. */
  default Tensor addInPlace(Tensor other) {
    return Add.OP.applyInPlace((Tensor) this, other);
  }

  /** Adds {@code scale * other}, which broadcasts. */
  default Tensor addInPlace(Tensor other, double scale) {
    return Add.SCALED.with(scale).applyInPlace((Tensor) this, other);
  }

  /** Multiplies every element. */
  default Tensor mulInPlace(double factor) {
    return Mul.NUMBER.with(factor).applyInPlace((Tensor) this);
  }

  /** Sets every element. */
  default Tensor fill(double value) {
    Tensor x = (Tensor) this;
    return copyInPlace(Tensor.scalar(value, x.dtype()));
  }
}
