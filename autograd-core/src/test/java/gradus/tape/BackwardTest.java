package gradus.tape;

import static gradus.Autograd.ALLOW_UNUSED;
import static gradus.Autograd.CREATE_GRAPH;
import static gradus.Autograd.RETAIN_GRAPH;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import gradus.Autograd;
import gradus.AutogradException;
import gradus.DType;
import gradus.DTypeException;
import gradus.Shape;
import gradus.ShapeException;
import gradus.Tensor;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a backward pass computes. */
class BackwardTest {
  private static Tensor leaf(double... values) {
    return Tensor.of(values, DType.FLOAT64).requiresGrad(true);
  }

  private static double[] gradOf(Tensor leaf) {
    Tensor g = leaf.grad();
    assertThat(g).isNotNull();
    return g.toDoubles();
  }

  // --- accumulation ---

  @Test
  void gradientsAddUpInLeaves() {
    Tensor x = leaf(1, 2);
    assertThat(x.grad()).isNull();
    x.mul(3).sum().backward();
    assertThat(gradOf(x)).containsExactly(3, 3);
    x.square().sum().backward();
    assertThat(gradOf(x)).containsExactly(5, 7);
    x.setGrad(null);
    x.sum().backward();
    assertThat(gradOf(x)).containsExactly(1, 1);
  }

  @Test
  void aTensorUsedManyTimesSumsAllItsUses() {
    Tensor x = leaf(2);
    x.mul(x).add(x).add(x.mul(x)).sum().backward(); // 2 x^2 + x
    assertThat(gradOf(x)).containsExactly(9);
  }

  @Test
  void aDiamondIsWalkedOnce() {
    // y = a b with a = x^2, b = sin a: the gradient of a must be complete before it is passed on.
    Tensor x = leaf(0.7);
    Tensor a = x.square();
    a.mul(a.sin()).sum().backward();
    double v = 0.49;
    assertThat(gradOf(x)[0]).isCloseTo((Math.sin(v) + v * Math.cos(v)) * 1.4, within(1e-15));
    // Nested diamonds would cost 2^60 visits, if each path were walked.
    Tensor z = leaf(1);
    Tensor y = z;
    for (int i = 0; i < 60; i++) {
      y = y.add(y);
    }
    y.sum().backward();
    assertThat(gradOf(z)).containsExactly(0x1p60);
  }

  private static org.assertj.core.data.Offset<Double> within(double d) {
    return org.assertj.core.data.Offset.offset(d);
  }

  @Test
  void gradientsOfTwoLeavesDoNotShareStorage() {
    Tensor a = leaf(1, 2);
    Tensor b = leaf(3, 4);
    a.add(b).sum().backward();
    Tensor ga = a.grad();
    assertThat(ga).isNotNull();
    ga.fillInPlace(100);
    assertThat(gradOf(b)).containsExactly(1, 1);
    Tensor seed = Tensor.of(new double[] {1, 1}, DType.FLOAT64);
    Tensor c = leaf(1, 2);
    c.mul(1).backward(seed);
    seed.fillInPlace(7);
    assertThat(gradOf(c)).containsExactly(1, 1);
  }

  @Test
  void aSeedThatReachesALeafAsItIsStaysTheCallers() {
    Tensor x = leaf(1, 2);
    for (Tensor y : List.of(x, x.add(1), x.reshape(1, 2).reshape(2))) {
      Tensor seed = Tensor.of(new double[] {3, 4}, DType.FLOAT64);
      x.setGrad(null);
      y.backward(seed);
      seed.fillInPlace(7);
      assertThat(gradOf(x)).containsExactly(3, 4);
    }
  }

  /** As clipping does, whatever view of another gradient it came as. */
  @Test
  void aGradientMayBeChangedInPlace() {
    Tensor x = Tensor.ones(2, 3).requiresGrad(true);
    Tensor w = Tensor.of(new double[][] {{1, 2}, {3, 4}, {5, 6}});
    for (Tensor y : List.of(x.sum(), x.transpose().mul(w).sum(), x.expand(4, 2, 3).sum())) {
      x.setGrad(null);
      y.backward();
      Tensor g = x.grad();
      assertThat(g).isNotNull();
      assertThat(g.isContiguous()).isTrue();
      double[] before = g.toDoubles();
      g.mulInPlace(2);
      assertThat(g.get(1, 2)).isEqualTo(2 * before[5]);
    }
    assertThat(w.get(2, 1)).isEqualTo(6);
  }

