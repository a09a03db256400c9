package gradus.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import gradus.Autograd;
import gradus.DType;
import gradus.Generator;
import gradus.Shape;
import gradus.Tensor;
import gradus.Vmap;
import gradus.check.GradCheck;
import gradus.transform.Batch;
import gradus.transform.Forward;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * The operator alone, as the core's generic tests try every operator: values against a plain
 * reference, layouts, types, derivatives of two orders, tangents, batches, and the slopes at the
 * edges.
 */
class BinaryCrossEntropyTest {
  private static final BinaryCrossEntropy OP = new BinaryCrossEntropy();
  private static final Generator RANDOM = new Generator(11);

  /** Shapes of probabilities and targets that broadcast. */
  private static final List<int[][]> SHAPES =
      List.of(
          new int[][] {{2, 3}, {2, 3}},
          new int[][] {{2, 3}, {3}},
          new int[][] {{2, 1}, {1, 3}},
          new int[][] {{}, {2, 2}},
          new int[][] {{2, 2}, {}},
          new int[][] {{}, {}},
          new int[][] {{0, 3}, {1, 3}},
          new int[][] {{20000}, {20000}});

  private static Tensor inside(int... dims) {
    return RANDOM.uniform(0.05, 0.95, Shape.of(dims), DType.FLOAT64);
  }

  private static double reference(double p, double t) {
    return -(t * Math.max(Math.log(p), -100) + (1 - t) * Math.max(Math.log1p(-p), -100));
  }

  private static void requireValues(Tensor p, Tensor t, double accuracy) {
    Tensor y = OP.apply(p, t);
    Shape shape = y.shape();
    double[] actual = y.toDoubles();
    double[] ps = p.expand(shape).toDoubles();
    double[] ts = t.expand(shape).toDoubles();
    for (int i = 0; i < actual.length; i++) {
      double expected = reference(ps[i], ts[i]);
      assertThat(actual[i]).isCloseTo(expected, within(accuracy * Math.max(1, expected)));
    }
  }

  @TestFactory
  Stream<DynamicTest> valuesOfBothTypes() {
    return SHAPES.stream()
        .map(
            dims ->
                DynamicTest.dynamicTest(
                    Shape.of(dims[0]) + " " + Shape.of(dims[1]),
                    () -> {
                      Tensor p = inside(dims[0]);
                      Tensor t = inside(dims[1]);
                      requireValues(p, t, 1e-13);
                      requireValues(p.to(DType.FLOAT32), t.to(DType.FLOAT32), 1e-6);
                    }));
  }

  @Test
  void anyLayoutGivesTheSameBits() {
    Tensor p = inside(4, 6);
    Tensor t = inside(4, 6);
    double[] expected = OP.apply(p, t).transpose().toDoubles();
    assertThat(OP.apply(p.transpose(), t.transpose()).toDoubles()).containsExactly(expected);
    assertThat(OP.apply(p.transpose().contiguous(), t.transpose()).toDoubles())
        .containsExactly(expected);
  }

  @Test
  void derivativesOfTwoOrders() {
    for (int[][] dims : SHAPES.subList(0, 6)) {
      GradCheck.secondOrder((p, t) -> OP.apply(p, t), inside(dims[0]), inside(dims[1])).assertOk();
    }
  }

  @Test
  void tangentsAreDerivativesAlongThem() {
    Tensor p = inside(2, 3);
    Tensor t = inside(2, 3);
    Tensor dp = inside(2, 3);
    Tensor dt = inside(2, 3).sub(0.5);
    double h = 0x1p-18;
    Tensor expected =
        OP.apply(p.add(dp.mul(h)), t.add(dt.mul(h)))
            .sub(OP.apply(p.sub(dp.mul(h)), t.sub(dt.mul(h))))
            .div(2 * h);
    var forward = new Forward();
    Tensor actual =
        forward.run(
            () ->
                Objects.requireNonNull(
                    forward.tangent(OP.apply(forward.dual(p, dp), forward.dual(t, dt)))));
    assertThat(forward.transposed()).isEmpty();
    assertThat(actual.toDoubles()).containsExactly(expected.toDoubles(), within(1e-8));
    // Along one input only.
    Tensor alone = Autograd.jvp(x -> OP.apply(x, t), p, dp);
    Tensor slope = Autograd.grad(x -> OP.apply(x, t).sum(), p);
    assertThat(alone.toDoubles()).containsExactly(slope.mul(dp).toDoubles(), within(1e-14));
  }

  @Test
  void aBatchIsItsExamples() {
    Tensor p = inside(3, 2, 4);
    Tensor t = inside(3, 4);
    Tensor shared = inside(4);
    Tensor both = inBatch(b -> OP.apply(b.example(p), b.example(t)));
    Tensor one = inBatch(b -> OP.apply(b.example(p), shared));
    Tensor other = inBatch(b -> OP.apply(shared, b.example(t)));
    for (int b = 0; b < 3; b++) {
      Tensor pb = p.select(0, b);
      Tensor tb = t.select(0, b);
      assertThat(both.select(0, b).toDoubles()).containsExactly(OP.apply(pb, tb).toDoubles());
      assertThat(one.select(0, b).toDoubles()).containsExactly(OP.apply(pb, shared).toDoubles());
      assertThat(other.select(0, b).toDoubles()).containsExactly(OP.apply(shared, tb).toDoubles());
    }
  }

  /** For three examples at once, by the operator's own rule. */
  private static Tensor inBatch(Function<Batch, Tensor> f) {
    var batch = new Batch(3, Vmap.Randomness.ERROR);
    Tensor all = batch.run(() -> batch.all(f.apply(batch), 0));
    assertThat(batch.looped()).isEmpty();
    return all;
  }

  @Test
  void slopesAtTheEdgesAreBounded() {
    Tensor p = Tensor.of(new double[] {0, 1, 0, 1}, DType.FLOAT64).requiresGrad(true);
    Tensor t = Tensor.of(new double[] {0, 1, 1, 0}, DType.FLOAT64).requiresGrad(true);
    Tensor y = OP.apply(p, t);
    y.sum().backward();
    assertThat(y.add(0).toDoubles()).containsExactly(0, 0, 100, 100);
    assertThat(p.grad().add(0).toDoubles()).containsExactly(0, 0, -1e12, 1e12);
    assertThat(t.grad().toDoubles()).containsExactly(100, -100, 100, -100);
  }
}
