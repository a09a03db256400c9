package gradus.op.elementwise;

import static gradus.Autograd.CREATE_GRAPH;
import static org.junit.jupiter.api.Assertions.assertEquals;

import gradus.Autograd;
import gradus.DType;
import gradus.Tensor;
import java.util.List;
import java.util.function.BinaryOperator;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.apache.commons.math3.analysis.differentiation.DerivativeStructure;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Derivatives up to third order against the truncated power series of Commons Math. */
class DerivativeOracleTest {
  private static final int ORDER = 3;

  private static Arguments unary(
      String name,
      UnaryOperator<Tensor> ours,
      UnaryOperator<DerivativeStructure> theirs,
      double... at) {
    return Arguments.of(name, ours, theirs, at);
  }

  static Stream<Arguments> functions() {
    double[] positive = {0.1, 0.7, 1, 3.5};
    double[] any = {-3, -0.4, 0.3, 1.1, 2.5};
    return Stream.of(
        unary("reciprocal", Tensor::reciprocal, DerivativeStructure::reciprocal, positive),
        unary("square", Tensor::square, x -> x.pow(2), any),
        unary("pow 3", x -> x.pow(3), x -> x.pow(3), any),
        unary("pow 2.5", x -> x.pow(2.5), x -> x.pow(2.5), positive),
        unary("rpow", x -> Tensor.pow(2, x), x -> DerivativeStructure.pow(2, x), any),
        unary("sqrt", Tensor::sqrt, DerivativeStructure::sqrt, positive),
        unary("rsqrt", Tensor::rsqrt, x -> x.sqrt().reciprocal(), positive),
        unary("exp", Tensor::exp, DerivativeStructure::exp, any),
        unary("expm1", Tensor::expm1, DerivativeStructure::expm1, any),
        unary("log", Tensor::log, DerivativeStructure::log, positive),
        unary("log1p", Tensor::log1p, DerivativeStructure::log1p, positive),
        unary("sin", Tensor::sin, DerivativeStructure::sin, any),
        unary("cos", Tensor::cos, DerivativeStructure::cos, any),
        unary("tanh", Tensor::tanh, DerivativeStructure::tanh, any),
        unary("abs", Tensor::abs, DerivativeStructure::abs, any),
        unary("sigmoid", Tensor::sigmoid, DerivativeOracleTest::sigmoid, any),
        unary("silu", Tensor::silu, x -> x.multiply(sigmoid(x)), any),
        unary("softplus", Tensor::softplus, x -> x.exp().log1p(), any),
        unary("geluTanh", x -> x.gelu("tanh"), DerivativeOracleTest::geluTanh, any),
        unary("erf", Tensor::erf, DerivativeOracleTest::erf, any),
        unary(
            "gelu",
            Tensor::gelu,
            x -> x.multiply(0.5).multiply(erf(x.multiply(Math.sqrt(0.5))).add(1)),
            any),
        unary(
            "a composition",
            x -> x.sin().mul(x.exp()).div(x.square().add(1)).tanh(),
            x -> x.sin().multiply(x.exp()).divide(x.pow(2).add(1)).tanh(),
            any));
  }

  private static DerivativeStructure sigmoid(DerivativeStructure x) {
    return x.negate().exp().add(1).reciprocal();
  }

  private static DerivativeStructure geluTanh(DerivativeStructure x) {
    return x.pow(3)
        .multiply(0.044715)
        .add(x)
        .multiply(Math.sqrt(2 / Math.PI))
        .tanh()
        .add(1)
        .multiply(x)
        .multiply(0.5);
  }

  /** erf' = 2/sqrt(pi) exp(-x^2), and so on. */
  private static DerivativeStructure erf(DerivativeStructure x) {
    double v = x.getValue();
    double slope = 2 / Math.sqrt(Math.PI) * Math.exp(-v * v);
    return x.compose(
        org.apache.commons.math3.special.Erf.erf(v),
        slope,
        -2 * v * slope,
        (4 * v * v - 2) * slope);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("functions")
  void derivatives(
      String name,
      UnaryOperator<Tensor> ours,
      UnaryOperator<DerivativeStructure> theirs,
      double... at) {
    Tensor x = Tensor.of(at, DType.FLOAT64).requiresGrad(true);
    Tensor y = ours.apply(x);
    for (int order = 0; order <= ORDER; order++) {
      for (int k = 0; k < at.length; k++) {
        double expected =
            theirs.apply(new DerivativeStructure(1, ORDER, 0, at[k])).getPartialDerivative(order);
        assertEquals(
            expected,
            y.get(k),
            1e-11 * Math.max(1, Math.abs(expected)),
            "%s, order %d at %s".formatted(name, order, at[k]));
      }
      y =
          y.requiresGrad()
              ? Autograd.grad(y.sum(), x, CREATE_GRAPH, Autograd.ALLOW_UNUSED)
              : Tensor.zerosLike(x);
    }
  }

  /** An operator of two operands in both worlds. */
  private record Pair(
      String name, BinaryOperator<Tensor> ours, BinaryOperator<DerivativeStructure> theirs) {}

  static Stream<Pair> pairs() {
    return Stream.of(
        new Pair("add", Tensor::add, DerivativeStructure::add),
        new Pair("sub", Tensor::sub, DerivativeStructure::subtract),
        new Pair("mul", Tensor::mul, DerivativeStructure::multiply),
        new Pair("div", Tensor::div, DerivativeStructure::divide),
        new Pair("pow", Tensor::pow, DerivativeStructure::pow));
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void mixedDerivatives(Pair pair) {
    double[] at = {1.3, 0.7};
    var theirs =
        pair.theirs.apply(
            new DerivativeStructure(2, ORDER, 0, at[0]),
            new DerivativeStructure(2, ORDER, 1, at[1]));
    List<Tensor> x =
        List.of(
            Tensor.scalar(at[0], DType.FLOAT64).requiresGrad(true),
            Tensor.scalar(at[1], DType.FLOAT64).requiresGrad(true));
    Tensor y = pair.ours.apply(x.get(0), x.get(1));
    for (int a = 0; a <= ORDER; a++) {
      for (int b = 0; a + b <= ORDER; b++) {
        Tensor d = y;
        for (int k = 0; k < a + b; k++) {
          Tensor by = x.get(k < a ? 0 : 1);
          d =
              d.requiresGrad()
                  ? Autograd.grad(d, List.of(by), CREATE_GRAPH, Autograd.ALLOW_UNUSED).getFirst()
                  : Tensor.zerosLike(d);
        }
        double expected = theirs.getPartialDerivative(a, b);
        assertEquals(
            expected, d.item(), 1e-12 * Math.max(1, Math.abs(expected)), pair.name + a + "," + b);
      }
    }
  }
}
