package gradus.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import gradus.DType;
import gradus.DTypeException;
import gradus.Shape;
import gradus.ShapeException;
import gradus.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DatasetTest {
  /** Sample i: input [i, -i], target i % 3. */
  static TensorDataset counting(int n) {
    float[][] x = new float[n][2];
    long[] y = new long[n];
    for (int i = 0; i < n; i++) {
      x[i] = new float[] {i, -i};
      y[i] = i % 3;
    }
    return new TensorDataset(Tensor.of((Object) x), Tensor.of((Object) y), List.of("a", "b", "c"));
  }

  @Test
  void aSampleIsARowAndABatchIsRows() {
    var data = counting(7);
    assertThat(data.size()).isEqualTo(7);
    assertThat(data.get(5).input().toFloats()).containsExactly(5, -5);
    assertThat(data.get(5).target().shape()).isEqualTo(Shape.of());
    assertThat(data.get(5).target().itemLong()).isEqualTo(2);
    Batch batch = Batch.of(data.samples(6, 0, 6));
    assertThat(batch.size()).isEqualTo(3);
    assertThat(batch.input().shape()).isEqualTo(Shape.of(3, 2));
    assertThat(batch.input().toFloats()).containsExactly(6, -6, 0, 0, 6, -6);
    assertThat(batch.target().toLongs()).containsExactly(0, 0, 0);
    assertThat(batch.target().dtype()).isEqualTo(DType.INT64);
  }

  @Test
  void aBatchIsACopy() {
    var data = counting(3);
    Batch.of(data.samples(1)).input().set(99, 0, 0);
    assertThat(data.get(1).input().toFloats()).containsExactly(1, -1);
  }

  @ParameterizedTest
  @EnumSource(DType.class)
  void rowsOfEveryTypeAreCopied(DType type) {
    Tensor x = Tensor.of(new int[][] {{0, 1}, {1, 1}, {1, 0}}, type);
    var data = new TensorDataset(x, Tensor.arange(3));
    Tensor rows = Batch.of(data.samples(2, 0)).input();
    assertThat(rows.dtype()).isEqualTo(type);
    assertThat(rows.toDoubles()).containsExactly(1, 0, 0, 1);
  }

  @Test
  void viewsServeAsInputs() {
    Tensor wide = Tensor.arange(0, 12, 1, DType.FLOAT32).reshape(3, 4);
    var transposed = new TensorDataset(wide.transpose(), Tensor.arange(4));
    assertThat(Batch.of(transposed.samples(1, 3)).input().toFloats())
        .containsExactly(1, 5, 9, 3, 7, 11);
    var lower = new TensorDataset(wide.narrow(0, 1, 2), Tensor.arange(2));
    assertThat(Batch.of(lower.samples(1)).input().toFloats()).containsExactly(8, 9, 10, 11);
    assertThat(lower.get(0).input().toFloats()).containsExactly(4, 5, 6, 7);
  }

  @Test
  void whatDoesNotExistIsRefused() {
    var data = counting(3);
    assertThatThrownBy(() -> data.get(3)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> data.get(-1)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> Batch.of(data.samples(0, 3)))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> data.subset(3)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> data.map(s -> s).samples(3))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> Batch.of(data.map(s -> s).take(0)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("at least one");
  }

  @Test
  void inputsAndTargetsMustFit() {
    assertThatThrownBy(() -> new TensorDataset(Tensor.zeros(3, 2), Tensor.arange(4)))
        .isInstanceOf(ShapeException.class)
        .hasMessage(
            "dataset: inputs and targets must have one row for each sample, got [3, 2] and [4]");
    assertThatThrownBy(() -> new TensorDataset(Tensor.scalar(1), Tensor.arange(1)))
        .isInstanceOf(ShapeException.class);
    assertThatThrownBy(
            () -> new TensorDataset(Tensor.zeros(3, 2), Tensor.arange(3), List.of("a", "b")))
        .hasMessageContaining("target 2 of sample 2 is outside [0, 2)");
    assertThatThrownBy(
            () -> new TensorDataset(Tensor.zeros(1, 2), Tensor.zeros(1), List.of("a", "b")))
        .hasMessageContaining("must be int64 [n], got float32 [1]");
  }

  @Test
  void subsetsNestAndKeepClasses() {
    Dataset<Sample> odd = counting(10).subset(1, 3, 5, 7, 9);
    Dataset<Sample> some = odd.subset(4, 0);
    assertThat(some.size()).isEqualTo(2);
    assertThat(some.get(0).input().toFloats()).containsExactly(9, -9);
    assertThat(Batch.of(some.samples(1, 0)).input().toFloats()).containsExactly(1, -1, 9, -9);
    assertThat(some.classes()).containsExactly("a", "b", "c");
    assertThat(Batch.of(odd.take(2)).input().toFloats()).containsExactly(1, -1, 3, -3);
    assertThat(odd.take(100).size()).isEqualTo(5);
  }

  @Test
  void mapsChangeSamplesLateAndKeepClasses() {
    Dataset<Sample> twice = counting(4).map(Sample.onInput(x -> x.mul(2)));
    assertThat(twice.get(3).input().toFloats()).containsExactly(6, -6);
    assertThat(Batch.of(twice.samples(1, 2)).input().toFloats()).containsExactly(2, -2, 4, -4);
    assertThat(Batch.of(twice.samples(1, 2)).target().toLongs()).containsExactly(1, 2);
    assertThat(twice.classes()).hasSize(3);
    Dataset<Sample> swapped =
        twice.map(s -> new Sample(s.input().neg(), Tensor.scalar(7, DType.INT64)));
    assertThat(Batch.of(swapped).target().toLongs()).containsOnly(7).hasSize(4);
    assertThat(swapped.get(1).input().toFloats()).containsExactly(-2, 2);
  }

  @Test
  void samplesAreOfAnyType() {
    Dataset<String> words = Dataset.of(List.of("one", "two", "three"));
    assertThat(words.size()).isEqualTo(3);
    assertThat(words.get(2)).isEqualTo("three");
    assertThat(words.samples(2, 0, 0)).containsExactly("three", "one", "one");
    Dataset<Integer> lengths = words.map(String::length);
    assertThat(lengths.subset(2, 1).samples(0, 1)).containsExactly(5, 3);
    assertThat(lengths.get(0)).isEqualTo(3);
    assertThat(words.classes()).isEmpty();
    Split<Integer> split = lengths.split(1, 2);
    assertThat(split.train().size() + split.test().size()).isEqualTo(3);
  }

  @Test
  void aListIsCopied() {
    var list = new ArrayList<>(List.of(1, 2));
    Dataset<Integer> data = Dataset.of(list);
    list.clear();
    assertThat(data.samples(0, 1)).containsExactly(1, 2);
  }

  /** Samples fetched together are those fetched one by one, and collating them copies no more. */
  @Test
  void rowsFetchedTogetherAreSamples() {
    var data = counting(5);
    List<Sample> rows = data.subset(4, 2, 0).samples(2, 0);
    assertThat(rows).hasSize(2);
    assertThat(rows.get(1).input().toFloats()).containsExactly(4, -4);
    assertThat(rows.get(1).target().itemLong()).isEqualTo(1);
    assertThat(rows.get(0).input().toFloats()).containsExactly(0, 0);
    Batch batch = Batch.of(rows);
    assertThat(Batch.of(rows)).isSameAs(batch);
    Batch copied = Batch.of(List.copyOf(rows));
    assertThat(copied.input().toFloats()).isEqualTo(batch.input().toFloats());
    assertThat(copied.target().toLongs()).isEqualTo(batch.target().toLongs());
    assertThat(Batch.of(data).input()).isSameAs(data.inputs());
    assertThat(Batch.of(data).target()).isSameAs(data.targets());
  }

  @Test
  void aSampleMayBeChangedInPart() {
    Sample sample = counting(4).get(2);
    assertThat(sample.label()).isEqualTo(2);
    assertThat(sample.withInput(Tensor.scalar(1)).target()).isSameAs(sample.target());
    assertThat(sample.withTarget(Tensor.scalar(1)).input()).isSameAs(sample.input());
    assertThatThrownBy(() -> sample.withTarget(Tensor.scalar(1)).label())
        .isInstanceOf(DTypeException.class)
        .hasMessage("label: the target must be one class index, got float32 []");
    assertThatThrownBy(() -> sample.withTarget(Tensor.arange(2)).label())
        .isInstanceOf(ShapeException.class)
        .hasMessage("label: the target must be one class index, got int64 [2]");
  }

  @Test
  void dataSetsPrintWhatTheyAre() {
    var data = counting(7);
    String text = "TensorDataset(7 samples: float32 [2] -> int64 [], 3 classes)";
    assertThat(data).hasToString(text);
    assertThat(data.take(2)).hasToString("Subset(2 of " + text + ")");
    assertThat(data.map(s -> s)).hasToString("Mapped(" + text + ")");
    assertThat(Dataset.of(List.of(1, 2))).hasToString("Dataset(2 samples)");
    assertThat(data.split(5, 2)).hasToString("Split(train=5 samples, test=2 samples)");
    record Thousand(int size) implements Dataset<Integer> {
      @Override
      public Integer get(int index) {
        return index;
      }
    }
    assertThat(new Thousand(1000).take(3)).hasToString("Subset(3 of Thousand(1000 samples))");
  }

  @Test
  void reshapeChangesInputsOnly() {
    var data = counting(4).reshape(1, 2, 1);
    assertThat(data.get(2).input().shape()).isEqualTo(Shape.of(1, 2, 1));
    assertThat(Batch.of(data.samples(2)).input().toFloats()).containsExactly(2, -2);
    assertThat(data.classes()).hasSize(3);
    assertThatThrownBy(() -> counting(4).reshape(3)).isInstanceOf(ShapeException.class);
  }

  @Test
  void targetsMayBeNumbers() {
    var data = new TensorDataset(Tensor.zeros(2, 3), Tensor.of(new double[][] {{1, 2}, {3, 4}}));
    assertThat(Batch.of(data.samples(1, 0)).target().toFloats()).containsExactly(3, 4, 1, 2);
    assertThat(data.classes()).isEmpty();
  }
}
