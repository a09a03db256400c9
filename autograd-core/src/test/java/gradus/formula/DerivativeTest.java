package gradus.formula;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.apache.commons.math3.analysis.differentiation.DerivativeStructure;

class DerivativeTest {
  private static final Expr X = Expr.arg(0);
  private static final Expr Y = Expr.arg(1);

  @Property(tries = 200)
  void agreesWithCentralDifferencesToSecondOrder(@ForAll long seed) {
    var random = new Random(seed);
    Expr f = smooth(random, 1 + random.nextInt(12));
    double[] at = {random.nextDouble(-2, 2), random.nextDouble(-2, 2)};
    for (int i = 0; i < 2; i++) {
      Expr slope = f.derivative(i);
      assertSlope(f, slope, i, at);
      assertSlope(slope, slope.derivative(1 - i), 1 - i, at);
    }
  }

  private static void assertSlope(Expr f, Expr slope, int i, double[] at) {
    double exact = value(slope, at);
    double h = 1e-5;
    double estimate = (shifted(f, i, at, h) - shifted(f, i, at, -h)) / (2 * h);
    double coarse = (shifted(f, i, at, 2 * h) - shifted(f, i, at, -2 * h)) / (4 * h);
    // Two step sizes tell how far the estimate itself can be trusted.
    double trust = 10 * Math.abs(estimate - coarse) + 1e-7 * (1 + Math.abs(value(f, at)));
    assertThat(exact).as("d/dx%d of %s", i, f).isCloseTo(estimate, within(trust + 1e-8));
  }

  private static double shifted(Expr f, int i, double[] at, double by) {
    double[] moved = at.clone();
    moved[i] += by;
    return value(f, moved);
  }

  private static double value(Expr f, double... at) {
    return Evaluator.doubles(List.of(f), at)[0];
  }

  /** Bounded, differentiable everywhere, of every function that has a slope. */
  private static Expr smooth(Random random, int nodes) {
    var known = new ArrayList<>(List.of(X, Y));
    for (int n = 0; n < nodes; n++) {
      Expr a = known.get(random.nextInt(known.size()));
      Expr b = known.get(random.nextInt(known.size()));
      Expr positive = b.sin().add(1.5);
      known.add(
          switch (random.nextInt(20)) {
            case 0 -> a.add(b).mul(0.5);
            case 1 -> a.sub(b).neg();
            case 2 -> a.sin().mul(b);
            case 3 -> a.div(positive);
            case 4 -> a.fma(Expr.constant(0.3), b);
            case 5 -> positive.sqrt();
            case 6 -> a.sin().exp();
            case 7 -> a.cos().expm1();
            case 8 -> positive.log();
            case 9 -> positive.log1p();
            case 10 -> a.tanh();
            case 11 -> a.sigmoid();
            case 12 -> a.erf();
            case 13 -> a.cos();
            case 14 -> positive.pow(a.sin());
            case 15 -> positive.abs().max(Expr.constant(0.25));
            case 16 -> a.tanh().min(Expr.constant(2)).square();
            case 17 -> a.rint().mul(0).add(b);
            case 18 -> positive.lt(0.25).select(a, a.mul(b).tanh());
            default -> positive.reciprocal();
          });
    }
    return known.getLast();
  }

  @Example
  void agreesWithCommonsMath() {
    for (double v : new double[] {-1.7, -0.3, 0.2, 0.9, 2.4}) {
      var x = new DerivativeStructure(1, 3, 0, v);
      check(X.exp().mul(X.sin()), x.exp().multiply(x.sin()), v);
      check(X.tanh().div(X.square().add(1)), x.tanh().divide(x.multiply(x).add(1)), v);
      check(X.square().add(1).log().sqrt(), x.multiply(x).add(1).log().sqrt(), v);
      check(X.square().add(0.5).pow(X), x.multiply(x).add(0.5).pow(x), v);
      check(X.sigmoid().cos(), x.negate().exp().add(1).reciprocal().cos(), v);
      check(X.log1p().expm1(), v > -1 ? x.log1p().expm1() : null, v);
    }
  }

