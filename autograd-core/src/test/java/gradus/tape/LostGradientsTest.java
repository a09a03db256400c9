package gradus.tape;

import static gradus.Autograd.CREATE_GRAPH;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import gradus.Autograd;
import gradus.AutogradException;
import gradus.DType;
import gradus.Shape;
import gradus.Tensor;
import gradus.check.GradCheck;
import gradus.op.Call;
import gradus.op.Gradients;
import gradus.op.Op;
import gradus.op.Primitive;
import gradus.op.Reads;
import gradus.op.Spec;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** No gradient is lost in silence: by changes in place, by copies, or by rules that overlook it. */
class LostGradientsTest {
  private static Tensor leaf(double... values) {
    return Tensor.of(values, DType.FLOAT64).requiresGrad(true);
  }

  // --- in place ---

  @Test
  void aSourceWithHistoryIsRefusedWhileRecording() {
    Tensor w = leaf(1, 2);
    Tensor buffer = Tensor.zeros(Shape.of(4), DType.FLOAT64);
    assertThatThrownBy(() -> buffer.slice(0, 0, 2).copyInPlace(w.mul(3)))
        .isInstanceOf(AutogradException.class)
        .hasMessageContaining("copyInPlace")
        .hasMessageContaining("[2]")
        .hasMessageContaining("sliceScatter");
    assertThatThrownBy(() -> buffer.narrow(0, 0, 2).addInPlace(w.mul(3)))
        .hasMessageContaining("addInPlace")
        .hasMessageContaining("add(...)");
    assertThatThrownBy(() -> buffer.narrow(0, 0, 2).addInPlace(w, 0.5))
        .hasMessageContaining("addInPlace");
    assertThat(buffer.toDoubles()).containsOnly(0);
    assertThat(buffer.storage().version()).isZero();

    buffer.narrow(0, 0, 2).copyInPlace(w.detach());
    Autograd.noGrad(() -> buffer.narrow(0, 2, 2).addInPlace(w.mul(3)));
    assertThat(buffer.toDoubles()).containsExactly(1, 2, 3, 6);
    assertThat(buffer.requiresGrad()).isFalse();
  }

  @Test
  void whatWasSavedAndChangedUnderNoGradIsRefused() {
    Tensor w = leaf(1, 2);
    Tensor x = Tensor.ones(Shape.of(2), DType.FLOAT64);
    Tensor y = w.mul(x).sum();
    Autograd.noGrad(() -> x.addInPlace(w));
    assertThatThrownBy(y::backward).hasMessageContaining("input 1 of mul");
  }

  @Test
  void aCopyKeepsItsHistory() {
    Tensor w = leaf(1, 2);
    w.mul(2).clone().sum().backward();
    assertThat(w.grad().toDoubles()).containsExactly(2, 2);
    assertThat(w.detach().clone().requiresGrad()).isFalse();
  }

  @Test
  void theFormWithoutSideEffectsHasBothGradients() {
    // out[:, t] = h as PyTorch writes it.
    Tensor out = Tensor.zeros(Shape.of(2, 3), DType.FLOAT64).requiresGrad(true);
    Tensor h = leaf(5, 6);
    Tensor y = out.selectScatter(h, 1, 1);
    y.mul(Tensor.arange(1, 7, 1, DType.FLOAT64).reshape(2, 3)).sum().backward();
    assertThat(h.grad().toDoubles()).containsExactly(2, 5);
    assertThat(out.grad().toDoubles()).containsExactly(1, 0, 3, 4, 0, 6);
  }

  // --- forward ---

  /** Twice x; notes what is recorded inside of forward. */
  private record Twice(List<Boolean> recorded) implements Op {
    @Override
    public Shape shape(Tensor... in) {
      return in[0].shape();
    }

    @Override
    public void forward(Tensor[] in, Tensor out) {
      recorded.add(Autograd.isRecording());
      recorded.add(in[0].mul(2).requiresGrad());
      out.copyInPlace(in[0].mul(2));
    }

    @Override
    public Tensor vjp(int i, Tensor g, Call call) {
      return g.mul(2);
    }

    @Override
    public Reads reads(int i) {
      return Reads.NOTHING;
    }
  }

  @Test
  void forwardIsNotRecorded() {
    var recorded = new ArrayList<Boolean>();
    Tensor x = leaf(1, 2);
    Tensor y = new Twice(recorded).apply(x);
    assertThat(recorded).containsExactly(false, false);
    assertThat(Autograd.isRecording()).isTrue();
    y.sum().backward();
    assertThat(x.grad().toDoubles()).containsExactly(2, 2);
  }

  // --- several results ---

