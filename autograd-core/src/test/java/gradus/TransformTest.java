package gradus;

import static gradus.Autograd.CREATE_GRAPH;
import static gradus.Autograd.RETAIN_GRAPH;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Derivatives of functions, batches, traces, and what they refuse. */
class TransformTest {
  private static Tensor doubles(double... values) {
    return Tensor.of(values, DType.FLOAT64);
  }

  // --- nesting ---

  @Test
  void aDerivativeInsideOfARecordedProgramIsRecorded() {
    // y = d/dx (w x^2) = 2 w x, so dy/dw = 2 x.
    Tensor w = doubles(3).requiresGrad(true);
    Tensor y = Autograd.grad(x -> w.mul(x.square()).sum(), doubles(5));
    assertThat(y.toDoubles()).containsExactly(30);
    y.sum().backward();
    assertThat(w.grad().toDoubles()).containsExactly(10);
  }

  @Test
  void levelsDoNotMixTheirTangents() {
    // d/dx [x d/dy (x + y)] = d/dx x = 1: Siskind and Pearlmutter's example of perturbation
    // confusion.
    Tensor one = doubles(1);
    Tensor d = Autograd.jvp(x -> x.mul(Autograd.jvp(y -> x.add(y), one, one)), one, one);
    assertThat(d.toDoubles()).containsExactly(1);
    Tensor r = Autograd.grad(x -> x.mul(Autograd.grad(y -> x.add(y).sum(), one)).sum(), one);
    assertThat(r.toDoubles()).containsExactly(1);
  }

  @Test
  void detachStopsEveryDerivative() {
    Tensor x = doubles(2);
    assertThat(Autograd.jvp(t -> t.mul(t.detach()), x, doubles(1)).toDoubles()).containsExactly(2);
    assertThat(Autograd.grad(t -> t.mul(t.detach()).sum(), x).toDoubles()).containsExactly(2);
    Tensor nested =
        Autograd.jvp(t -> Autograd.grad(u -> u.mul(t.detach()).sum(), t), x, doubles(1));
    assertThat(nested.toDoubles()).containsExactly(0);
  }

  @Test
  void theHessianOfMseAtAnExactFitIsNotZero() {
    // mean((x w - t)^2) with x w = t: the gradient is 0, the Hessian 2 x'x / n.
    Tensor x = Tensor.of(new double[][] {{1, 2}, {3, 4}}, DType.FLOAT64);
    Tensor w = doubles(1, -1);
    Tensor t = x.matmul(w);
    Tensor h = Autograd.hessian(v -> x.matmul(v).sub(t).square().mean(), w);
    assertThat(h.toDoubles()).containsExactly(10, 14, 14, 20);
    assertThat(Autograd.hvp(v -> x.matmul(v).sub(t).square().mean(), w, doubles(1, 0)).toDoubles())
        .containsExactly(10, 14);
    assertThat(Autograd.vhp(v -> x.matmul(v).sub(t).square().mean(), w, doubles(0, 1)).toDoubles())
        .containsExactly(14, 20);
  }

  @Test
  void severalTensorsHaveAJacobianForEachPair() {
    // f(a, b) = (a b, a + 2 b) elementwise.
    Tensor a = doubles(2, 3);
    Tensor b = doubles(5, 7);
    for (var rows :
        List.of(
            Autograd.jacrev(x -> List.of(x.get(0).mul(x.get(1)), plus(x)), List.of(a, b)),
            Autograd.jacfwd(x -> List.of(x.get(0).mul(x.get(1)), plus(x)), List.of(a, b)))) {
      assertThat(rows.get(0).get(0).toDoubles()).containsExactly(5, 0, 0, 7);
      assertThat(rows.get(0).get(1).toDoubles()).containsExactly(2, 0, 0, 3);
      assertThat(rows.get(1).get(0).toDoubles()).containsExactly(1, 0, 0, 1);
      assertThat(rows.get(1).get(1).toDoubles()).containsExactly(2, 0, 0, 2);
    }
  }

  private static Tensor plus(List<Tensor> x) {
    return x.get(0).add(x.get(1).mul(2));
  }

  @Test
  void noGradInsideStopsTheInnerRecordOnly() {
    Tensor x = doubles(3);
    Tensor g =
        Autograd.grad(
            t -> {
              Tensor constant = Autograd.noGrad(() -> t.square());
              return t.mul(constant).sum();
            },
            x);
    assertThat(g.toDoubles()).containsExactly(9);
    Tensor outside = Autograd.noGrad(() -> Autograd.grad(t -> t.square().sum(), x));
    assertThat(outside.toDoubles()).containsExactly(6);
    assertThat(outside.requiresGrad()).isFalse();
  }

  // --- what is refused, by name ---