  /** A slice adds its gradient in place, if nobody else has what it is added to. */
  @Test
  void aSliceAddsNothingToAGradientThatOthersHaveToo() {
    Tensor b = leaf(10, 20, 30);
    Tensor x = leaf(1, 2, 3);
    Tensor y = x.mul(2);
    Tensor slice = y.narrow(0, 1, 2);
    Tensor z = y.add(b); // passes one gradient on to both, y and then b
    Tensor seed = Tensor.of(new double[] {1, 1, 1}, DType.FLOAT64);
    z.add(slice.sum().mul(5)).backward(seed);
    assertThat(gradOf(b)).containsExactly(1, 1, 1);
    assertThat(gradOf(x)).containsExactly(2, 32, 32);
    assertThat(seed.toDoubles()).containsExactly(1, 1, 1);
    Tensor t = x.mul(1);
    Tensor part = t.select(0, 0);
    Tensor whole = t.add(0);
    var found = Autograd.grad(whole.sum().add(part.mul(7)), List.of(whole, t));
    assertThat(found.get(0).toDoubles()).containsExactly(1, 1, 1);
    assertThat(found.get(1).toDoubles()).containsExactly(8, 1, 1);
  }

  @Test
  void gradientsHaveTheShapeAndTypeOfTheirTensor() {
    Tensor a = Tensor.ones(3).requiresGrad(true);
    Tensor b = Tensor.ones(Shape.of(2, 1), DType.FLOAT64).requiresGrad(true);
    a.mul(b).sum().backward();
    assertThat(a.grad()).isNotNull();
    assertThat(a.grad().shape()).isEqualTo(Shape.of(3));
    assertThat(a.grad().dtype()).isEqualTo(DType.FLOAT32);
    assertThat(gradOf(a)).containsExactly(2, 2, 2);
    assertThat(b.grad()).isNotNull();
    assertThat(b.grad().shape()).isEqualTo(Shape.of(2, 1));
    assertThat(b.grad().dtype()).isEqualTo(DType.FLOAT64);
    assertThat(gradOf(b)).containsExactly(3, 3);
  }

  @Test
  void castsPassGradientsInTheTypeOfTheOperand() {
    Tensor x = leaf(1.5, 2.5);
    Tensor w = Tensor.of(new double[] {0.5, 2}, DType.FLOAT32);
    x.to(DType.FLOAT32).mul(w).sum().backward();
    assertThat(gradOf(x)).containsExactly(0.5, 2);
    assertThat(x.to(DType.INT64).requiresGrad()).isFalse();
  }

  @Test
  void gradientsFlowInTheTypeOfEachTensor() {
    Tensor x = Tensor.ones(2, 3).requiresGrad(true);
    Tensor w = Tensor.full(Shape.of(3, 2), 0.5, DType.FLOAT32);
    x.matmul(w).to(DType.FLOAT64).sum().backward(); // matmul does not take a float64 gradient
    assertThat(gradOf(x)).containsOnly(1);
    Tensor scale = Tensor.of(new double[] {1, 2, 4}, DType.FLOAT64).requiresGrad(true);
    Tensor y = x.mul(2);
    List<Tensor> found = Autograd.grad(y.mul(scale).sum(), List.of(x, y, scale));
    assertThat(found)
        .extracting(Tensor::dtype)
        .containsExactly(DType.FLOAT32, DType.FLOAT32, DType.FLOAT64);
    assertThat(found.getFirst().toDoubles()).containsExactly(2, 4, 8, 2, 4, 8);
  }

  @Test
  void intermediateTensorsKeepNoGradient() {
    Tensor x = leaf(1);
    Tensor y = x.mul(2);
    y.sum().backward();
    assertThat(y.grad()).isNull();
    assertThat(y.isLeaf()).isFalse();
    assertThat(x.isLeaf()).isTrue();
  }

  // --- roots ---

  @Test
  void aRootThatIsNoNumberNeedsAGradient() {
    Tensor x = leaf(1, 2);
    Tensor y = x.square();
    assertThatThrownBy(y::backward)
        .isInstanceOf(AutogradException.class)
        .hasMessageContaining("not a single number but [2]")
        .hasMessageContaining("reduce it first");
    assertThatThrownBy(() -> y.backward(Tensor.ones(3)))
        .isInstanceOf(ShapeException.class)
        .hasMessageContaining("[3]")
        .hasMessageContaining("[2]");
    y.backward(Tensor.of(10, 100));
    assertThat(gradOf(x)).containsExactly(20, 400);
  }

  @Test
  void aRootWithoutHistoryIsRefused() {
    assertThatThrownBy(() -> Tensor.ones(1).backward())
        .isInstanceOf(AutogradException.class)
        .hasMessageContaining("has no history")
        .hasMessageContaining("requiresGrad(true)");
    Tensor x = leaf(1);
    assertThatThrownBy(() -> x.detach().mul(2).backward()).isInstanceOf(AutogradException.class);
    x.backward(); // a leaf is its own history
    assertThat(gradOf(x)).containsExactly(1);
  }

