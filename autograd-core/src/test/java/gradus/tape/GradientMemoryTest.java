package gradus.tape;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import gradus.Tensor;
import gradus.kernel.threads.Spares;
import java.util.Arrays;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** When the memory of a leaf's gradient may serve the next pass, and when not. */
class GradientMemoryTest {
  private static final int SIZE = 4 * Spares.SHORTEST; // a power of two: quotients by it are exact

  private final Tensor x = Tensor.arange(SIZE).div(SIZE).requiresGrad(true);

  /** The gradient of sum(factor x^2): 2 factor x. */
  private void pass(double factor) {
    x.square().mul(factor).sum().backward();
  }

  private Tensor borrowed() {
    return Objects.requireNonNull(x.borrowGrad());
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
    float[] before = kept.copy().storage().floats().clone();
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
  void aBorrowedGradientIsRefusedAfterwards() {
    pass(1);
    Tensor lent = borrowed();
    x.setGrad(null);
    assertThatThrownBy(() -> lent.get(0))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("copy()");
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
}
