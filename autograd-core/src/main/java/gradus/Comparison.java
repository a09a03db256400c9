package gradus;

import gradus.op.elementwise.And;
import gradus.op.elementwise.Eq;
import gradus.op.elementwise.Ge;
import gradus.op.elementwise.Gt;
import gradus.op.elementwise.IsNan;
import gradus.op.elementwise.Le;
import gradus.op.elementwise.Lt;
import gradus.op.elementwise.Ne;
import gradus.op.elementwise.Not;
import gradus.op.elementwise.Or;

/** Comparisons and logic, element by element; the results are bool. Part of {@link Tensor}. */
public sealed interface Comparison permits Tensor {

  /** Elementwise this == other. */
  default Tensor eq(Tensor other) {
    return Eq.OP.apply((Tensor) this, other);
  }

  default Tensor eq(double number) {
    return Eq.NUMBER.with(number).apply((Tensor) this);
  }

  /** Elementwise this != other. */
  default Tensor ne(Tensor other) {
    return Ne.OP.apply((Tensor) this, other);
  }

  default Tensor ne(double number) {
    return Ne.NUMBER.with(number).apply((Tensor) this);
  }

  /** Elementwise this &lt; other. */
  default Tensor lt(Tensor other) {
    return Lt.OP.apply((Tensor) this, other);
  }

  default Tensor lt(double number) {
    return Lt.NUMBER.with(number).apply((Tensor) this);
  }

  /** Elementwise this &lt;= other. */
  default Tensor le(Tensor other) {
    return Le.OP.apply((Tensor) this, other);
  }

  default Tensor le(double number) {
    return Le.NUMBER.with(number).apply((Tensor) this);
  }

  /** Elementwise this &gt; other. */
  default Tensor gt(Tensor other) {
    return Gt.OP.apply((Tensor) this, other);
  }

  default Tensor gt(double number) {
    return Gt.NUMBER.with(number).apply((Tensor) this);
  }

  /** Elementwise this &gt;= other. */
  default Tensor ge(Tensor other) {
    return Ge.OP.apply((Tensor) this, other);
  }

  default Tensor ge(double number) {
    return Ge.NUMBER.with(number).apply((Tensor) this);
  }

  /** Whether both are not zero. */
  default Tensor logicalAnd(Tensor other) {
    return And.OP.apply((Tensor) this, other);
  }

  /** Whether either is not zero. */
  default Tensor logicalOr(Tensor other) {
    return Or.OP.apply((Tensor) this, other);
  }

  /** Whether it is zero. */
  default Tensor logicalNot() {
    return Not.OP.apply((Tensor) this);
  }

  /** Whether it is NaN. */
  default Tensor isNan() {
    return IsNan.OP.apply((Tensor) this);
  }
}
