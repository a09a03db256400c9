package gradus;

import gradus.op.elementwise.Abs;
import gradus.op.elementwise.Add;
import gradus.op.elementwise.Ceil;
import gradus.op.elementwise.Clamp;
import gradus.op.elementwise.Cos;
import gradus.op.elementwise.Div;
import gradus.op.elementwise.Erf;
import gradus.op.elementwise.Exp;
import gradus.op.elementwise.Expm1;
import gradus.op.elementwise.Floor;
import gradus.op.elementwise.Gelu;
import gradus.op.elementwise.Log;
import gradus.op.elementwise.Log1p;
import gradus.op.elementwise.Maximum;
import gradus.op.elementwise.Minimum;
import gradus.op.elementwise.Mish;
import gradus.op.elementwise.Mul;
import gradus.op.elementwise.Neg;
import gradus.op.elementwise.Pow;
import gradus.op.elementwise.Reciprocal;
import gradus.op.elementwise.Relu;
import gradus.op.elementwise.Round;
import gradus.op.elementwise.Rsqrt;
import gradus.op.elementwise.Sigmoid;
import gradus.op.elementwise.Sign;
import gradus.op.elementwise.Silu;
import gradus.op.elementwise.Sin;
import gradus.op.elementwise.Softplus;
import gradus.op.elementwise.Sqrt;
import gradus.op.elementwise.Square;
import gradus.op.elementwise.Sub;
import gradus.op.elementwise.Tanh;
import gradus.op.elementwise.Trunc;
import gradus.op.elementwise.Where;

/** The operators that work element by element; operands broadcast. Part of {@link Tensor}. */
public sealed interface Elementwise permits Tensor {

  /** Elementwise sum. */
  default Tensor add(Tensor other) {
    return Add.OP.apply((Tensor) this, other);
  }

  default Tensor add(double number) {
    return Add.NUMBER.with(number).apply((Tensor) this);
  }

  /** Elementwise difference. */
  default Tensor sub(Tensor other) {
    return Sub.OP.apply((Tensor) this, other);
  }

  default Tensor sub(double number) {
    return Sub.NUMBER.with(number).apply((Tensor) this);
  }

  /** Elementwise product. */
  default Tensor mul(Tensor other) {
    return Mul.OP.apply((Tensor) this, other);
  }

  default Tensor mul(double number) {
    return Mul.NUMBER.with(number).apply((Tensor) this);
  }

  /** Elementwise quotient, floating also for integers. */
  default Tensor div(Tensor other) {
    return Div.OP.apply((Tensor) this, other);
  }

  default Tensor div(double number) {
    return Div.NUMBER.with(number).apply((Tensor) this);
  }

  /** {@code number - this}. */
  default Tensor rsub(double number) {
    return Sub.FROM_NUMBER.with(number).apply((Tensor) this);
  }

  /** {@code number / this}. */
  default Tensor rdiv(double number) {
    return Div.OF_NUMBER.with(number).apply((Tensor) this);
  }

  /** Elementwise power; x^0 is 1 with gradient 0. */
  default Tensor pow(Tensor exponent) {
    return Pow.OP.apply((Tensor) this, exponent);
  }

  default Tensor pow(double exponent) {
    if (exponent == 2) {
      return square();
    }
    return exponent == 0.5 ? sqrt() : Pow.NUMBER.with(exponent).apply((Tensor) this);
  }

  /** {@code number ^ this}. */
  default Tensor rpow(double number) {
    return Pow.OF_NUMBER.with(number).apply((Tensor) this);
  }

  /** The larger of two; equal ones share the gradient. */
  default Tensor maximum(Tensor other) {
    return Maximum.OP.apply((Tensor) this, other);
  }

  /** The smaller of two; equal ones share the gradient. */
  default Tensor minimum(Tensor other) {
    return Minimum.OP.apply((Tensor) this, other);
  }

