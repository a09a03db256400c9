package gradus;

import gradus.op.elementwise.Activations;
import gradus.op.elementwise.Arithmetic;
import gradus.op.elementwise.Exponentials;
import gradus.op.elementwise.Logic;
import gradus.op.elementwise.Rounding;
import gradus.op.elementwise.SpecialFunctions;
import gradus.op.elementwise.Trigonometry;

/** The operators that work element by element; operands broadcast. Part of {@link Tensor}. */
sealed interface Elementwise permits Tensor {

  /** Elementwise sum. */
  default Tensor add(Tensor other) {
    return Arithmetic.ADD.apply((Tensor) this, other);
  }

  default Tensor add(double number) {
    return Arithmetic.ADD_NUMBER.with(number).apply((Tensor) this);
  }

  /** Elementwise difference. */
  default Tensor sub(Tensor other) {
    return Arithmetic.SUB.apply((Tensor) this, other);
  }

  default Tensor sub(double number) {
    return Arithmetic.SUB_NUMBER.with(number).apply((Tensor) this);
  }

  /** Elementwise product. */
  default Tensor mul(Tensor other) {
    return Arithmetic.MUL.apply((Tensor) this, other);
  }

  default Tensor mul(double number) {
    return Arithmetic.MUL_NUMBER.with(number).apply((Tensor) this);
  }

  /** Elementwise quotient, floating also for integers. */
  default Tensor div(Tensor other) {
    return Arithmetic.DIV.apply((Tensor) this, other);
  }

  default Tensor div(double number) {
    return Arithmetic.DIV_NUMBER.with(number).apply((Tensor) this);
  }

  /** {@code number - this}: {@code torch.rsub}. */
  default Tensor rsub(double number) {
    return Arithmetic.NUMBER_SUB.with(number).apply((Tensor) this);
  }

  /** Elementwise power; x^0 is 1 with gradient 0. */
  default Tensor pow(Tensor exponent) {
    return Exponentials.POW.apply((Tensor) this, exponent);
  }

  default Tensor pow(double exponent) {
    if (exponent == 2) {
      return square();
    }
    return exponent == 0.5 ? sqrt() : Exponentials.POW_NUMBER.with(exponent).apply((Tensor) this);
  }

  /** The larger of two; equal ones share the gradient. */
  default Tensor maximum(Tensor other) {
    return Arithmetic.MAXIMUM.apply((Tensor) this, other);
  }

  /** The smaller of two; equal ones share the gradient. */
  default Tensor minimum(Tensor other) {
    return Arithmetic.MINIMUM.apply((Tensor) this, other);
  }

  /** Bounded to [low, high]; the gradient passes at the bounds. */
  default Tensor clamp(double low, double high) {
    return Arithmetic.CLAMP.with(low, high).apply((Tensor) this);
  }

  /**
   * This tensor where {@code mask} is false, {@code value} where it is true.
   *
   * @throws DTypeException if the mask is not bool
   */
  default Tensor maskedFill(Tensor mask, double value) {
    if (mask.dtype() != DType.BOOL) {
      throw new DTypeException(
          "maskedFill: the mask must be bool, got %s; compare first, as in x.gt(0)"
              .formatted(mask.dtype()));
    }
    return Logic.MASKED_FILL.with(value).apply((Tensor) this, mask);
  }

  /** A tensor of this shape and type with one number everywhere: {@code torch.fill}. */
  default Tensor fill(double value) {
    return Tensor.fullLike((Tensor) this, value);
  }

  /** Elementwise: -x. */
  default Tensor neg() {
    return Arithmetic.NEG.apply((Tensor) this);
  }

  /** Elementwise: 1 / x. */
  default Tensor reciprocal() {
    return Arithmetic.RECIPROCAL.apply((Tensor) this);
  }

  /** Elementwise: |x|, with slope 0 at 0. */
  default Tensor abs() {
    return Arithmetic.ABS.apply((Tensor) this);
  }

  /** Elementwise: 1, 0 or -1. */
  default Tensor sign() {
    return Arithmetic.SIGN.apply((Tensor) this);
  }

  /** Elementwise: x squared. */
  default Tensor square() {
    return Arithmetic.SQUARE.apply((Tensor) this);
  }

  /** Elementwise: square root. */
  default Tensor sqrt() {
    return Exponentials.SQRT.apply((Tensor) this);
  }

  /** Elementwise: 1 / sqrt(x). */
  default Tensor rsqrt() {
    return Exponentials.RSQRT.apply((Tensor) this);
  }

  /** Elementwise: e to the x. */
  default Tensor exp() {
    return Exponentials.EXP.apply((Tensor) this);
  }

  /** Elementwise: exp(x) - 1, exact near 0. */
  default Tensor expm1() {
    return Exponentials.EXPM1.apply((Tensor) this);
  }

  /** Elementwise: natural logarithm. */
  default Tensor log() {
    return Exponentials.LOG.apply((Tensor) this);
  }

  /** Elementwise: log(1 + x), exact near 0. */
  default Tensor log1p() {
    return Exponentials.LOG1P.apply((Tensor) this);
  }

  /** Elementwise: sine. */
  default Tensor sin() {
    return Trigonometry.SIN.apply((Tensor) this);
  }

  /** Elementwise: cosine. */
  default Tensor cos() {
    return Trigonometry.COS.apply((Tensor) this);
  }

  /** Elementwise: hyperbolic tangent. */
  default Tensor tanh() {
    return Trigonometry.TANH.apply((Tensor) this);
  }

  /** Elementwise: 1 / (1 + exp(-x)). */
  default Tensor sigmoid() {
    return Activations.SIGMOID.apply((Tensor) this);
  }

  /** Elementwise: the error function. */
  default Tensor erf() {
    return SpecialFunctions.ERF.apply((Tensor) this);
  }

  /** Elementwise: max(x, 0), with slope 0 at 0. */
  default Tensor relu() {
    return Activations.RELU.apply((Tensor) this);
  }

  /** Elementwise: x sigmoid(x). */
  default Tensor silu() {
    return Activations.SILU.apply((Tensor) this);
  }

  /** Elementwise: x tanh(log(1 + exp(x))). */
  default Tensor mish() {
    return Activations.MISH.apply((Tensor) this);
  }

  /** Elementwise: log(1 + exp(x)). */
  default Tensor softplus() {
    return Activations.SOFTPLUS.apply((Tensor) this);
  }

  /** Elementwise: x times the normal distribution function at x. */
  default Tensor gelu() {
    return Activations.GELU.apply((Tensor) this);
  }

  /**
   * Elementwise: {@link #gelu()}, exact or approximated.
   *
   * @param approximate {@code "none"} or {@code "tanh"}
   */
  default Tensor gelu(String approximate) {
    return switch (approximate) {
      case "none" -> gelu();
      case "tanh" -> Activations.GELU_TANH.apply((Tensor) this);
      default ->
          throw new IllegalArgumentException(
              "gelu: approximate must be \"none\" or \"tanh\", got \"" + approximate + "\"");
    };
  }

  /** Elementwise: to the nearest whole number, ties to even. */
  default Tensor round() {
    return Rounding.ROUND.apply((Tensor) this);
  }

  /** Elementwise: the next whole number below. */
  default Tensor floor() {
    return Rounding.FLOOR.apply((Tensor) this);
  }

  /** Elementwise: the next whole number above. */
  default Tensor ceil() {
    return Rounding.CEIL.apply((Tensor) this);
  }

  /** Elementwise: towards zero. */
  default Tensor trunc() {
    return Rounding.TRUNC.apply((Tensor) this);
  }
}
