package gradus.tape;

import static gradus.Autograd.RETAIN_GRAPH;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import gradus.Autograd;
import gradus.AutogradException;
import gradus.DType;
import gradus.Parameter;
import gradus.Tensor;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** How long a graph lives, what is recorded, and what may change meanwhile. */
class GraphTest {
  private static Tensor leaf(double... values) {
    return Tensor.of(values, DType.FLOAT64).requiresGrad(true);
  }

  private static double[] gradOf(Tensor leaf) {
    Tensor g = leaf.grad();
    assertThat(g).isNotNull();
    return g.toDoubles();
  }

  // --- the life of a graph ---

  @Test
  void aSecondBackwardNeedsARetainedGraph() {
    Tensor x = leaf(3);
    Tensor y = x.square().sum();
    y.backward();
    assertThatThrownBy(y::backward)
        .isInstanceOf(AutogradException.class)
        .hasMessageContaining("already freed")
        .hasMessageContaining("RETAIN_GRAPH");
    Tensor z = x.square().sum();
    z.backward(RETAIN_GRAPH);
    z.backward();
    assertThat(gradOf(x)).containsExactly(18);
    assertThatThrownBy(z::backward).isInstanceOf(AutogradException.class);
  }

  @Test
  void aSharedPartThatWasFreedIsNamed() {
    Tensor x = leaf(3);
    Tensor shared = x.exp();
    shared.sum().backward();
    Tensor other = shared.mul(2).sum();
    assertThatThrownBy(other::backward)
        .isInstanceOf(AutogradException.class)
        .hasMessageContaining("exp [1]");
  }

  @Test
  void historyThatNothingNeedsIsNotVisited() {
    // grad() to y does not walk, and so does not free, what lies behind y.
    Tensor x = leaf(3);
    Tensor y = x.exp();
    Tensor z = y.square().sum();
    assertThat(Autograd.grad(z, y).toDoubles()).containsExactly(2 * Math.exp(3));
    y.sum().backward();
    assertThat(gradOf(x)).containsExactly(Math.exp(3));
  }

  @Test
  void unreachableHistoryIsGarbage() throws InterruptedException {
    Tensor x = leaf(1);
    var history = new java.lang.ref.WeakReference<>(x.exp());
    for (int i = 0; i < 50 && history.get() != null; i++) {
      System.gc();
      Thread.sleep(10);
    }
    assertThat(history.get()).isNull();
    assertThat(x.requiresGrad()).isTrue();
  }

  // --- recording ---

  @Test
  void noGradIsPerThreadAndNests() throws Exception {
    Tensor x = leaf(1);
    try (var outer = Autograd.noGrad()) {
      assertThat(outer).isNotNull();
      assertThat(x.mul(2).requiresGrad()).isFalse();
      try (var inner = Autograd.enableGrad()) {
        assertThat(inner).isNotNull();
        assertThat(x.mul(2).requiresGrad()).isTrue();
      }
      assertThat(Autograd.isRecording()).isFalse();
      var elsewhere = new AtomicReference<Boolean>();
      Thread thread = Thread.ofPlatform().start(() -> elsewhere.set(x.mul(2).requiresGrad()));
      thread.join();
      assertThat(elsewhere.get()).isTrue();
      Thread virtual = Thread.ofVirtual().start(() -> elsewhere.set(Autograd.isRecording()));
      virtual.join();
      assertThat(elsewhere.get()).isTrue();
    }
    assertThat(Autograd.isRecording()).isTrue();
    assertThat(Autograd.<Boolean>noGrad(() -> x.mul(2).requiresGrad())).isFalse();
  }

  @Test
  void backwardRestoresTheModeAlsoWhenItFails() {
    Tensor y = leaf(2).square().sum();
    y.backward();
    assertThatThrownBy(y::backward).isInstanceOf(AutogradException.class);
    assertThat(Autograd.isRecording()).isTrue();
    try (var mode = Autograd.noGrad()) {
      assertThat(mode).isNotNull();
      assertThatThrownBy(y::backward).isInstanceOf(AutogradException.class);
      assertThat(Autograd.isRecording()).isFalse();
    }
  }

  // --- changes in place ---

