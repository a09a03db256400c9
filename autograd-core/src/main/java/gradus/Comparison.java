package gradus;

import gradus.op.elementwise.Comparisons;
import gradus.op.elementwise.Logic;

/** Comparisons and logic, element by element; the results are bool. Part of {@link Tensor}. */
sealed interface Comparison permits Tensor {

  /** Elementwise this == other. */
  default Tensor eq(Tensor other) {
    return Comparisons.EQ.apply((Tensor) this, other);
  }

  default Tensor eq(double number) {
    return Comparisons.EQ_NUMBER.with(number).apply((Tensor) this);
  }

  /** Elementwise this != other. */
  default Tensor ne(Tensor other) {
    return Comparisons.NE.apply((Tensor) this, other);
  }

  default Tensor ne(double number) {
    return Comparisons.NE_NUMBER.with(number).apply((Tensor) this);
  }

  /** Elementwise this &lt; other. */
  default Tensor lt(Tensor other) {
    return Comparisons.LT.apply((Tensor) this, other);
  }

  default Tensor lt(double number) {
    return Comparisons.LT_NUMBER.with(number).apply((Tensor) this);
  }

  /** Elementwise this &lt;= other. */
  default Tensor le(Tensor other) {
    return Comparisons.LE.apply((Tensor) this, other);
  }

  default Tensor le(double number) {
    return Comparisons.LE_NUMBER.with(number).apply((Tensor) this);
  }

  /** Elementwise this &gt; other. */
  default Tensor gt(Tensor other) {
    return Comparisons.GT.apply((Tensor) this, other);
  }

  default Tensor gt(double number) {
    return Comparisons.GT_NUMBER.with(number).apply((Tensor) this);
  }

  /** Elementwise this &gt;= other. */
  default Tensor ge(Tensor other) {
    return Comparisons.GE.apply((Tensor) this, other);
  }

  default Tensor ge(double number) {
    return Comparisons.GE_NUMBER.with(number).apply((Tensor) this);
  }

  /** Whether both are not zero. */
  default Tensor logicalAnd(Tensor other) {
    return Logic.AND.apply((Tensor) this, other);
  }

  /** Whether either is not zero. */
  default Tensor logicalOr(Tensor other) {
    return Logic.OR.apply((Tensor) this, other);
  }

  /** Whether it is zero. */
  default Tensor logicalNot() {
    return Logic.NOT.apply((Tensor) this);
  }

  /** Whether it is NaN. */
  default Tensor isnan() {
    return Comparisons.IS_NAN.apply((Tensor) this);
  }
}
