package gradus.op;

import static org.junit.jupiter.api.Assertions.assertEquals;

import gradus.Tensor;
import gradus.Vmap.Randomness;
import gradus.transform.Batch;
import gradus.transform.Forward;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/**
 * Which operators have no rule of their own for forward mode or for batches, nor a composition to
 * follow: these are correct, but slow. An operator that is added to one of the lists had better get
 * a rule.
 */
class TransformCoverageTest {
  private static final Set<String> TRANSPOSED = Set.of();

  /** Rules make no residuals: the cases of gradient operators ask for those of forward ones. */
  private static final Set<String> ONE_BY_ONE =
      Set.of(
          "crossEntropy with residuals",
          "gruSequence with residuals",
          "lstmSequence with residuals",
          "normalization with residuals",
          "scaledDotProduct with residuals");

  @Test
  void tangentsComeByRules() {
    Set<String> transposed = new TreeSet<>();
    for (OpCase c : OpCases.all()) {
      for (Tensor[] in : c.inPlace ? List.<Tensor[]>of() : c.samples()) {
        var forward = new Forward();
        forward.run(
            () ->
                run(c, t -> t.dtype().isFloating() ? forward.dual(t, Tensor.onesLike(t)) : t, in));
        transposed.addAll(forward.transposed());
      }
    }
    System.out.println("Tangents by transposition: " + transposed);
    assertEquals(TRANSPOSED, transposed);
  }

  @Test
  void batchesAreHandledByRules() {
    Set<String> oneByOne = new TreeSet<>();
    for (OpCase c : OpCases.all()) {
      for (Tensor[] in : c.samples()) {
        var batch = new Batch(2, Randomness.ERROR);
        if (in.length > 0 && !c.shapedByData) {
          batch.run(() -> run(c, t -> batch.example(Tensor.stack(List.of(t, t), 0)), in));
        }
        oneByOne.addAll(batch.looped());
      }
    }
    System.out.println("Examples of a batch one after the other: " + oneByOne);
    assertEquals(ONE_BY_ONE, oneByOne);
  }

  /** The value, and the gradients if there are any. */
  private static List<Tensor> run(OpCase c, UnaryOperator<Tensor> input, Tensor... in) {
    return OpCasesTest.withGradients(c, Arrays.stream(in).map(input).toList());
  }
}