  private static void check(Expr f, DerivativeStructure expected, double at) {
    if (expected == null) {
      return;
    }
    Expr e = f;
    for (int order = 0; order <= 3; order++) {
      double want = order == 0 ? expected.getValue() : expected.getPartialDerivative(order);
      assertThat(value(e, at))
          .as("derivative %d of %s at %s", order, f, at)
          .isCloseTo(want, within(1e-11 * (1 + Math.abs(want))));
      e = e.derivative(0);
    }
  }

  @Example
  void kinksFollowTheConventions() {
    assertThat(value(X.abs().derivative(0), 0)).isZero();
    assertThat(value(X.max(Y).derivative(0), 3, 3)).isEqualTo(0.5);
    assertThat(value(X.min(Y).derivative(1), 3, 3)).isEqualTo(0.5);
    assertThat(value(X.pow(Y).derivative(0), 0, 0)).isZero();
    assertThat(value(X.pow(Y).derivative(1), 0, 2)).isZero();
    assertThat(value(X.floor().derivative(0), 2)).isZero();
  }

  @Example
  void theBranchNotTakenHasNoInfluence() {
    Expr safe = X.gt(0).select(X.log(), Expr.constant(0));
    assertThat(value(safe.derivative(0), -1)).isZero();
    assertThat(value(safe.mul(Y).derivative(0), 0, Double.POSITIVE_INFINITY)).isZero();
    Expr root = X.gt(0).select(X.sqrt(), X);
    assertThat(value(root.derivative(0), 0)).isEqualTo(1);
  }

  /** Where a choice of a constant is looked at through an infinite slope. */
  @Example
  void aConstantThatIsChosenHasNoSlope() {
    Expr zero = Expr.constant(0);
    assertZeroSlope(X.lt(0).select(zero, X).log(), -1);
    assertZeroSlope(X.ge(0).select(X, zero).log(), -1);
    assertZeroSlope(X.max(zero).sqrt(), -1);
    assertZeroSlope(zero.max(X).sqrt(), -1);
    assertZeroSlope(X.min(zero).neg().sqrt(), 1);
    assertZeroSlope(zero.min(X).neg().sqrt(), 1);
    assertZeroSlope(Expr.constant(1).sub(X.max(Expr.constant(1))).sqrt(), -1);
    assertZeroSlope(Y.mul(X.max(zero)), -1, Double.POSITIVE_INFINITY);
    assertZeroSlope(X.max(zero).mul(Y), -1, Double.POSITIVE_INFINITY);
    assertThat(value(X.max(zero).sqrt().derivative(0), 4)).isEqualTo(0.25);
    assertThat(value(zero.min(X).neg().sqrt().derivative(0), -4)).isEqualTo(-0.25);
    assertThat(value(X.max(zero).sqrt().derivative(0), 0)).isEqualTo(Double.POSITIVE_INFINITY);
  }

  private static void assertZeroSlope(Expr f, double... at) {
    assertThat(value(f.derivative(0), at)).as("slope of %s", f).isZero();
  }

  /** Each side has its own slope, the mean of both where they are equal. */
  @Example
  void extremesHaveTheSlopeOfWhatIsChosen() {
    Expr twice = X.mul(2);
    Expr seven = Y.mul(X).mul(7);
    for (double x : new double[] {-3, -1, 0, 1, 3}) {
      for (double y : new double[] {-1, 2.0 / 7, 1}) {
        double gap = 2 * x - 7 * x * y;
        double equal = (2 + 7 * y) / 2;
        assertThat(value(twice.max(seven).derivative(0), x, y))
            .isEqualTo(gap == 0 ? equal : gap > 0 ? 2 : 7 * y);
        assertThat(value(twice.min(seven).derivative(0), x, y))
            .isEqualTo(gap == 0 ? equal : gap < 0 ? 2 : 7 * y);
        assertThat(value(twice.max(seven).derivative(1), x, y))
            .isEqualTo(gap == 0 ? 3.5 * x : gap > 0 ? 0 : 7 * x);
        assertThat(value(seven.min(twice).derivative(1), x, y))
            .isEqualTo(gap == 0 ? 3.5 * x : gap > 0 ? 7 * x : 0);
      }
    }
    assertThat(value(X.max(Y).derivative(0), Double.NaN, 1)).isZero();
    assertThat(value(X.max(Y).derivative(1), Double.NaN, 1)).isEqualTo(1);
  }
}