  @Test
  void elementsOfABatchAreNotLookedAt() {
    Tensor x = doubles(1, 2, 3);
    assertThatThrownBy(() -> Autograd.vmap(t -> t.mul(t.item()), x))
        .isInstanceOf(AutogradException.class)
        .hasMessageContaining("item")
        .hasMessageContaining("vmap");
    assertThatThrownBy(() -> Autograd.vmap(t -> t.mul(t.toDoubles()[0]), x))
        .hasMessageContaining("toDoubles");
    assertThatThrownBy(() -> Autograd.vmap(t -> t.mul(t.storage().doubles()[0]), x))
        .hasMessageContaining("vmap");
    assertThatThrownBy(() -> Autograd.vmap(t -> t.add(Tensor.rand(1)), x))
        .hasMessageContaining("uniform")
        .hasMessageContaining("withRandomness");
    assertThatThrownBy(() -> Autograd.vmap(t -> t.requiresGrad(true), x))
        .hasMessageContaining("requiresGrad")
        .hasMessageContaining("vmap");
  }

  @Test
  void whatATargetLacksIsNotWrittenToIt() {
    Tensor buffer = Tensor.zeros(Shape.of(2), DType.FLOAT64);
    Tensor x = Tensor.ones(Shape.of(3, 2), DType.FLOAT64);
    assertThatThrownBy(() -> Autograd.vmap(t -> buffer.copyInPlace(t), x))
        .isInstanceOf(AutogradException.class)
        .hasMessageContaining("copyInPlace")
        .hasMessageContaining("vmap");
    Tensor v = doubles(1, 2);
    assertThatThrownBy(() -> Autograd.jvp(t -> buffer.addInPlace(t), v, v))
        .hasMessageContaining("tangent");
    assertThatThrownBy(() -> Autograd.grad(t -> buffer.addInPlace(t).sum(), v))
        .hasMessageContaining("addInPlace");
    assertThat(buffer.toDoubles()).containsExactly(0, 0);
    Tensor rows =
        Autograd.vmap(t -> t.mul(0).clone().addInPlace(t, 2), x); // the target has the batch, too
    assertThat(rows.toDoubles()).containsOnly(2);
  }

  @Test
  void aTensorOfALevelThatIsOverIsRefused() {
    var leaked = new ArrayList<Tensor>();
    Autograd.vmap(
        t -> {
          leaked.add(t);
          return t;
        },
        doubles(1, 2));
    assertThatThrownBy(() -> leaked.getFirst().mul(2).item()).hasMessageContaining("vmap");
    assertThatThrownBy(() -> leaked.getFirst().item()).hasMessageContaining("over");
  }

  // --- random draws ---

  @Test
  void examplesDrawTheSameOrDifferentNumbers() {
    Tensor x = Tensor.zeros(Shape.of(4), DType.FLOAT32);
    Gradus.seed(5);
    double[] different =
        new Vmap()
            .withRandomness(Vmap.Randomness.DIFFERENT)
            .apply(t -> t.add(Tensor.rand(2)), x)
            .toDoubles();
    assertThat(different).hasSize(8).doesNotHaveDuplicates();
    Gradus.seed(5);
    double[] same =
        new Vmap()
            .withRandomness(Vmap.Randomness.SAME)
            .apply(t -> t.add(Tensor.rand(2)), x)
            .toDoubles();
    Gradus.seed(5);
    double[] once = Tensor.rand(2).toDoubles();
    for (int i = 0; i < same.length; i++) {
      assertThat(same[i]).isEqualTo(once[i % 2]);
    }
  }

  // --- vmap's dimensions ---

  @Test
  void examplesLieAlongAnyDimension() {
    Tensor x = Tensor.arange(0, 6, 1, DType.FLOAT64).reshape(2, 3);
    Tensor sums = new Vmap().withInDims(1).apply(t -> t.sum(), x);
    assertThat(sums.toDoubles()).containsExactly(3, 5, 7);
    Tensor columns = new Vmap().withInDims(1).withOutDims(1).apply(t -> t.mul(2), x);
    assertThat(columns.shape()).isEqualTo(Shape.of(2, 3));
    assertThat(columns.toDoubles()).containsExactly(0, 2, 4, 6, 8, 10);
    Tensor outer =
        new Vmap()
            .withInDims(0, Vmap.NONE)
            .apply(t -> t.get(0).mul(t.get(1)), List.of(doubles(1, 2), doubles(3, 4)));
    assertThat(outer.toDoubles()).containsExactly(3, 4, 6, 8);
  }

  @Test
  void differentNumbersOfExamplesAreRefused() {
    assertThatThrownBy(
            () -> Autograd.vmap(x -> List.of(plus(x)), List.of(doubles(1, 2), doubles(1, 2, 3))))
        .isInstanceOf(ShapeException.class)
        .hasMessageContaining("[2]")
        .hasMessageContaining("[3]");
  }

  // --- imperative derivatives inside of a batch ---

