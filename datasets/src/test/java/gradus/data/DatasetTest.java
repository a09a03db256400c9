package gradus.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import gradus.DType;
import gradus.Shape;
import gradus.ShapeException;
import gradus.Tensor;
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
    Batch batch = data.batch(6, 0, 6);
    assertThat(batch.size()).isEqualTo(3);
    assertThat(batch.input().shape()).isEqualTo(Shape.of(3, 2));
    assertThat(batch.input().toFloats()).containsExactly(6, -6, 0, 0, 6, -6);
    assertThat(batch.target().toLongs()).containsExactly(0, 0, 0);
    assertThat(batch.target().dtype()).isEqualTo(DType.INT64);
  }

  @Test
  void aBatchIsACopy() {
    var data = counting(3);
    data.batch(1).input().set(99, 0, 0);
    assertThat(data.get(1).input().toFloats()).containsExactly(1, -1);
  }

  @ParameterizedTest
  @EnumSource(DType.class)
  void rowsOfEveryTypeAreCopied(DType type) {
    Tensor x = Tensor.of(new int[][] {{0, 1}, {1, 1}, {1, 0}}, type);
    var data = new TensorDataset(x, Tensor.arange(3));
    Tensor rows = data.batch(2, 0).input();
    assertThat(rows.dtype()).isEqualTo(type);
    assertThat(rows.toDoubles()).containsExactly(1, 0, 0, 1);
  }

  @Test
  void viewsServeAsInputs() {
    Tensor wide = Tensor.arange(0, 12, 1, DType.FLOAT32).reshape(3, 4);
    var transposed = new TensorDataset(wide.transpose(), Tensor.arange(4));
    assertThat(transposed.batch(1, 3).input().toFloats()).containsExactly(1, 5, 9, 3, 7, 11);
    var lower = new TensorDataset(wide.narrow(0, 1, 2), Tensor.arange(2));
    assertThat(lower.batch(1).input().toFloats()).containsExactly(8, 9, 10, 11);
    assertThat(lower.get(0).input().toFloats()).containsExactly(4, 5, 6, 7);
  }

  @Test
  void whatDoesNotExistIsRefused() {
    var data = counting(3);
    assertThatThrownBy(() -> data.get(3)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> data.get(-1)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> data.batch(0, 3)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> data.subset(3)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> data.map(s -> s).batch())
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
    Dataset odd = counting(10).subset(1, 3, 5, 7, 9);
    Dataset some = odd.subset(4, 0);
    assertThat(some.size()).isEqualTo(2);
    assertThat(some.get(0).input().toFloats()).containsExactly(9, -9);
    assertThat(some.batch(1, 0).input().toFloats()).containsExactly(1, -1, 9, -9);
    assertThat(some.classes()).containsExactly("a", "b", "c");
    assertThat(odd.take(2).all().input().toFloats()).containsExactly(1, -1, 3, -3);
    assertThat(odd.take(100).size()).isEqualTo(5);
  }

  @Test
  void mapsChangeSamplesLateAndKeepClasses() {
    Dataset twice = counting(4).transform(x -> x.mul(2));
    assertThat(twice.get(3).input().toFloats()).containsExactly(6, -6);
    assertThat(twice.batch(1, 2).input().toFloats()).containsExactly(2, -2, 4, -4);
    assertThat(twice.batch(1, 2).target().toLongs()).containsExactly(1, 2);
    assertThat(twice.classes()).hasSize(3);
    Dataset swapped = twice.map(s -> new Sample(s.input().neg(), Tensor.scalar(7, DType.INT64)));
    assertThat(swapped.all().target().toLongs()).containsOnly(7).hasSize(4);
    assertThat(swapped.get(1).input().toFloats()).containsExactly(-2, 2);
  }

  @Test
  void reshapeChangesInputsOnly() {
    var data = counting(4).reshape(1, 2, 1);
    assertThat(data.get(2).input().shape()).isEqualTo(Shape.of(1, 2, 1));
    assertThat(data.batch(2).input().toFloats()).containsExactly(2, -2);
    assertThat(data.classes()).hasSize(3);
    assertThatThrownBy(() -> counting(4).reshape(3)).isInstanceOf(ShapeException.class);
  }

  @Test
  void targetsMayBeNumbers() {
    var data = new TensorDataset(Tensor.zeros(2, 3), Tensor.of(new double[][] {{1, 2}, {3, 4}}));
    assertThat(data.batch(1, 0).target().toFloats()).containsExactly(3, 4, 1, 2);
    assertThat(data.classes()).isEmpty();
  }
}
