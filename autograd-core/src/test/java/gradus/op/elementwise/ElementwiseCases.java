package gradus.op.elementwise;

import static gradus.op.OpCase.binary;
import static gradus.op.OpCase.dims;
import static gradus.op.OpCase.of;
import static gradus.op.OpCase.unary;

import gradus.DType;
import gradus.Tensor;
import gradus.op.Grid;
import gradus.op.OpCase;
import gradus.op.reduction.SumOf;
import java.util.List;
import org.apache.commons.math3.special.Erf;

/** Sample inputs and references for each operator of this package. */
public final class ElementwiseCases {
  private static final Tensor MASK =
      Tensor.of(new boolean[][] {{true, false, true}, {false, false, true}});

  private ElementwiseCases() {}

  public static List<OpCase> all() {
    return List.of(
        // arithmetic
        binary("add scaled", Arithmetic.ADD_SCALED.with(-0.5)::apply, (a, b) -> a - 0.5 * b),
        binary("add", Tensor::add, (a, b) -> a + b),
        unary("add number", x -> x.add(0.75), x -> x + 0.75),
        binary("sub", Tensor::sub, (a, b) -> a - b),
        unary("sub number", x -> x.sub(0.75), x -> x - 0.75),
        unary("rsub", x -> x.rsub(0.75), x -> 0.75 - x),
        binary("mul", Tensor::mul, (a, b) -> a * b).slope(0, 0, 0, 0),
        unary("mul number", x -> x.mul(-0.75), x -> x * -0.75),
        binary("div", Tensor::div, (a, b) -> a / b).from(0.3, 3),
        binary("div of both signs", Tensor::div, (a, b) -> a / b).values(-2, -1, -0.5, 0.5, 1, 3),
        unary("div number", x -> x.div(-0.75), x -> x / -0.75),
        unary("rdiv", x -> Tensor.div(0.75, x), x -> 0.75 / x).from(0.3, 3),
        unary("neg", Tensor::neg, x -> -x),
        unary("reciprocal", Tensor::reciprocal, x -> 1 / x).from(0.3, 3),
        unary("square", Tensor::square, x -> x * x).slope(0, 0),

        // what is summed without being stored
        binary("squared distance", SumOf.SQUARED_DISTANCE::apply, (a, b) -> (a - b) * (a - b)),
        binary("exp of a difference", SumOf.EXP_DIFFERENCE::apply, (a, b) -> Math.exp(a - b)),

        // powers
        binary("pow", Tensor::pow, Math::pow)
            .from(0.3, 2)
            .slope(0, 2, 0, 0)
            .slope(0, 0, 0, 0)
            .slope(0, 1, 1, 0)
            .slope(-2, 0, 0, Double.NaN)
            .boundariesToOrder(1), // to the left of 0 there is no logarithm
        unary("pow of negative numbers", x -> x.pow(number(3)), x -> x * x * x).slope(0, 0),
        unary("pow number", x -> x.pow(3), x -> x * x * x).slope(0, 0),
        unary("pow 2", x -> x.pow(2), x -> x * x),
        unary("pow 0.5", x -> x.pow(0.5), Math::sqrt).from(0.3, 3),
        unary("pow -1.5", x -> x.pow(-1.5), x -> Math.pow(x, -1.5)).from(0.3, 3),
        unary("pow 0", x -> x.pow(0), x -> 1).slope(0, 0),
        unary("rpow", x -> Tensor.pow(3, x), x -> Math.pow(3, x)),
        unary("sqrt", Tensor::sqrt, Math::sqrt).from(0.3, 3).slope(0, Double.POSITIVE_INFINITY),
        unary("rsqrt", Tensor::rsqrt, x -> 1 / Math.sqrt(x)).from(0.3, 3),

        // transcendental
        unary("exp", Tensor::exp, Math::exp).slope(-1000, 0),
        unary("expm1", Tensor::expm1, Math::expm1).slope(0, 1).slope(1e-12, 1 + 1e-12),
        unary("log", Tensor::log, Math::log).from(0.3, 3).slope(0, Double.POSITIVE_INFINITY),
        unary("log1p", Tensor::log1p, Math::log1p).from(-0.7, 3).slope(0, 1).slope(1e-16, 1),
        unary("sin", Tensor::sin, Math::sin).slope(0, 1),
        unary("cos", Tensor::cos, Math::cos).slope(0, 0),
        unary("tanh", Tensor::tanh, Math::tanh).slope(0, 1).slope(50, 0).slope(-50, 0),
        unary("sigmoid", Tensor::sigmoid, x -> 1 / (1 + Math.exp(-x)))
            .slope(0, 0.25)
            .slope(1000, 0)
            .slope(-1000, 0),
        unary("erf", Tensor::erf, Erf::erf).slope(0, 2 / Math.sqrt(Math.PI)).slope(30, 0),

        // activations
        unary("relu", Tensor::relu, x -> Math.max(x, 0)).slope(0, 0).slope(-0.0, 0),
        unary("silu", Tensor::silu, x -> x / (1 + Math.exp(-x))).slope(0, 0.5),
        unary(
                "softplus",
                Tensor::softplus,
                x -> Math.log1p(Math.exp(-Math.abs(x))) + Math.max(x, 0))
            .slope(0, 0.5)
            .slope(1000, 1)
            .slope(-1000, 0),
        unary("mish", Tensor::mish, x -> x * Math.tanh(Math.log1p(Math.exp(x))))
            .slope(0, 0.6)
            .slope(1000, 1)
            .slope(-1000, 0),
        unary("gelu", Tensor::gelu, x -> x * 0.5 * Erf.erfc(-x / Math.sqrt(2))).slope(0, 0.5),
        unary(
                "geluTanh",
                x -> x.gelu("tanh"),
                x -> x / 2 * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x))))
            .slope(0, 0.5),

        // kinks and steps
        unary("abs", Tensor::abs, Math::abs).slope(0, 0),
        unary("sign", Tensor::sign, Math::signum).slope(0, 0),
        unary("clamp", x -> x.clamp(-0.5, 1), x -> Math.max(-0.5, Math.min(x, 1)))
            .slope(-0.5, 1)
            .slope(1, 1),
        binary("maximum", Tensor::maximum, Math::max).slope(1, 1, 0.5, 0.5),
        binary("minimum", Tensor::minimum, Math::min).slope(1, 1, 0.5, 0.5),
        unary("round", Tensor::round, Math::rint).slope(0.5, 0).slope(1.5, 0).slope(-2.5, 0),
        unary("floor", Tensor::floor, Math::floor).slope(1, 0).slope(-1, 0),
        unary("ceil", Tensor::ceil, Math::ceil).slope(1, 0).slope(-1, 0),
        unary("trunc", Tensor::trunc, x -> x < 0 ? Math.ceil(x) : Math.floor(x)).slope(1, 0),

        // choice
        of("where", x -> Tensor.where(x[0], x[1], x[2]), ElementwiseCases::where)
            .on(MASK, Grid.of(dims(2, 3), i -> i[0] + i[1]).tensor(DType.FLOAT64), number(0.5))
            .on(MASK, number(2), Grid.of(dims(3), i -> -i[0]).tensor(DType.FLOAT64))
            .on(Tensor.of(true), number(2), number(3))
            .on(MASK.narrow(0, 0, 0), number(2), number(3)),
        of("maskedFill", x -> x[0].maskedFill(x[1], -7), x -> where(x[1], Grid.of(-7), x[0]))
            .on(Grid.of(dims(2, 3), i -> i[0] - i[1]).tensor(DType.FLOAT64), MASK)
            .on(Grid.of(dims(3), i -> i[0]).tensor(DType.FLOAT64), MASK)
            .on(number(3), Tensor.of(false)),

        // comparison and logic
        truth("eq", Tensor::eq, (a, b) -> a == b, Comparisons.EQ),
        truth("eq number", x -> x.eq(1), x -> x == 1, Comparisons.EQ_NUMBER),
        truth("ne", Tensor::ne, (a, b) -> a != b, Comparisons.NE),
        truth("ne number", x -> x.ne(1), x -> x != 1, Comparisons.NE_NUMBER),
        truth("lt", Tensor::lt, (a, b) -> a < b, Comparisons.LT),
        truth("lt number", x -> x.lt(1), x -> x < 1, Comparisons.LT_NUMBER),
        truth("le", Tensor::le, (a, b) -> a <= b, Comparisons.LE),
        truth("le number", x -> x.le(1), x -> x <= 1, Comparisons.LE_NUMBER),
        truth("gt", Tensor::gt, (a, b) -> a > b, Comparisons.GT),
        truth("gt number", x -> x.gt(1), x -> x > 1, Comparisons.GT_NUMBER),
        truth("ge", Tensor::ge, (a, b) -> a >= b, Comparisons.GE),
        truth("ge number", x -> x.ge(1), x -> x >= 1, Comparisons.GE_NUMBER),
        truth("logicalAnd", Tensor::logicalAnd, (a, b) -> a != 0 && b != 0, Logic.AND),
        truth("logicalOr", Tensor::logicalOr, (a, b) -> a != 0 || b != 0, Logic.OR),
        truth("logicalNot", Tensor::logicalNot, x -> x == 0, Logic.NOT),
        truth("isnan", Tensor::isnan, Double::isNaN, Comparisons.IS_NAN));
  }

  private static OpCase truth(
      String name,
      java.util.function.UnaryOperator<Tensor> op,
      java.util.function.DoublePredicate reference,
      Object formula) {
    return unary(name, op, x -> reference.test(x) ? 1 : 0)
        .values(-1, 0, 1, Double.NaN, Double.POSITIVE_INFINITY)
        .notDifferentiable(formula);
  }

  /** Whether two numbers stand in a relation. */
  private interface Relation {
    boolean test(double a, double b);
  }

  private static OpCase truth(
      String name,
      java.util.function.BinaryOperator<Tensor> op,
      Relation reference,
      Object formula) {
    return binary(name, op, (a, b) -> reference.test(a, b) ? 1 : 0)
        .values(-1, 0, 1, Double.NaN, Double.POSITIVE_INFINITY)
        .notDifferentiable(formula);
  }

  private static Grid where(Grid... x) {
    return Grid.of(Grid.broadcast(x), i -> x[0].at(i) != 0 ? x[1].at(i) : x[2].at(i));
  }

  private static Tensor number(double value) {
    return Tensor.scalar(value, DType.FLOAT64);
  }
}
