package gradus.formula;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import org.apache.commons.math3.special.Erf;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** How far the lowered functions are from the truth, in units in the last place. */
class AccuracyTest {
  private static final double INF = Double.POSITIVE_INFINITY;

  /** A function, its bounds in float and in double, and where it is neither flat nor undefined. */
  enum Case {
    EXP(Expr.arg(0).exp(), Reference::exp, 0.95, 1.0, -104, 88.7, -745, 709.7),
    EXPM1(Expr.arg(0).expm1(), Reference::expm1, 1.15, 1.2, -18, 88.7, -38, 709.7),
    LOG(Expr.arg(0).log(), Reference::log, 0.92, 0.9, 0, 3e38, 0, 1e308),
    LOG1P(Expr.arg(0).log1p(), Reference::log1p, 0.98, 0.9, -1, 3e38, -1, 1e308),
    TANH(Expr.arg(0).tanh(), Reference::tanh, 1.5, 1.75, -9.2, 9.2, -20, 20),
    SIGMOID(Expr.arg(0).sigmoid(), Reference::sigmoid, 1.75, 1.6, -103, 20, -745, 40),
    ERF(Expr.arg(0).erf(), Reference::erf, 1.4, 1.3, -4, 4, -6.2, 6.2);

    final Expr function;
    final List<Expr> forFloat;
    final List<Expr> forDouble;
    final UnaryOperator<BigDecimal> truth;
    final double floatBound;
    final double doubleBound;
    final double[] floatRange;
    final double[] doubleRange;

    Case(
        Expr function,
        UnaryOperator<BigDecimal> truth,
        double floatBound,
        double doubleBound,
        double... ranges) {
      this.function = function;
      this.forFloat = List.of(Lowering.of(function, Precision.FLOAT));
      this.forDouble = List.of(Lowering.of(function, Precision.DOUBLE));
      this.truth = truth;
      this.floatBound = floatBound;
      this.doubleBound = doubleBound;
      this.floatRange = Arrays.copyOfRange(ranges, 0, 2);
      this.doubleRange = Arrays.copyOfRange(ranges, 2, 4);
    }

    float inFloat(float x) {
      return Evaluator.floats(forFloat, new float[] {x})[0];
    }

    double inDouble(double x) {
      return Evaluator.doubles(forDouble, new double[] {x})[0];
    }

    /** To about one unit in the last place of a double. */
    double nearly(double x) {
      return switch (this) {
        case EXP -> StrictMath.exp(x);
        case EXPM1 -> StrictMath.expm1(x);
        case LOG -> StrictMath.log(x);
        case LOG1P -> StrictMath.log1p(x);
        case TANH -> StrictMath.tanh(x);
        case SIGMOID -> {
          double t = StrictMath.exp(-Math.abs(x));
          yield (x < 0 ? t : 1) / (1 + t);
        }
        // Below, Erf's absolute error shows: the first two terms of the series.
        case ERF ->
            Double.isNaN(x)
                ? x
                : Math.abs(x) < 1e-4 ? x * (1 - x * x / 3) * 1.1283791670955126 : Erf.erf(x);
      };
    }
  }

