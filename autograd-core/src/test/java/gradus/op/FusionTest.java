package gradus.op;

import static gradus.op.fusion.Fusion.from;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import gradus.Autograd;
import gradus.AutogradException;
import gradus.DType;
import gradus.Gradus;
import gradus.Storage;
import gradus.Tensor;
import gradus.op.fusion.FusedExpression;
import gradus.op.fusion.Fusion;
import gradus.tape.TensorAccess;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.lifecycle.AfterTry;
import net.jqwik.api.lifecycle.BeforeTry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Lazy results: when they are computed, and that nobody can tell except by the clock. */
class FusionTest {
  private final Tensor x = OpCase.random("x", -2, 2, 5, 7).to(DType.FLOAT32);
  private final Tensor a = OpCase.random("a", -2, 2, 5, 7).to(DType.FLOAT32);
  private final Tensor b = OpCase.random("b", -2, 2, 7).to(DType.FLOAT32);
  private final int least = Fusion.least();

  @BeforeTry
  @BeforeEach
  void deferEverything() {
    from(1);
  }

  @AfterTry
  @AfterEach
  void asUsual() {
    Gradus.fusion(true);
    from(least);
  }

  private static boolean waits(Tensor t) {
    return TensorAccess.storage(t).deferred() != null;
  }

  private static float[] apart(Supplier<Tensor> program) {
    return Gradus.scope().fusion(false).call(() -> program.get().toFloats());
  }

  // --- bits ---