  @Test
  void aSavedValueThatChangedIsRefused() {
    Tensor x = leaf(1, 2);
    Tensor w = Tensor.of(new double[] {3, 4}, DType.FLOAT64);
    Tensor y = x.mul(w).sum();
    w.addInPlace(Tensor.ones(2));
    assertThatThrownBy(y::backward)
        .isInstanceOf(AutogradException.class)
        .hasMessageContaining("input 1 of mul [2]")
        .hasMessageContaining("version 1, expected 0")
        .hasMessageContaining("clone()");
    // Also through a view, and for a saved result.
    Tensor v = Tensor.of(new double[] {3, 4}, DType.FLOAT64);
    Tensor z = x.mul(v).sum();
    v.narrow(0, 1, 1).fillInPlace(9);
    assertThatThrownBy(z::backward).isInstanceOf(AutogradException.class);
    Tensor e = x.exp();
    e.detach().fillInPlace(0);
    assertThatThrownBy(e.sum()::backward)
        .isInstanceOf(AutogradException.class)
        .hasMessageContaining("the result of exp");
  }

  @Test
  void aSavedValueOfAnotherTypeByNowIsRefused() {
    for (int fills = 0; fills < 4; fills++) {
      Tensor w = leaf(0.1, 0.1);
      Tensor x = leaf(1, 2);
      for (int i = 0; i < fills; i++) {
        Autograd.noGrad(() -> w.fillInPlace(0.1));
      }
      Tensor y = x.mul(w).sum();
      w.convertInPlace(DType.FLOAT32);
      assertThatThrownBy(y::backward)
          .as("%d changes before", fills)
          .isInstanceOf(AutogradException.class)
          .hasMessageContaining("input 1 of mul");
      w.convertInPlace(DType.FLOAT64);
      assertThatThrownBy(y::backward).isInstanceOf(AutogradException.class);
    }
  }

  @Test
  void aConvertedLeafGoesOnInItsNewType() {
    Tensor w = leaf(0.1, 3);
    w.square().sum().backward();
    w.convertInPlace(DType.FLOAT32);
    Tensor g = w.grad();
    assertThat(g).isNotNull();
    assertThat(g.dtype()).isEqualTo(DType.FLOAT32);
    assertThat(g.toDoubles()).containsExactly((float) 0.2, 6);
    assertThat(Autograd.grad(w.square().sum(), w).dtype()).isEqualTo(DType.FLOAT32);
    w.convertInPlace(DType.FLOAT64);
    Tensor fine = Autograd.grad(w.mul(Math.PI).sum(), w);
    assertThat(fine.dtype()).isEqualTo(DType.FLOAT64);
    assertThat(fine.toDoubles()).containsExactly(Math.PI, Math.PI);
    assertThat(w.requiresGrad()).isTrue();
    assertThat(w.isLeaf()).isTrue();
  }

  @Test
  void aValueThatNoDerivativeReadsMayChange() {
    Tensor x = leaf(1, 2);
    Tensor b = Tensor.of(new double[] {3, 4}, DType.FLOAT64);
    Tensor y = x.add(b).sum();
    b.fillInPlace(0);
    y.backward();
    assertThat(gradOf(x)).containsExactly(1, 1);
    Tensor z = x.mul(b).sum(); // x is saved only if b requires gradients
    Autograd.noGrad(() -> x.fillInPlace(5));
    z.backward();
    assertThat(gradOf(x)).containsExactly(1, 1);
  }

  @Test
  void leavesAndResultsRefuseChangesWhileRecording() {
    Tensor x = new Parameter(Tensor.of(1, 2));
    assertThatThrownBy(() -> x.addInPlace(Tensor.ones(2)))
        .isInstanceOf(AutogradException.class)
        .hasMessageContaining("addInPlace: a leaf that requires gradients [2]")
        .hasMessageContaining("noGrad");
    assertThatThrownBy(() -> x.set(3, 0)).isInstanceOf(AutogradException.class);
    assertThatThrownBy(() -> x.fillInPlace(3)).isInstanceOf(AutogradException.class);
    assertThatThrownBy(() -> x.mul(2).mulInPlace(2))
        .isInstanceOf(AutogradException.class)
        .hasMessageContaining("result of an operator [2]");
    try (var mode = Autograd.noGrad()) {
      assertThat(mode).isNotNull();
      x.addInPlace(Tensor.ones(2));
    }
    assertThat(x.toDoubles()).containsExactly(2, 3);
  }
}