  /** Numbers in (low, high): ordinary ones, ones near zero, and ones of every size. */
  private static double sample(SplittableRandom random, double low, double high, double tiny) {
    while (true) {
      double x =
          switch (random.nextInt(4)) {
            case 0 -> low + (high - low) * random.nextDouble();
            case 1, 2 -> 6 * random.nextDouble() - 3;
            default ->
                (random.nextBoolean() ? 1 : -1) * Math.exp(Math.log(tiny) * random.nextDouble());
          };
      if (x > low && x < high) {
        return x;
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void staysWithinItsBoundInFloat(Case c) {
    var random = new SplittableRandom(1);
    for (int i = 0; i < 60_000; i++) {
      float x = (float) sample(random, c.floatRange[0], c.floatRange[1], 1e-44);
      double truth = c.nearly(x);
      if (Math.abs(truth) > Float.MAX_VALUE || Double.isInfinite(truth)) {
        continue;
      }
      float y = c.inFloat(x);
      float ulp = Math.ulp(towardsZero(truth));
      double error = Math.abs(y - truth) / ulp;
      assertThat(error).as("%s(%a) is %a, got %a", c, x, truth, y).isLessThan(c.floatBound);
    }
  }

  private static float towardsZero(double v) {
    float f = (float) v;
    return Math.abs(f) > Math.abs(v) ? Math.nextAfter(f, 0.0) : f;
  }

  @ParameterizedTest
  @EnumSource
  void staysWithinItsBoundInDouble(Case c) {
    var random = new SplittableRandom(2);
    for (int i = 0; i < 1500; i++) {
      double x = sample(random, c.doubleRange[0], c.doubleRange[1], 1e-300);
      BigDecimal truth = c.truth.apply(new BigDecimal(x));
      double ulp = Math.ulp(truth.doubleValue());
      double y = c.inDouble(x);
      double error =
          new BigDecimal(y).subtract(truth).divide(new BigDecimal(ulp)).abs().doubleValue();
      assertThat(error).as("%s(%a), got %a", c, x, y).isLessThan(c.doubleBound);
    }
  }

  @ParameterizedTest
  @EnumSource
  void agreesWithTheReferenceAtSpecialArguments(Case c) {
    for (double x :
        new double[] {
          0.0,
          -0.0,
          INF,
          -INF,
          Double.NaN,
          1,
          -1,
          -2,
          Float.MIN_VALUE,
          -Float.MIN_VALUE,
          Float.MIN_NORMAL,
          1e-310,
          -1e-310,
          Double.MIN_VALUE,
          -Double.MIN_VALUE,
          Float.MAX_VALUE,
          -Float.MAX_VALUE,
          Double.MAX_VALUE,
          -Double.MAX_VALUE,
          88.73,
          -103.5,
          -104,
          -100,
          709.79,
          -745.2,
          -745,
          -740
        }) {
      assertSame(c.inDouble(x), c.nearly(x), 4 * Math.ulp(c.nearly(x)), c + " of " + x);
      float f = (float) x;
      float truth = (float) c.nearly(f);
      assertSame(c.inFloat(f), truth, 2 * Math.ulp(truth), c + " of float " + f);
    }
  }

  private static void assertSame(double actual, double expected, double within, String what) {
    if (expected == 0 || Double.isNaN(expected) || Double.isInfinite(expected)) {
      assertThat(Double.doubleToLongBits(actual))
          .as("%s is %s, got %s", what, expected, actual)
          .isEqualTo(Double.doubleToLongBits(expected));
    } else {
      assertThat(Math.abs(actual - expected))
          .as("%s is %s, got %s", what, expected, actual)
          .isLessThanOrEqualTo(within);
    }
  }

  /**
   * Neighbouring floats across the joints of the algorithms: never down by more than the last
   * place.
   */
  @ParameterizedTest
  @EnumSource
  void rises(Case c) {
    for (double joint :
        new double[] {0.25, 0.35, 0.4142136, 0.5, 0.6, 0.93, 1, 1.4142136, 3.95, 10}) {
      float x = (float) joint;
      for (int i = 0; i < 200; i++) {
        x = Math.nextDown(x);
      }
      float before = Float.NEGATIVE_INFINITY;
      for (int i = 0; i < 400; i++, x = Math.nextUp(x)) {
        float y = c.inFloat(x);
        assertThat(Math.nextUp(y)).as("%s near %a", c, x).isGreaterThanOrEqualTo(before);
        before = y;
      }
    }
  }

  @Test
  void tanhErfAndSigmoidStayInTheirRange() {
    for (float x = 0; x < 120; x += 0.01f) {
      assertThat(Math.abs(Case.TANH.inFloat(-x))).isLessThanOrEqualTo(1);
      assertThat(Math.abs(Case.ERF.inFloat(-x))).isLessThanOrEqualTo(1);
      assertThat(Case.SIGMOID.inFloat(x)).isBetween(0.5f, 1f);
    }
    assertThat(Case.TANH.inFloat(9.1f)).isEqualTo(1);
    assertThat(Case.ERF.inFloat(3.93f)).isEqualTo(1);
  }

  @Test
  void roundingIsExact() {
    Expr x = Expr.arg(0);
    for (Expr e : List.of(x.rint(), x.floor(), x.ceil(), x.trunc())) {
      List<Expr> forFloat = List.of(Lowering.of(e, Precision.FLOAT));
      List<Expr> forDouble = List.of(Lowering.of(e, Precision.DOUBLE));
      var random = new SplittableRandom(3);
      for (int i = 0; i < 20_000; i++) {
        float f = i < 100 ? (i - 50) / 4f : Float.intBitsToFloat(random.nextInt());
        double d = i < 100 ? (i - 50) / 4d : Double.longBitsToDouble(random.nextLong());
        if (i == 100) {
          f = -0f;
          d = -0d;
        }
        // Boxed, so that zeros differ by their sign and NaN equals NaN.
        assertThat((Object) Evaluator.floats(forFloat, new float[] {f})[0])
            .as("%s of %a", e.fn(), f)
            .isEqualTo((float) StrictFunctions.call(e.fn(), f, 0));
        assertThat((Object) Evaluator.doubles(forDouble, new double[] {d})[0])
            .as("%s of %a", e.fn(), d)
            .isEqualTo(StrictFunctions.call(e.fn(), d, 0));
      }
    }
  }

  @Test
  void lowersToPrimitivesOnlyAndOnce() {
    for (Case c : Case.values()) {
      for (Precision p : Precision.values()) {
        Expr lowered = Lowering.of(c.function, p);
        assertThat(lowered.nodes()).allMatch(e -> e.fn().isPrimitive());
        assertThat(Lowering.of(lowered, p)).isSameAs(lowered);
      }
    }
  }
}