  @Test
  void rowsOfAJacobianAreABatchOfBackwardPasses() {
    Tensor x = doubles(1, 2, 3).requiresGrad(true);
    Tensor y = x.square();
    Tensor rows =
        Autograd.vmap(
            v -> Autograd.grad(y, v, List.of(x), RETAIN_GRAPH).getFirst(),
            Tensor.eye(3, DType.FLOAT64));
    assertThat(rows.requiresGrad()).isFalse();
    assertThat(rows.toDoubles()).containsExactly(2, 0, 0, 0, 4, 0, 0, 0, 6);
    Tensor recorded =
        Autograd.vmap(
            v -> Autograd.grad(y, v, List.of(x), CREATE_GRAPH).getFirst(),
            Tensor.eye(3, DType.FLOAT64));
    recorded.sum().backward();
    assertThat(x.grad().toDoubles()).containsExactly(2, 2, 2);
    assertThatThrownBy(
            () ->
                Autograd.vmap(
                    v -> {
                      y.backward(v, RETAIN_GRAPH);
                      return v;
                    },
                    Tensor.eye(3, DType.FLOAT64)))
        .hasMessageContaining("vmap")
        .hasMessageContaining("Autograd.grad");
  }

  // --- traces ---

  @Test
  void aTraceHoldsWhatTheFunctionDid() {
    var w = new Parameter(Tensor.ones(Shape.of(3, 2), DType.FLOAT32));
    Tensor shift = Tensor.ones(2);
    Trace trace =
        Autograd.trace(
            x -> {
              Tensor y = x.getFirst().matmul(w).add(shift);
              Tensor mask = y.gt(0);
              Tensor buffer = Tensor.zeros(4, 2);
              buffer.copyInPlace(y.detach());
              Tensor noisy = Tensor.rand(2);
              return List.of(y.mul(mask.to(DType.FLOAT32)).add(noisy).mul(y.sum().item()));
            },
            List.of(Tensor.ones(4, 3)));
    List<String> names =
        trace.entries().stream()
            .map(
                e ->
                    switch (e) {
                      case Trace.Application a -> a.op().name();
                      case Trace.Change c -> c.operator();
                      case Trace.Read r -> r.operator();
                    })
            .toList();
    assertThat(names)
        .containsExactly(
            "matmul",
            "add",
            "gt",
            "full",
            "detach",
            "copyInPlace",
            "uniform",
            "to",
            "mul",
            "add",
            "sum",
            "item",
            "mul");
    assertThat(trace.values().stream().map(Trace.Value::kind))
        .contains(Trace.Kind.INPUT, Trace.Kind.PARAMETER, Trace.Kind.CONSTANT, Trace.Kind.RESULT);
    Trace.Value parameter =
        trace.values().stream()
            .filter(v -> v.kind() == Trace.Kind.PARAMETER)
            .findFirst()
            .orElseThrow();
    assertThat(parameter.spec().shape()).isEqualTo(Shape.of(3, 2));
    assertThat(trace.outputs()).hasSize(1);
    assertThat(trace.toString()).contains("matmul").contains("leaves the graph");
  }

  @Test
  void aTraceSeesOperatorsBeforeFusion() {
    Tensor x = Tensor.ones(200, 200);
    Trace trace = Autograd.trace(t -> List.of(t.getFirst().mul(2).add(1).exp().sum()), List.of(x));
    assertThat(trace.entries()).hasSize(4);
  }

  @Test
  void aTraceSeesCreations() {
    Trace trace =
        Autograd.trace(
            t -> List.of(t.getFirst().matmul(Tensor.eye(3)).add(Tensor.linspace(0, 1, 3))),
            List.of(Tensor.ones(2, 3)));
    assertThat(trace.toString()).contains("eye").contains("linspace");
    assertThat(trace.entries()).hasSize(4);
  }

  @Test
  void twoTracesShowWhichSizesWereBakedIn() {
    Trace small = traceOf(2);
    Trace large = traceOf(5);
    assertThat(small.differences(large))
        .hasSize(1)
        .first()
        .asString()
        .contains("full"); // zeros of a fixed size: everything else follows the input
  }

  private static Trace traceOf(int n) {
    return Autograd.trace(
        x -> {
          Tensor t = x.getFirst();
          Tensor fixed = Tensor.zeros(1, 3);
          Tensor follows = t.mul(2).add(fixed);
          return List.of(follows.sum(0), Tensor.full(Shape.of(n), 1, DType.FLOAT32));
        },
        List.of(Tensor.ones(n, 3)));
  }

  @Test
  void accuracyOfForwardOverReverse() {
    Tensor x = doubles(0.3, -0.7);
    Tensor h = Autograd.hessian(t -> t.sin().mul(t.flip(0)).sum(), x);
    // f = x1 (sin x0) + x0 (sin x1): f00 = -x1 sin x0, f01 = cos x0 + cos x1.
    assertThat(h.get(0, 0)).isCloseTo(0.7 * Math.sin(0.3), within(1e-12));
    assertThat(h.get(0, 1)).isCloseTo(Math.cos(0.3) + Math.cos(0.7), within(1e-12));
  }
}
