package gradus.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import gradus.Gradus;
import gradus.Tensor;
import java.util.Arrays;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SplitTest {
  /** Samples that are their own number, with these labels. */
  private static TensorDataset labelled(long... labels) {
    return new TensorDataset(Tensor.arange(labels.length), Tensor.of((Object) labels));
  }

  private static long[] numbers(Dataset<Sample> data) {
    return data.size() == 0 ? new long[0] : Batch.of(data).input().toLongs();
  }

  private static void assertPartition(Split<Sample> split, int n) {
    long[] both =
        LongStream.concat(
                Arrays.stream(numbers(split.train())), Arrays.stream(numbers(split.test())))
            .sorted()
            .toArray();
    assertThat(both).isEqualTo(LongStream.range(0, n).toArray());
  }

  @Test
  void everySampleIsInOnePart() {
    var split = labelled(new long[100]).split(0.7);
    assertThat(split.train().size()).isEqualTo(70);
    assertPartition(split, 100);
    assertThat(numbers(split.train())).isNotEqualTo(LongStream.range(0, 70).toArray());
  }

  @Test
  void theSeedSettlesIt() {
    var data = labelled(new long[50]);
    Gradus.seed(5);
    var first = data.split(0.5);
    var second = data.split(0.5);
    Gradus.seed(5);
    var again = data.split(0.5);
    assertThat(numbers(again.train())).isEqualTo(numbers(first.train()));
    assertThat(numbers(again.test())).isEqualTo(numbers(first.test()));
    assertThat(numbers(second.train())).isNotEqualTo(numbers(first.train()));
  }

  @Test
  void countsMayLeaveSamplesOut() {
    var data = labelled(new long[10]);
    assertPartition(data.split(8, 2), 10);
    var few = data.split(3, 2);
    assertThat(few.train().size()).isEqualTo(3);
    assertThat(few.test().size()).isEqualTo(2);
    assertThat(numbers(few.train())).doesNotContain(numbers(few.test()));
    assertThat(data.split(0, 10).train().size()).isZero();
    assertThatThrownBy(() -> data.split(8, 3))
        .hasMessage("split: cannot take 8 and 3 samples out of 10");
    assertThatThrownBy(() -> data.split(-1, 3)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> data.split(Integer.MAX_VALUE, Integer.MAX_VALUE))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 1, -0.1, 70, Double.NaN})
  void fractionsLieBetweenZeroAndOne(double fraction) {
    assertThatThrownBy(() -> labelled(0, 1).split(fraction))
        .hasMessageContaining("between 0 and 1");
    assertThatThrownBy(() -> labelled(0, 1).stratifiedSplit(fraction))
        .hasMessageContaining("between 0 and 1");
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.1, 0.25, 0.29, 0.5, 0.7, 0.9})
  void stratifiedKeepsProportions(double fraction) {
    // Classes of 500, 50, 5 and 1 members, the labels neither dense nor positive.
    long[] labels = new long[556];
    Arrays.fill(labels, 0, 50, -3);
    Arrays.fill(labels, 50, 55, 12);
    labels[55] = 1L << 40;
    Gradus.seed(1);
    var split = labelled(labels).stratifiedSplit(fraction);
    assertPartition(split, 556);
    assertThat(split.train().size()).isEqualTo((int) Math.round(fraction * 556));
    for (long label : new long[] {0, -3, 12, 1L << 40}) {
      long all = Arrays.stream(labels).filter(l -> l == label).count();
      long train =
          LongStream.of(Batch.of(split.train()).target().toLongs()).filter(l -> l == label).count();
      assertThat(Math.abs(train - fraction * all)).as("class %d", label).isLessThan(1);
    }
    assertThat(numbers(split.train()))
        .isNotEqualTo(Arrays.stream(numbers(split.train())).sorted().toArray());
  }

  @Test
  void stratifiedNeedsClasses() {
    var numbers = new TensorDataset(Tensor.zeros(4, 2), Tensor.zeros(4));
    assertThatThrownBy(() -> numbers.stratifiedSplit(0.5))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "stratifiedSplit: needs the class of each sample, sample 0: label: the target must be"
                + " one class index, got float32 []; use split(...)");
  }

  @Test
  void classesOfOtherSamplesAreAskedFor() {
    Dataset<String> words =
        Dataset.of(IntStream.range(0, 40).mapToObj(i -> i % 4 == 0 ? "a" + i : "bb" + i).toList());
    Gradus.seed(3);
    Split<String> split = words.stratifiedSplit(0.5, word -> word.charAt(0));
    var train = split.train().samples(IntStream.range(0, 20).toArray());
    assertThat(train).filteredOn(word -> word.startsWith("a")).hasSize(5);
    assertThat(split.test().samples(IntStream.range(0, 20).toArray()))
        .doesNotContainAnyElementsOf(train);
  }

  @Test
  void theDigitsSplitInProportion() {
    Gradus.seed(42);
    var split = Digits.load().stratifiedSplit(0.7);
    assertThat(split.train().size()).isEqualTo(1258);
    assertThat(split.test().size()).isEqualTo(539);
    long[] count = new long[10];
    Arrays.stream(Batch.of(split.test()).target().toLongs()).forEach(l -> count[(int) l]++);
    assertThat(Arrays.stream(count).boxed()).allMatch(c -> c >= 52 && c <= 55);
    assertThat(split.test().classes()).hasSize(10);
  }
}
