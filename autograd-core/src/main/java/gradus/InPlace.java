package gradus;

import gradus.op.movement.Assign;

/**
 * Changes in place. They are not recorded: a tensor that is part of a graph refuses them, and a
 * saved value that changed is noticed by the backward pass. Part of {@link Tensor}.
 */
public sealed interface InPlace permits Tensor {

  /** Takes over the elements of {@code other}, which broadcasts and is converted. */
  default Tensor copyInPlace(Tensor other) {
    Assign.run((Tensor) this, other);
    return (Tensor) this;
  }

  /** Adds {@code other}, which broadcasts. */
  default Tensor addInPlace(Tensor other) {
    Assign.ADD.apply(new double[0], (Tensor) this, other);
    return (Tensor) this;
  }

  /** Adds {@code scale * other}, which broadcasts. */
  default Tensor addInPlace(Tensor other, double scale) {
    Assign.ADD_SCALED.apply(new double[] {scale}, (Tensor) this, other);
    return (Tensor) this;
  }

  /** Multiplies every element. */
  default Tensor mulInPlace(double factor) {
    Assign.SCALE.apply(new double[] {factor}, (Tensor) this);
    return (Tensor) this;
  }

  /** Sets every element. */
  default Tensor fill(double value) {
    Tensor x = (Tensor) this;
    return copyInPlace(Tensor.scalar(value, x.dtype()));
  }

  /** A row-major copy with storage of its own and without history. */
  default Tensor copy() {
    Tensor x = (Tensor) this;
    return Tensor.empty(x.shape(), x.dtype()).copyInPlace(x);
  }
}
