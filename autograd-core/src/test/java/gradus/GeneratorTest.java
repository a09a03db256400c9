package gradus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;

class GeneratorTest {
  @Test
  void aStateRepeatsEveryKindOfDraw() {
    var generator = new Generator(11);
    generator.permutation(3);
    GeneratorState state = generator.state();
    List<double[]> first = everyKind(generator);
    assertThat(generator.state()).isEqualTo(new GeneratorState(11, 1 + first.size()));
    List<double[]> second = everyKind(generator);

    generator.setState(state);
    same(everyKind(generator), first);
    same(everyKind(Generator.of(state)), first);
    same(everyKind(generator), second);
    assertThat(second.getFirst()).isNotEqualTo(first.getFirst());
  }

  private static void same(List<double[]> found, List<double[]> expected) {
    assertThat(found).hasSameSizeAs(expected);
    for (int i = 0; i < found.size(); i++) {
      assertThat(found.get(i)).as("draw %d", i).containsExactly(expected.get(i));
    }
  }

  private static List<double[]> everyKind(Generator g) {
    Shape shape = Shape.of(3, 7);
    return List.of(
        g.uniform(shape, DType.FLOAT32).toDoubles(),
        g.uniform(-1, 2, shape, DType.FLOAT64).toDoubles(),
        g.normal(shape, DType.FLOAT32).toDoubles(),
        g.normal(5, 2, shape, DType.FLOAT64).toDoubles(),
        g.integers(-9, 1000, shape).toDoubles(),
        g.permutation(50).toDoubles(),
        g.dropoutMask(0.4, shape, DType.FLOAT32).toDoubles(),
        g.dropoutMask(0.4, shape, DType.FLOAT64).toDoubles());
  }

  @Test
  void aStateIsAValue() {
    var generator = new Generator(-3);
    GeneratorState before = generator.state();
    generator.permutation(3);

    assertThat(before).isEqualTo(new GeneratorState(-3, 0)).isNotEqualTo(generator.state());
    assertThat(generator.state()).hasToString("GeneratorState[seed=-3, stream=1]");
    assertThatThrownBy(() -> new GeneratorState(1, -1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("got -1");
  }

  @Test
  void drawsOfSeveralThreadsNeverTakeTheSameStream() throws InterruptedException {
    var generator = new Generator(1);
    var numbers = ConcurrentHashMap.<Double>newKeySet();
    var drawers = new ArrayList<Thread>();
    for (int i = 0; i < 4; i++) {
      drawers.add(
          Thread.ofPlatform()
              .start(
                  () -> {
                    for (int k = 0; k < 500; k++) {
                      numbers.add(generator.uniform(Shape.of(1), DType.FLOAT64).item());
                    }
                  }));
    }
    for (Thread drawer : drawers) {
      drawer.join();
    }
    assertThat(numbers).hasSize(4 * 500);
    assertThat(generator.state()).isEqualTo(new GeneratorState(1, 4 * 500));
  }
}
