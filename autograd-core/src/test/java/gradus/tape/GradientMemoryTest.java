package gradus.tape;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import gradus.Autograd;
import gradus.Shape;
import gradus.Tensor;
import gradus.kernel.threads.ArrayPool;
import gradus.op.Call;
import gradus.op.Op;
import gradus.op.Reads;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** When the memory of a gradient may serve another, in the same pass or the next, and when not. */
class GradientMemoryTest {
  private static final int SIZE =
      4 * ArrayPool.SHORTEST; // a power of two: quotients by it are exact

  private final Tensor x = Tensor.arange(SIZE).div(SIZE).requiresGrad(true);

  /** The gradient of sum(factor x^2): 2 factor x. */
  private void pass(double factor) {
    x.square().mul(factor).sum().backward();
  }

  private Tensor borrowed() {
    return Objects.requireNonNull(TensorAccess.borrowGrad(x));
  }

  @Test
  void whatNobodyAskedForServesTheNextPass() {
    pass(1);
    float[] first = (float[]) borrowed().storage().array();
    float[] before = first.clone();
    x.setGrad(null);
    pass(3);
    assertThat(Arrays.equals(first, before)).isFalse();
    assertThat(borrowed().get(SIZE - 1)).isEqualTo(6 * x.get(SIZE - 1));
  }

  @Test
  void whatWasAskedForIsKept() {
    pass(1);
    Tensor kept = Objects.requireNonNull(x.grad());
    float[] before = kept.clone().storage().floats().clone();
    x.setGrad(null);
    pass(3);
    x.setGrad(null);
    pass(5);
    assertThat(Arrays.equals(kept.storage().floats(), before)).isTrue();
  }

  @Test
  void aViewOfTheGradientKeepsIt() {
    pass(1);
    Tensor last = Objects.requireNonNull(x.grad()).narrow(0, SIZE - 1, 1);
    x.setGrad(null);
    pass(3);
    assertThat(last.get(0)).isEqualTo(2 * x.get(SIZE - 1));
  }

  @Test
  void aTensorThatSomebodyAddsIsTheirs() {
    pass(1);
    x.setGrad(null);
    Tensor given = Tensor.ones(SIZE).mul(2); // made after a pass, outside of it
    TensorAccess.get().accumulateGrad(x, given);
    x.setGrad(null);
    pass(3);
    assertThat(given.toFloats()).containsOnly(2);
  }

  @Test
  void aBorrowedGradientIsRefusedAfterwards() {
    pass(1);
    Tensor lent = borrowed();
    x.setGrad(null);
    assertThatThrownBy(() -> lent.get(0))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("clone()");
  }

  @Test
  void aGradientThatSomebodySetIsTheirs() {
    Tensor given = Tensor.ones(SIZE);
    x.setGrad(given);
    x.setGrad(null);
    pass(1);
    assertThat(given.sum().item()).isEqualTo(SIZE);
  }

  @Test
  void sumsOverPassesAreTheSameAskedForOrNot() {
    pass(1);
    pass(2);
    Tensor kept = Objects.requireNonNull(x.grad());
    pass(4);
    assertThat(kept.get(7)).isEqualTo(6 * x.get(7));
    assertThat(borrowed().get(7)).isEqualTo(14 * x.get(7));
  }

  @Test
  void aSeedThatReachesTheLeafAsItIsStaysTheCallers() {
    Tensor seed = Tensor.ones(SIZE);
    x.mul(1).add(0).backward(seed);
    x.setGrad(null);
    pass(1);
    assertThat(seed.sum().item()).isEqualTo(SIZE);
  }

  @Test
  void aGradientThatIsSetAgainStays() {
    pass(1);
    x.setGrad(borrowed());
    pass(3); // would write into the memory, had it been given away
    assertThat(borrowed().get(7)).isEqualTo(8 * x.get(7));
  }

  @Test
  void anArrayThatIsKnownOutsideIsNotUsedAgain() {
    pass(1);
    float[] known = borrowed().storage().floats();
    x.setGrad(null);
    pass(3);
    assertThat(known[SIZE - 1]).isEqualTo((float) (2 * x.get(SIZE - 1)));
  }