  @Test
  void onlyLeavesAskForGradientsAndOnlyFloatingOnes() {
    Tensor x = leaf(1);
    assertThatThrownBy(() -> x.mul(2).requiresGrad(false))
        .isInstanceOf(AutogradException.class)
        .hasMessageContaining("made by mul")
        .hasMessageContaining("detach()");
    assertThatThrownBy(() -> Tensor.arange(3).requiresGrad(true))
        .isInstanceOf(DTypeException.class)
        .hasMessageContaining("int64");
    assertThatThrownBy(() -> x.setGrad(Tensor.ones(2))).isInstanceOf(ShapeException.class);
  }

  // --- grad ---

  @Test
  void gradLeavesLeavesAlone() {
    Tensor x = leaf(2);
    Tensor w = leaf(5);
    Tensor g = Autograd.grad(x.mul(w).sum(), x);
    assertThat(g.toDoubles()).containsExactly(5);
    assertThat(g.requiresGrad()).isFalse();
    assertThat(x.grad()).isNull();
    assertThat(w.grad()).isNull();
  }

  @Test
  void unusedInputsAreRefusedUnlessAllowed() {
    Tensor x = leaf(2);
    Tensor unused = leaf(1, 1);
    Tensor y = x.square().sum();
    assertThatThrownBy(() -> Autograd.grad(y, List.of(x, unused), RETAIN_GRAPH))
        .isInstanceOf(AutogradException.class)
        .hasMessageContaining("does not depend on input 1 [2]")
        .hasMessageContaining("ALLOW_UNUSED");
    var g = Autograd.grad(y, List.of(x, unused), ALLOW_UNUSED);
    assertThat(g.get(0).toDoubles()).containsExactly(4);
    assertThat(g.get(1).toDoubles()).containsExactly(0, 0);
    assertThatThrownBy(() -> Autograd.grad(x.sum(), Tensor.ones(1)))
        .isInstanceOf(AutogradException.class)
        .hasMessageContaining("does not require gradients");
    // A result without any history, too.
    assertThat(Autograd.grad(Tensor.scalar(1), x, ALLOW_UNUSED).toDoubles()).containsExactly(0);
  }

  @Test
  void theGradientOfAnIntermediateIncludesItsLaterUses() {
    Tensor x = leaf(2);
    Tensor y = x.mul(3);
    Tensor z = y.mul(y).add(y).sum();
    assertThat(Autograd.grad(z, List.of(y, x)).stream().map(t -> t.item()))
        .containsExactly(13.0, 39.0);
  }

  @Test
  void theSameInputMayBeAskedForTwice() {
    Tensor x = leaf(2);
    var g = Autograd.grad(x.square().sum(), List.of(x, x));
    assertThat(g).extracting(Tensor::item).containsExactly(4.0, 4.0);
  }

  // --- higher order ---

  @Test
  void createGraphDifferentiatesAgainAndAgain() {
    Tensor x = leaf(0.8);
    Tensor y = x.sin().mul(x).sum();
    Tensor first = Autograd.grad(y, x, CREATE_GRAPH);
    Tensor second = Autograd.grad(first.sum(), x, CREATE_GRAPH);
    Tensor third = Autograd.grad(second.sum(), x, CREATE_GRAPH);
    Tensor fourth = Autograd.grad(third.sum(), x);
    double v = 0.8;
    assertThat(first.item()).isCloseTo(Math.sin(v) + v * Math.cos(v), within(1e-14));
    assertThat(second.item()).isCloseTo(2 * Math.cos(v) - v * Math.sin(v), within(1e-14));
    assertThat(third.item()).isCloseTo(-3 * Math.sin(v) - v * Math.cos(v), within(1e-14));
    assertThat(fourth.item()).isCloseTo(-4 * Math.cos(v) + v * Math.sin(v), within(1e-14));
  }

  @Test
  void aRecordedGradientMayBePartOfALoss() {
    // Gradient penalty: L = |df/dx|^2 with f = w x^2, so dL/dw = 8 w x^2.
    Tensor x = leaf(3);
    Tensor w = leaf(0.5);
    Tensor g = Autograd.grad(w.mul(x.square()).sum(), x, CREATE_GRAPH);
    g.square().sum().backward();
    assertThat(gradOf(w)).containsExactly(36);
  }

  @Test
  void backwardWithCreateGraphRecordsTheLeafGradient() {
    Tensor x = leaf(2);
    x.mul(x).mul(x).sum().backward(CREATE_GRAPH);
    Tensor g = x.grad();
    assertThat(g).isNotNull();
    assertThat(g.requiresGrad()).isTrue();
    assertThat(Autograd.grad(g.sum(), x).item()).isEqualTo(12);
  }

  @Test
  void recordedGradientsThatTwoLeavesShareKeepTheirHistory() {
    Tensor a = leaf(1);
    Tensor b = leaf(2);
    a.add(b).square().sum().backward(CREATE_GRAPH);
    for (Tensor leaf : List.of(a, b)) {
      Tensor g = leaf.grad();
      assertThat(g).isNotNull();
      assertThat(Autograd.grad(g.sum(), leaf, RETAIN_GRAPH).item()).isEqualTo(2);
    }
  }
}
