package gradus.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import gradus.Autograd;
import gradus.DType;
import gradus.DTypeException;
import gradus.Shape;
import gradus.Tensor;
import gradus.check.GradCheckReport.Verdict;
import gradus.op.Call;
import gradus.op.Op;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GradCheckTest {
  private static Tensor doubles(double... values) {
    return Tensor.of(values, DType.FLOAT64);
  }

  private static Tensor matrix() {
    return Tensor.of(new double[][] {{0.3, -1.2, 2.1}, {-0.7, 0.9, 1.4}}, DType.FLOAT64);
  }

  /** x^2 whose derivative is what the test says. */
  private record Squared(double factor, boolean recorded) implements Op {
    @Override
    public Shape shape(Tensor... in) {
      return in[0].shape();
    }

    @Override
    public void forward(Tensor[] in, Tensor out) {
      out.copyInPlace(in[0].detach().mul(in[0].detach()));
    }

    @Override
    public Tensor vjp(int i, Tensor g, Call call) {
      return recorded
          ? g.mul(call.in(0)).mul(factor)
          : g.detach().mul(call.in(0).detach()).mul(factor);
    }
  }

  /** Identity whose derivative has the wrong shape. */
  private record Flattened() implements Op {
    @Override
    public Shape shape(Tensor... in) {
      return in[0].shape();
    }

    @Override
    public void forward(Tensor[] in, Tensor out) {
      out.copyInPlace(in[0]);
    }

    @Override
    public Tensor vjp(int i, Tensor g, Call call) {
      return g.flatten();
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void rightDerivativesPass(boolean fast) {
    var check = GradCheck.DEFAULT.withFast(fast).withOrder(3);
    assertThat(check.run(x -> x.tanh().mul(x.exp()), matrix()).ok()).isTrue();
    assertThat(check.run((a, b) -> a.matmul(b.transpose()), matrix(), matrix()).ok()).isTrue();
    assertThat(
            check.run(x -> x[0].mul(x[1]).div(x[2]), matrix(), doubles(1, 2, 3), doubles(2)).ok())
        .isTrue();
  }

  @Test
  void fullModeComparesEveryPairOfElements() {
    var report = GradCheck.check((a, b) -> a.mul(b), matrix(), doubles(1, 2, 3));
    assertThat(report.pairs()).extracting(p -> p.elements()).containsExactly(36, 18);
    assertThat(report.pairs()).extracting(p -> p.input()).containsExactly("input 0", "input 1");
    assertThat(report.assertOk()).isSameAs(report);
    assertThat(report.toString()).startsWith("gradcheck: right\n").contains("36 compared");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aWrongFactorIsNamedWithItsElement(boolean fast) {
    var report = GradCheck.DEFAULT.withFast(fast).run(new Squared(2.02, true)::apply, matrix());
    assertThat(report.ok()).isFalse();
    var pair = report.pairs().getFirst();
    assertThat(pair.verdict()).isEqualTo(Verdict.WRONG);
    assertThat(pair.wrong()).isEqualTo(6);
    var worst = pair.worst();
    assertThat(worst).isNotNull();
    assertThat(worst.out()).isEqualTo(worst.in());
    double x = matrix().get(worst.in().get(0), worst.in().get(1));
    assertThat(worst.analytic()).isEqualTo(2.02 * x);
    assertThat(worst.numeric()).isCloseTo(2 * x, org.assertj.core.data.Offset.offset(1e-8));
    assertThatThrownBy(report::assertOk)
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("WRONG, 6 of 6 differ".replace("6 of 6", "6 of 36"))
        .hasMessageContaining("input 0 [2, 3]");
  }

  @Test
  void smallMistakesAreFound() {
    assertThat(GradCheck.check(new Squared(2 * (1 + 1e-5), true)::apply, matrix()).ok()).isFalse();
    assertThat(GradCheck.check(new Squared(2 * (1 + 1e-9), true)::apply, matrix()).ok()).isTrue();
  }

  /** What differences lose to rounding is a few ulps of the largest value, and not much more. */
  @Test
  void smallMistakesAreFoundUnderLargeValues() {
    for (double size : new double[] {1, 1e3, 1e5}) {
      var wrong = new Squared(2 * (1 + 1e-5), true);
      var report = GradCheck.check(x -> wrong.apply(x).add(size), matrix());
      assertThat(report.pairs().getFirst().wrong()).as("under %s", size).isEqualTo(6);
      var right = new Squared(2, true);
      assertThat(GradCheck.check(x -> right.apply(x).add(size), matrix()).ok()).isTrue();
    }
    assertThat(GradCheck.check(x -> x.square().add(1e6), doubles(1e-3, -2e-3)).ok()).isTrue();
  }

  /** x^2 with a derivative that looks whether it is recorded, and then is wrong. */
  private record Watchful(double factor) implements Op {
    @Override
    public Shape shape(Tensor... in) {
      return in[0].shape();
    }

    @Override
    public void forward(Tensor[] in, Tensor out) {
      out.copyInPlace(in[0].detach().square());
    }

    @Override
    public Tensor vjp(int i, Tensor g, Call call) {
      return g.mul(call.in(0)).mul(Autograd.isRecording() ? 2 * factor : 2);
    }
  }

  @Test
  void recordedAndUnrecordedPassesAreCompared() {
    var report = GradCheck.check((n, x) -> new Watchful(1.01).apply(x), Tensor.arange(2), matrix());
    assertThat(report.pairs()).allMatch(p -> p.verdict() == Verdict.RIGHT);
    assertThat(report.problems())
        .anySatisfy(
            p ->
                assertThat(p)
                    .contains(
                        "order 1: recorded and unrecorded passes differ: the gradient of input 1 at"
                            + " [0, 0]"))
        .anySatisfy(p -> assertThat(p).contains("order 1: forward and reverse mode differ"));
    assertThat(GradCheck.secondOrder(new Watchful(1)::apply, matrix()).ok()).isTrue();
    // No number is the same in both.
    assertThat(GradCheck.check(x -> x.sqrt(), doubles(0.5, -1)).problems()).isEmpty();
  }

  @Test
  void aMissingGradientIsNamed() {
    var report = GradCheck.check((a, b) -> a.add(b.detach()), matrix(), matrix());
    assertThat(report.ok()).isFalse();
    assertThat(report.pairs().get(0).verdict()).isEqualTo(Verdict.RIGHT);
    assertThat(report.toString()).contains("input 1 [2, 3]: WRONG").contains("no gradient arrives");
  }

  @Test
  void aWrongSecondDerivativeIsFoundAtSecondOrder() {
    // First derivative right, but recorded as another function: its own derivative is g * 2 * 3
    // x^2.
    record Odd() implements Op {
      @Override
      public Shape shape(Tensor... in) {
        return in[0].shape();
      }

      @Override
      public void forward(Tensor[] in, Tensor out) {
        out.copyInPlace(in[0].detach().square());
      }

      @Override
      public Tensor vjp(int i, Tensor g, Call call) {
        Tensor x = call.in(0);
        Tensor cube = x.mul(x).mul(x);
        return g.mul(cube.add(x.mul(2).sub(cube).detach()));
      }
    }
    assertThat(GradCheck.check(new Odd()::apply, matrix()).ok()).isTrue();
    var second = GradCheck.secondOrder(new Odd()::apply, matrix());
    assertThat(second.ok()).isFalse();
    assertThat(second.toString()).contains("order 2, output 0 [2, 3], input 0 [2, 3]: WRONG");
  }

  @Test
  void aDerivativeThatIsNotRecordedBreaksForwardMode() {
    var opaque = new Squared(2, false);
    var report = GradCheck.check(opaque::apply, matrix());
    assertThat(report.problems())
        .singleElement()
        .asString()
        .contains("is a vjp written with arrays");
    assertThat(GradCheck.DEFAULT.withForward(false).run(opaque::apply, matrix()).ok()).isTrue();
  }

  @Test
  void kinksPassWithTheirSlopes() {
    var report = GradCheck.check(x -> x.relu(), doubles(-1, 0, 1));
    assertThat(report.ok()).isTrue();
    var pair = report.pairs().getFirst();
    assertThat(pair.verdict()).isEqualTo(Verdict.KINK);
    assertThat(pair.kinks()).isEqualTo(1);
    assertThat(pair.worst().in()).isEqualTo(List.of(1));
    assertThat(pair.worst().left()).isZero();
    assertThat(pair.worst().right()).isCloseTo(1, org.assertj.core.data.Offset.offset(1e-9));
    assertThat(report.toString()).contains("valid subgradient");
    // Ties, jumps, and the second derivative, which jumps where the first has a kink.
    assertThat(GradCheck.secondOrder(x -> x.amax(0), doubles(2, 1, 2, 2)).ok()).isTrue();
    assertThat(GradCheck.secondOrder(x -> x.floor(), doubles(-1, 0, 0.5, 2)).ok()).isTrue();
    assertThat(GradCheck.secondOrder(x -> x.abs(), doubles(-1, 0, 2)).ok()).isTrue();
    assertThat(GradCheck.secondOrder(x -> x.mul(x.relu()), doubles(-1, 0, 2)).ok()).isTrue();
  }

  @Test
  void nearAKinkTheSideCounts() {
    // The usual step would reach across.
    assertThat(GradCheck.check(x -> x.relu(), doubles(1e-7, -1e-7)).pairs().getFirst().verdict())
        .isEqualTo(Verdict.RIGHT);
  }

  @Test
  void aValueOutsideTheSubgradientFails() {
    record Steep() implements Op {
      @Override
      public Shape shape(Tensor... in) {
        return in[0].shape();
      }

      @Override
      public void forward(Tensor[] in, Tensor out) {
        out.copyInPlace(in[0].detach().relu());
      }

      @Override
      public Tensor vjp(int i, Tensor g, Call call) {
        return g.mul(
            call.in(0).ge(0).to(DType.FLOAT64).mul(call.in(0).eq(0).to(DType.FLOAT64).add(1)));
      }
    }
    var report = GradCheck.check(new Steep()::apply, doubles(-1, 0, 1));
    assertThat(report.ok()).isFalse();
    assertThat(report.toString()).contains("d out[1] / d in[1]: analytic 2.0");
  }

  @Test
  void floatIsRefusedWithItsNoise() {
    assertThatThrownBy(() -> GradCheck.check((a, b) -> a.mul(b), matrix(), Tensor.ones(2, 3)))
        .isInstanceOf(DTypeException.class)
        .hasMessageContaining("input 1 [2, 3] is float32")
        .hasMessageMatching("(?s).*noise of about \\de-0\\d.*")
        .hasMessageContaining("to(FLOAT64)");
    var inside = GradCheck.check(x -> x.to(DType.FLOAT32).exp(), matrix());
    assertThat(inside.problems()).anyMatch(p -> p.contains("output 0 is float32"));
  }

  @Test
  void whatHasNoDerivativeIsRefused() {
    assertThatThrownBy(() -> GradCheck.check(x -> x, Tensor.arange(3)))
        .isInstanceOf(DTypeException.class)
        .hasMessageContaining("none of the inputs is floating");
    assertThat(GradCheck.check(x -> x.gt(0), matrix()).problems())
        .anyMatch(p -> p.contains("no result of the function is floating"));
  }

  @Test
  void integerInputsPassThrough() {
    assertThat(GradCheck.secondOrder((x, n) -> x.mul(n), matrix(), Tensor.arange(3)).ok()).isTrue();
  }

  @Test
  void chanceAndSideEffectsAreReported() {
    var random = new Random(1);
    assertThat(GradCheck.check(x -> x.mul(random.nextDouble()), matrix()).problems())
        .anyMatch(p -> p.contains("not deterministic"));
    assertThat(GradCheck.check(x -> x.add(x.detach().addInPlace(doubles(1))), matrix()).problems())
        .anyMatch(p -> p.contains("changes its inputs in place"));
  }

  @Test
  void aGradientOfTheWrongShapeIsReported() {
    var report = GradCheck.check(new Flattened()::apply, matrix());
    assertThat(report.problems())
        .anyMatch(p -> p.contains("backward pass failed") && p.contains("[6]"));
  }

  @Test
  void severalOutputsAreAllCompared() {
    var report =
        GradCheck.DEFAULT.withOrder(2).runAll(x -> List.of(x[0].sin(), x[0].sum(0)), matrix());
    assertThat(report.ok()).isTrue();
    assertThat(report.pairs())
        .extracting(p -> p.order() + " " + p.output() + " " + p.input())
        .containsExactly(
            "1 0 input 0",
            "1 1 input 0",
            "2 0 input 0",
            "2 0 weights of output 0 at order 1",
            "2 0 weights of output 1 at order 1");
  }

  @Test
  void strongCurvatureAndSingularitiesNearbyAreMeasured() {
    assertThat(GradCheck.check(x -> x.mul(300).sin(), doubles(0.1, 2, 50)).ok()).isTrue();
    assertThat(GradCheck.check(x -> x.log(), doubles(1e-6, 1e-3, 1e6)).ok()).isTrue();
    assertThat(GradCheck.check(x -> x.mul(1e8).sum(), matrix()).ok()).isTrue();
  }

  @Test
  void emptyAndScalarInputsPass() {
    assertThat(
            GradCheck.secondOrder(x -> x.exp(), Tensor.zeros(Shape.of(0, 2), DType.FLOAT64)).ok())
        .isTrue();
    assertThat(GradCheck.secondOrder(x -> x.exp(), Tensor.scalar(0.5, DType.FLOAT64)).ok())
        .isTrue();
  }

  @Test
  void viewsAreCheckedAsTheyAre() {
    Tensor x = matrix().transpose();
    boolean[] strided = {false};
    var report =
        GradCheck.check(
            t -> {
              strided[0] |= !t.isContiguous();
              return t.exp();
            },
            x);
    assertThat(report.ok()).isTrue();
    assertThat(strided[0]).isTrue();
  }

  @Test
  void impossibleSettingsAreRefused() {
    assertThatThrownBy(() -> GradCheck.DEFAULT.withOrder(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("order >= 1");
  }
}