  @Test
  void aGradientInALeafHoldsOnToNothing() {
    Tensor large = Tensor.ones(40_000).requiresGrad(true);
    large.tanh().sum().backward();
    assertThat(
            TensorAccess.storage(Objects.requireNonNull(TensorAccess.borrowGrad(large))).deferred())
        .isNull();
  }

  /** Forgets the gradient of a leaf in the middle of a pass, as another thread might. */
  private record Forgetting(Tensor leaf) implements Op {
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
      leaf.setGrad(null);
      return g.mul(1);
    }

    @Override
    public Reads reads(int i) {
      return Reads.NOTHING;
    }
  }

  @Test
  void whatThePassStillReadsIsNotGivenAwayByTheLeafThatHasItToo() {
    Tensor w = Tensor.zeros(SIZE);
    Tensor t = new Forgetting(w).apply(x.mul(2));
    w.requiresGrad(true); // newer than t: it gets the gradient that both have first
    t.add(w).square().sum().backward();
    assertThat(borrowed().sub(x.detach().mul(8)).abs().max().item()).isZero();
    assertThat(w.grad()).isNull();
  }

  /** As an optimizer's step might keep something that is computed from a gradient. */
  @Test
  void aDeferredResultReadsTheGradientBeforeItsMemoryServesAnother() {
    Tensor large = Tensor.arange(40_000).div(65_536).requiresGrad(true);
    large.square().sum().backward();
    Tensor kept = Objects.requireNonNull(TensorAccess.borrowGrad(large)).mul(2).add(1);
    large.setGrad(null);
    large.square().mul(5).sum().backward();
    assertThat(kept.sub(large.detach().mul(4).add(1)).abs().max().item()).isZero();
  }

  /** The leaf is newer than a tensor that gets the same gradient: it has it while that flows on. */
  @Test
  void aGradientThatReachedALeafIsNotUsedAgainByThePass() {
    Tensor t = x.mul(2).sigmoid();
    Tensor w = Tensor.zeros(SIZE).requiresGrad(true);
    t.add(w).square().sum().backward();
    assertThat(Objects.requireNonNull(w.grad()).toFloats()).containsExactly(t.mul(2).toFloats());
  }

  @Test
  void gradientsOfIntermediateTensorsStayWhatTheyAre() {
    var between = new ArrayList<Tensor>();
    Tensor y = x;
    for (int i = 0; i < 6; i++) {
      y = i % 2 == 0 ? y.mul(0.5).add(1) : y.square();
      between.add(y);
    }
    Tensor sum = y.sum();
    List<Tensor> together = Autograd.grad(sum, between, Autograd.RETAIN_GRAPH);
    pass(3);
    for (int i = 0; i < between.size(); i++) {
      Tensor alone = Autograd.grad(sum, between.get(i), Autograd.RETAIN_GRAPH);
      assertThat(together.get(i).toFloats()).as("tensor %d", i).containsExactly(alone.toFloats());
    }
  }

  /** Views of one gradient flow on while the gradient itself is done with. */
  @Test
  void whatViewsOfAGradientStillHoldIsNotUsedAgain() {
    Tensor a = x.mul(3);
    Tensor b = x.mul(5).reshape(4, SIZE / 4);
    Tensor c = x.mul(7).reshape(SIZE / 4, 4);
    Tensor rows = a.reshape(4, SIZE / 4).add(b);
    rows.add(c.reshape(SIZE / 4, 4).transpose()).square().sum().backward();
    double[] v = x.detach().toDoubles();
    double[] expected = new double[SIZE];
    for (int i = 0; i < SIZE; i++) {
      int across = i % (SIZE / 4) * 4 + i / (SIZE / 4);
      double sum = 2 * ((3 + 5) * v[i] + 7 * v[across]);
      expected[i] += (3 + 5) * sum;
      expected[across] += 7 * sum;
    }
    assertThat(Objects.requireNonNull(x.grad()).sub(Tensor.of(expected)).abs().max().item())
        .isLessThan(1e-4);
  }
}
