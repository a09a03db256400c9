package gradus.op.recurrent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import gradus.DType;
import gradus.Generator;
import gradus.Gradus;
import gradus.Shape;
import gradus.Tensor;
import gradus.op.Fused;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Batches of several parts, and of none. */
class SequenceTest {
  private final int threadsBefore = Gradus.threads();

  @AfterEach
  void restoreThreads() {
    Gradus.threads(threadsBefore);
  }

  private static Tensor[] operands(int gates, int steps, int n, int width, DType type) {
    var random = new Generator(3);
    List<Shape> shapes =
        gates == 4
            ? List.of(
                Shape.of(n, width),
                Shape.of(n, width),
                Shape.of(steps, n, 5),
                Shape.of(4 * width, 5),
                Shape.of(4 * width, width),
                Shape.of(4 * width))
            : List.of(
                Shape.of(n, width),
                Shape.of(steps, n, 5),
                Shape.of(3 * width, 5),
                Shape.of(3 * width, width),
                Shape.of(3 * width),
                Shape.of(3 * width));
    List<Tensor> all = shapes.stream().map(s -> random.uniform(-1, 1, s, type)).toList();
    all.forEach(t -> t.requiresGrad(true));
    return all.toArray(Tensor[]::new);
  }

  private static Supplier<Fused> sequence(int gates) {
    return gates == 4 ? LstmSequence::new : GruSequence::new;
  }

  /** The result, then the gradients of its sum of squares. */
  private static List<Tensor> run(Tensor result, Tensor... operands) {
    result.square().sum().backward();
    var all = new ArrayList<Tensor>();
    all.add(result.detach());
    for (Tensor t : operands) {
      all.add(t.grad());
      t.setGrad(null);
    }
    return all;
  }

  @ParameterizedTest
  @CsvSource({
    "4, 3, 50, 9",
    "4, 3, 4, 9",
    "3, 3, 50, 9",
    "3, 3, 4, 9",
    "4, 2, 3, 200",
    "3, 2, 3, 210"
  })
  void bitsDoNotDependOnThreadsAndValuesAreTheComposed(int gates, int steps, int n, int width) {
    for (DType type : List.of(DType.FLOAT32, DType.FLOAT64)) {
      Tensor[] x = operands(gates, steps, n, width, type);
      Gradus.threads(1);
      List<Tensor> one = run(sequence(gates).get().apply(x), x);
      for (int threads : new int[] {2, 5}) {
        Gradus.threads(threads);
        List<Tensor> many = run(sequence(gates).get().apply(x), x);
        for (int i = 0; i < one.size(); i++) {
          assertThat(many.get(i).ne(one.get(i)).sum().item()).as("tensor %d", i).isZero();
        }
      }
      List<Tensor> composed = run(sequence(gates).get().composed(x), x);
      assertThat(one.getFirst().ne(composed.getFirst()).sum().item()).isZero();
      double tolerance = type == DType.FLOAT32 ? 1e-4 : 1e-12;
      for (int i = 1; i < one.size(); i++) {
        Tensor scale = composed.get(i).abs().max();
        assertThat(one.get(i).sub(composed.get(i)).abs().max().div(scale).item())
            .as("gradient %d", i)
            .isCloseTo(0, within(tolerance));
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"4", "3"})
  void anEmptyBatchHasEmptyStates(int gates) {
    Tensor[] x = operands(gates, 2, 0, 3, DType.FLOAT32);
    Tensor result = sequence(gates).get().apply(x);
    assertThat(result.numel()).isZero();
    for (Tensor t : run(result, x)) {
      assertThat(t.abs().sum().item()).isZero();
    }
  }

  /** What is not kept for a derivative is computed when it is asked for. */
  @ParameterizedTest
  @CsvSource({"4", "3"})
  void gradientsNeedNotBeForeseen(int gates) {
    Tensor[] x = operands(gates, 3, 2, 3, DType.FLOAT64);
    Tensor[] constants = Arrays.stream(x).map(Tensor::detach).toArray(Tensor[]::new);
    Tensor g = Tensor.onesLike(sequence(gates).get().apply(constants));
    Tensor foreseen;
    Tensor late;
    if (gates == 4) {
      var kept = new LstmSequence();
      kept.apply(x);
      foreseen = kept.gradient(x).evaluate(with(g, constants));
      late = new LstmSequence().gradient(constants).evaluate(with(g, constants));
    } else {
      var kept = new GruSequence();
      foreseen = kept.gradient(kept.apply(x), x).evaluate(with(g, constants));
      var fresh = new GruSequence();
      late = fresh.gradient(fresh.evaluate(constants), constants).evaluate(with(g, constants));
    }
    assertThat(late.ne(foreseen).sum().item()).isZero();
  }

  private static Tensor[] with(Tensor g, Tensor... operands) {
    var all = new ArrayList<Tensor>(List.of(operands));
    all.addFirst(g);
    return all.toArray(Tensor[]::new);
  }
}