  @Property(tries = 150, shrinking = ShrinkingMode.BOUNDED)
  void joinedProgramsHaveTheSameBits(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 40) int n, @ForAll boolean single) {
    var program = Programs.random(seed, n);
    List<double[]> joined = derivatives(program, seed, single);
    Gradus.fusion(false);
    List<double[]> apart = derivatives(program, seed, single);
    for (int i = 0; i < joined.size(); i++) {
      assertThat(joined.get(i)).as("%d: %s", i, program).containsExactly(apart.get(i));
    }
  }

  /** The value, the gradients, and the gradients of the sum of the gradients. */
  private static List<double[]> derivatives(Programs.Program program, long seed, boolean single) {
    var in = new ArrayList<Tensor>();
    for (Tensor t : Programs.inputs(seed)) {
      in.add(t.to(single ? DType.FLOAT32 : DType.FLOAT64).detach().requiresGrad(true));
    }
    Tensor y = program.run(in.toArray(new Tensor[0])).sum();
    var found = new ArrayList<double[]>();
    found.add(y.toDoubles());
    if (y.requiresGrad()) {
      Tensor sum = Tensor.zeros(new int[0]).to(y.dtype());
      for (Tensor g : Autograd.grad(y, in, Autograd.ALLOW_UNUSED, Autograd.CREATE_GRAPH)) {
        found.add(g.toDoubles());
        sum = sum.add(g.square().sum());
      }
      if (sum.requiresGrad()) {
        for (Tensor g : Autograd.grad(sum, in, Autograd.ALLOW_UNUSED)) {
          found.add(g.toDoubles());
        }
      }
    }
    return found;
  }

  @Test
  void aChainIsOneExpression() {
    Supplier<Tensor> chain = () -> x.mul(a).add(b).gelu().mul(0.3).sub(0.3);
    Tensor y = chain.get();

    assertThat(waits(y)).isTrue();
    FusedExpression expression = Fusion.expressionOf(y);
    assertThat(expression.operands()).hasSize(3);
    assertThat(expression.settings()).containsExactly(0.3); // both are one
    assertThat(y.toFloats()).containsExactly(apart(chain));
    assertThat(waits(y)).isFalse();
  }

  @Test
  void sumsTakeInTheExpression() {
    Supplier<Tensor> sum = () -> x.mul(a).add(b).tanh().sum(1);
    Tensor inside = x.mul(a).add(b).tanh();

    assertThat(inside.sum(1).toFloats()).containsExactly(apart(sum));
    assertThat(waits(inside)).isTrue();
    assertThat(inside.transpose(0, 1).amax(0).toFloats())
        .containsExactly(apart(() -> x.mul(a).add(b).tanh().transpose(0, 1).amax(0)));
  }

  @Test
  void longChainsAreCut() {
    Supplier<Tensor> program =
        () -> {
          Tensor y = x;
          for (int i = 0; i < 200; i++) {
            y = y.sin().mul(a).add(i % 7);
          }
          return y;
        };

    assertThat(program.get().toFloats()).containsExactly(apart(program));
  }

  @Test
  void manyOperandsAreCut() {
    Supplier<Tensor> program =
        () -> {
          Tensor y = x;
          for (int i = 0; i < 30; i++) {
            y = y.mul(OpCase.random("m" + i, -2, 2, 5, 7).to(DType.FLOAT32)).tanh();
          }
          return y;
        };

    assertThat(program.get().toFloats()).containsExactly(apart(program));
  }

  // --- changes in place ---

  @Test
  void whatIsReadLateDoesNotChangeBefore() {
    float[] before = apart(() -> a.mul(b).tanh());
    Tensor y = a.mul(b).tanh();
    Tensor z = a.select(0, 2).mul(2);
    float[] row = apart(() -> a.select(0, 2).mul(2));

    a.addInPlace(Tensor.ones(5, 7));

    assertThat(y.toFloats()).containsExactly(before);
    assertThat(z.toFloats()).containsExactly(row);
    assertThat(a.mul(b).tanh().toFloats()).isNotEqualTo(before);
  }

  @Test
  void aSingleElementIsAChangeToo() {
    Tensor y = a.neg();
    double before = a.get(1, 1);

    a.set(77, 1, 1);

    assertThat(y.get(1, 1)).isEqualTo(-before);
  }

  @Test
  void aDeferredResultMayBeChangedItself() {
    Tensor y = x.mul(2);
    Tensor z = y.add(1);

    y.addInPlace(Tensor.ones(5, 7));

    assertThat(z.get(0, 0)).isEqualTo((float) (x.get(0, 0) * 2 + 1));
    assertThat(y.get(0, 0)).isEqualTo((float) (x.get(0, 0) * 2 + 1));
  }

  @Test
  void savedAndChangedIsStillRefused() {
    Tensor leaf = x.detach().requiresGrad(true);
    Tensor y = leaf.mul(a).tanh();
    Tensor loss = y.mul(y).sum();

    y.detach().addInPlace(Tensor.ones(5, 7));

    assertThatThrownBy(loss::backward)
        .isInstanceOf(AutogradException.class)
        .hasMessageContaining("changed in place");
  }

  @Test
  void arraysThatOthersHoldAreReadAtOnce() {
    float[] mine = {1, 2, 3};
    Tensor t = Tensor.wrap(Storage.of(mine), DType.FLOAT32, gradus.Shape.of(3));
    Tensor y = t.mul(2);
    mine[0] = 100;

    assertThat(y.toFloats()).containsExactly(2, 4, 6);

    Tensor own = Tensor.of(1, 2, 3).to(DType.FLOAT32);
    Tensor late = own.mul(2);
    own.storage().floats()[0] = 100;
    assertThat(late.toFloats()).containsExactly(2, 4, 6);
    Tensor soon = own.mul(2);
    own.storage().floats()[1] = 100;
    assertThat(soon.toFloats()).containsExactly(200, 4, 6);
  }

  // --- what is stored ---

  @Test
  void anExpensiveResultThatTheGraphSavedIsComputedOnce() {
    Tensor leaf = x.detach().requiresGrad(true);
    Tensor y = leaf.mul(a).tanh();
    Tensor z = y.mul(a).add(1);
    assertThat(waits(y)).isTrue();

    z.storage().array();

    assertThat(waits(y)).isFalse();
    assertThat(y.toFloats()).containsExactly(apart(() -> x.mul(a).tanh()));
  }

  @Test
  void aCheapOneIsComputedAgain() {
    Tensor leaf = x.detach().requiresGrad(true);
    Tensor y = leaf.mul(a);
    Tensor z = y.mul(y).add(1);

    z.storage().array();

    assertThat(waits(y)).isTrue();
  }

  @Test
  void anExpensiveOneThatIsUsedTwiceIsStored() {
    Tensor y = x.exp();
    Tensor first = y.add(1);
    Tensor second = y.add(2);

    assertThat(waits(y)).isFalse();
    assertThat(first.toFloats()).containsExactly(apart(() -> x.exp().add(1)));
    assertThat(second.toFloats()).containsExactly(apart(() -> x.exp().add(2)));
  }

  @Test
  void gradientsOfLeavesAreComputed() {
    Tensor leaf = x.detach().requiresGrad(true);

    leaf.mul(a).tanh().sum().backward();

    assertThat(waits(leaf.grad())).isFalse();
  }

  @Test
  void conditionsAndOtherTypesAreComputedAtOnce() {
    assertThat(waits(x.add(1).gt(0.5))).isFalse();
    assertThat(x.add(1).gt(0.5).sum().item()).isEqualTo(x.gt(-0.5).sum().item());
    assertThat(waits(Tensor.arange(5).add(1))).isFalse();
    Tensor wide = x.mul(2).mul(a.to(DType.FLOAT64));
    assertThat(wide.dtype()).isEqualTo(DType.FLOAT64);
    assertThat(wide.get(1, 2)).isEqualTo((double) (float) (x.get(1, 2) * 2) * a.get(1, 2));
  }

  @Test
  void smallResultsAreNotDeferred() {
    from(least);

    assertThat(waits(x.mul(2))).isFalse();
    assertThat(waits(Tensor.zeros(Fusion.least()).mul(2))).isTrue();
    assertThat(Gradus.describe()).contains("fusion    on from " + Fusion.least());
    Gradus.fusion(false);
    assertThat(waits(Tensor.zeros(1 << 20).mul(2))).isFalse();
    assertThat(Gradus.describe()).contains("fusion    off");
  }

  @Test
  void threadsThatLookAtOnceSeeTheSameElements() throws InterruptedException {
    for (int round = 0; round < 200; round++) {
      Tensor y = x.mul(a).tanh();
      var start = new CountDownLatch(1);
      var seen = new Object[4];
      var threads = new ArrayList<Thread>();
      for (int i = 0; i < seen.length; i++) {
        int me = i;
        threads.add(
            Thread.startVirtualThread(
                () -> {
                  try {
                    start.await();
                  } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                  }
                  seen[me] = y.storage().array();
                }));
      }
      start.countDown();
      for (Thread t : threads) {
        t.join();
      }
      assertThat(seen).containsOnly(y.storage().array());
    }
  }
}
