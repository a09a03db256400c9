package gradus;

import gradus.op.elementwise.Arithmetic;
import gradus.op.movement.Assign;

/**
 * Changes in place. They are not recorded: under recording, tensors that are part of a graph refuse
 * to be changed or to be written elsewhere, and a saved value that changed is noticed by the
 * backward pass. Part of {@link Tensor}.
 */
sealed interface InPlace permits Tensor {

  /** Takes over the elements of {@code other}, which broadcasts and is converted. */
  default Tensor copyInPlace(Tensor other) {
    Assign.run("copyInPlace", (Tensor) this, other);
    return (Tensor) this;
  }

  /** Adds {@code other}, which broadcasts. */
  default Tensor addInPlace(Tensor other) {
    return Arithmetic.ADD.applyInPlace((Tensor) this, other);
  }

  /** Adds {@code scale * other}, which broadcasts. */
  default Tensor addInPlace(Tensor other, double scale) {
    return Arithmetic.ADD_SCALED.with(scale).applyInPlace((Tensor) this, other);
  }

  default Tensor addInPlace(double number) {
    return Arithmetic.ADD_NUMBER.with(number).applyInPlace((Tensor) this);
  }

  /** Subtracts {@code other}, which broadcasts. */
  default Tensor subInPlace(Tensor other) {
    return Arithmetic.SUB.applyInPlace((Tensor) this, other);
  }

  default Tensor subInPlace(double number) {
    return Arithmetic.SUB_NUMBER.with(number).applyInPlace((Tensor) this);
  }

  /** Multiplies by {@code other}, which broadcasts. */
  default Tensor mulInPlace(Tensor other) {
    return Arithmetic.MUL.applyInPlace((Tensor) this, other);
  }

  default Tensor mulInPlace(double factor) {
    return Arithmetic.MUL_NUMBER.with(factor).applyInPlace((Tensor) this);
  }

  /** Divides by {@code other}, which broadcasts. */
  default Tensor divInPlace(Tensor other) {
    return Arithmetic.DIV.applyInPlace((Tensor) this, other);
  }

  default Tensor divInPlace(double divisor) {
    return Arithmetic.DIV_NUMBER.with(divisor).applyInPlace((Tensor) this);
  }

  /** Bounds every element to [low, high]. */
  default Tensor clampInPlace(double low, double high) {
    return Arithmetic.CLAMP.with(low, high).applyInPlace((Tensor) this);
  }

  /** Sets every element. */
  default Tensor fillInPlace(double value) {
    Tensor x = (Tensor) this;
    Assign.run("fillInPlace", x, Tensor.scalar(value, x.dtype()));
    return x;
  }

  /** Sets every element to zero: {@code zero_}. */
  default Tensor zeroInPlace() {
    return fillInPlace(0);
  }
}