  /** The sine and, as a result or a residual, the cosine. */
  private record Sine(boolean residual, boolean forgetful) implements Primitive {
    @Override
    public List<Spec> results(Tensor... in) {
      return residual ? List.of(Spec.of(in[0])) : List.of(Spec.of(in[0]), Spec.of(in[0]));
    }

    @Override
    public List<Spec> residuals(Tensor... in) {
      return residual ? List.of(Spec.of(in[0])) : List.of();
    }

    @Override
    public boolean overwrites() {
      return true;
    }

    @Override
    public void forward(Tensor[] in, Tensor[] out) {
      out[0].copyInPlace(in[0].sin());
      if (out.length > 1) {
        out[1].copyInPlace(in[0].cos());
      }
    }

    @Override
    public @Nullable Tensor[] vjp(boolean[] wanted, Gradients g, Call call) {
      Tensor sine = call.out(0);
      Tensor cosine = residual ? call.residual(0) : call.out(1);
      Tensor d = g.orZeros(0, call).mul(cosine);
      Tensor gCosine = forgetful ? null : residual ? g.residual(0) : g.of(1);
      return new @Nullable Tensor[] {gCosine == null ? d : d.sub(gCosine.mul(sine))};
    }

    @Override
    public Reads reads(int i) {
      return Reads.results(0).or(residual ? Reads.residuals(0) : Reads.results(1));
    }
  }

  @Test
  void derivativesGoThroughResultsAndResidualsToAnyOrder() {
    Tensor x = Tensor.of(new double[] {0.3, -1.2, 2}, DType.FLOAT64);
    for (boolean residual : new boolean[] {false, true}) {
      var op = new Sine(residual, false);
      GradCheck.DEFAULT.withOrder(3).runAll(in -> List.of(op.applyAll(in)), x).assertOk();
    }
  }

  @Test
  void aGradientThatARuleOverlooksIsRefused() {
    Tensor x = leaf(0.3);
    Tensor[] both = new Sine(false, true).applyAll(x);
    assertThatThrownBy(() -> both[0].add(both[1]).sum().backward())
        .isInstanceOf(AutogradException.class)
        .hasMessageContaining("sine")
        .hasMessageContaining("result 1");
    Tensor y = new Sine(true, true).applyAll(x)[0];
    Tensor g = Autograd.grad(y.sum(), List.of(x), CREATE_GRAPH).getFirst();
    assertThatThrownBy(() -> g.sum().backward()).hasMessageContaining("residual 0");
  }

  @Test
  void anyOfSeveralResultsMayBeUsedAlone() {
    Tensor x = leaf(0.5);
    Tensor[] both = new Sine(false, false).applyAll(x);
    both[1].sum().backward();
    assertThat(x.grad().item()).isEqualTo(-Math.sin(0.5));
    Tensor[] again = new Sine(false, false).applyAll(x);
    Tensor of = Autograd.grad(again[0].mul(again[1]).sum(), List.of(again[1])).getFirst();
    assertThat(of.item()).isEqualTo(again[0].item());
  }

  @Test
  void aResultThatWasSavedAndChangedIsRefused() {
    Tensor x = leaf(3, 1, 2);
    var top = x.topk(2, 0, true, true);
    top.indices().set(1, 0);
    assertThatThrownBy(() -> top.values().sum().backward())
        .hasMessageContaining("result 1 of")
        .hasMessageContaining("changed in place");
  }

  /** The operand, with a residual that its derivative returns as the gradient. */
  private record Leak() implements Primitive {
    @Override
    public List<Spec> results(Tensor... in) {
      return List.of(Spec.of(in[0]));
    }

    @Override
    public List<Spec> residuals(Tensor... in) {
      return List.of(Spec.of(in[0]));
    }

    @Override
    public boolean overwrites() {
      return true;
    }

    @Override
    public void forward(Tensor[] in, Tensor[] out) {
      out[0].copyInPlace(in[0]);
      if (out.length > 1) {
        out[1].fillInPlace(7);
      }
    }

    @Override
    public Tensor[] vjp(boolean[] wanted, Gradients g, Call call) {
      assertThat(g.of(0)).isNotNull();
      return new Tensor[] {call.residual(0)};
    }

    @Override
    public Reads reads(int i) {
      return Reads.residuals(0);
    }
  }

  @Test
  void aResidualThatBecameAGradientIsNotUsedAgain() {
    Tensor x = Tensor.ones(Shape.of(5000), DType.FLOAT64).requiresGrad(true);
    new Leak().applyAll(x)[0].sum().backward();
    Tensor kept = x.grad();
    for (int i = 0; i < 3; i++) {
      Tensor other = Tensor.ones(Shape.of(5000), DType.FLOAT64).requiresGrad(true);
      other.mul(3).exp().sum().backward();
      new Leak().applyAll(other)[0].mul(2).sum().backward();
    }
    assertThat(kept.toDoubles()).containsOnly(7);
  }
}