  /** Bounded to [low, high]; the gradient passes at the bounds. */
  default Tensor clamp(double low, double high) {
    return Clamp.OP.with(low, high).apply((Tensor) this);
  }

  /** This tensor where {@code mask} is false, {@code value} where it is true. */
  default Tensor maskedFill(Tensor mask, double value) {
    return Where.FILL.with(value).apply((Tensor) this, mask);
  }

  /** The approximation of {@link #gelu()} by tanh. */
  default Tensor geluTanh() {
    return Gelu.TANH.apply((Tensor) this);
  }

  /** Elementwise: -x. */
  default Tensor neg() {
    return Neg.OP.apply((Tensor) this);
  }

  /** Elementwise: 1 / x. */
  default Tensor reciprocal() {
    return Reciprocal.OP.apply((Tensor) this);
  }

  /** Elementwise: |x|, with slope 0 at 0. */
  default Tensor abs() {
    return Abs.OP.apply((Tensor) this);
  }

  /** Elementwise: 1, 0 or -1. */
  default Tensor sign() {
    return Sign.OP.apply((Tensor) this);
  }

  /** Elementwise: x squared. */
  default Tensor square() {
    return Square.OP.apply((Tensor) this);
  }

  /** Elementwise: square root. */
  default Tensor sqrt() {
    return Sqrt.OP.apply((Tensor) this);
  }

  /** Elementwise: 1 / sqrt(x). */
  default Tensor rsqrt() {
    return Rsqrt.OP.apply((Tensor) this);
  }

  /** Elementwise: e to the x. */
  default Tensor exp() {
    return Exp.OP.apply((Tensor) this);
  }

  /** Elementwise: exp(x) - 1, exact near 0. */
  default Tensor expm1() {
    return Expm1.OP.apply((Tensor) this);
  }

  /** Elementwise: natural logarithm. */
  default Tensor log() {
    return Log.OP.apply((Tensor) this);
  }

  /** Elementwise: log(1 + x), exact near 0. */
  default Tensor log1p() {
    return Log1p.OP.apply((Tensor) this);
  }

  /** Elementwise: sine. */
  default Tensor sin() {
    return Sin.OP.apply((Tensor) this);
  }

  /** Elementwise: cosine. */
  default Tensor cos() {
    return Cos.OP.apply((Tensor) this);
  }

  /** Elementwise: hyperbolic tangent. */
  default Tensor tanh() {
    return Tanh.OP.apply((Tensor) this);
  }

  /** Elementwise: 1 / (1 + exp(-x)). */
  default Tensor sigmoid() {
    return Sigmoid.OP.apply((Tensor) this);
  }

  /** Elementwise: the error function. */
  default Tensor erf() {
    return Erf.OP.apply((Tensor) this);
  }

  /** Elementwise: max(x, 0), with slope 0 at 0. */
  default Tensor relu() {
    return Relu.OP.apply((Tensor) this);
  }

  /** Elementwise: x sigmoid(x). */
  default Tensor silu() {
    return Silu.OP.apply((Tensor) this);
  }

  /** Elementwise: x tanh(log(1 + exp(x))). */
  default Tensor mish() {
    return Mish.OP.apply((Tensor) this);
  }

  /** Elementwise: log(1 + exp(x)). */
  default Tensor softplus() {
    return Softplus.OP.apply((Tensor) this);
  }

  /** Elementwise: x times the normal distribution function at x. */
  default Tensor gelu() {
    return Gelu.OP.apply((Tensor) this);
  }

  /** Elementwise: to the nearest whole number, ties to even. */
  default Tensor round() {
    return Round.OP.apply((Tensor) this);
  }

  /** Elementwise: the next whole number below. */
  default Tensor floor() {
    return Floor.OP.apply((Tensor) this);
  }

  /** Elementwise: the next whole number above. */
  default Tensor ceil() {
    return Ceil.OP.apply((Tensor) this);
  }

  /** Elementwise: towards zero. */
  default Tensor trunc() {
    return Trunc.OP.apply((Tensor) this);
  }
}
