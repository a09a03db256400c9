package gradus.kernel.array;

import static org.assertj.core.api.Assertions.assertThat;

import gradus.Shape;
import gradus.Tensor;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class StridedTest {
  private static final int[] NUMBERS = IntStream.range(0, 60).toArray();

  /** [3, 4, 5] without gaps. */
  private static Strided cube() {
    return Strided.dense(NUMBERS, 0, 3, 4, 5);
  }

  private static int[] elements(Strided of) {
    int[] array = (int[]) of.array();
    return IntStream.range(0, of.count()).map(i -> array[of.at(i)]).toArray();
  }

  @Test
  void partsOfAViewAreViews() {
    assertThat(elements(cube().select(1, 2).select(0, 1))).containsExactly(30, 31, 32, 33, 34);
    assertThat(elements(cube().select(-1, 4).rows(1, 2)))
        .containsExactly(24, 29, 34, 39, 44, 49, 54, 59);
    assertThat(elements(cube().narrow(-1, 1, 2).matrix(2)))
        .containsExactly(41, 42, 46, 47, 51, 52, 56, 57);
    assertThat(cube().matrices()).isEqualTo(3);
    assertThat(elements(cube().leading(2).columns(0, 1))).containsExactly(0, 20, 40);
    assertThat(elements(cube().trailing(2))).containsExactly(0, 1, 2, 3, 4);
    Strided[] halves = cube().matrix(0).columns(0, 4).chunks(2);
    assertThat(elements(halves[1])).containsExactly(2, 3, 7, 8, 12, 13, 17, 18);
  }

  @Test
  void dimensionsChangePlaces() {
    Strided turned = cube().transposed();
    assertThat(turned.sizes()).containsExactly(3, 5, 4);
    assertThat(elements(turned.matrix(0).rows(0, 2))).containsExactly(0, 5, 10, 15, 1, 6, 11, 16);
    assertThat(cube().last(0).sizes()).containsExactly(4, 5, 3);
    assertThat(elements(cube().last(0).matrix(0).rows(0, 1))).containsExactly(0, 20, 40);
    assertThat(cube().permuted(2, 0, 1).strides()).containsExactly(1, 20, 5);
  }

  @Test
  void operandsBroadcast() {
    Strided row = Strided.vector(NUMBERS, 7, 3, 2);
    assertThat(elements(row.expand(2, 3))).containsExactly(7, 9, 11, 7, 9, 11);
    assertThat(elements(row.inner(1, 0).expand(3, 2))).containsExactly(7, 7, 9, 9, 11, 11);
    assertThat(row.expand(3)).isSameAs(row);
    assertThat(elements(row.outer(2, 10))).containsExactly(7, 9, 11, 17, 19, 21);
  }

  @Test
  void theLinesOfAViewAreAMatrix() {
    Strided lines = cube().lines();
    assertThat(lines.sizes()).containsExactly(12, 5);
    assertThat(lines.at(7, 3)).isEqualTo(38);
    assertThat(Strided.vector(NUMBERS, 3, 4, 1).lines().sizes()).containsExactly(1, 4);
  }

  @Test
  void loopsOverSeveralViewsAreSimplified() {
    Strided[] merged = Strided.merged(cube(), Strided.dense(new int[60], 0, 3, 4, 5));
    assertThat(merged[0].sizes()).containsExactly(60);
    assertThat(merged[1].strides()).containsExactly(1);
    Strided[] apart = Strided.merged(cube(), cube().transposed().transposed().narrow(0, 0, 3));
    assertThat(apart[0].sizes()).containsExactly(60);
    Strided[] partly = Strided.merged(cube(), Strided.vector(NUMBERS, 0, 5, 1).expand(3, 4, 5));
    assertThat(partly[0].sizes()).containsExactly(12, 5);
    assertThat(partly[1].strides()).containsExactly(0, 1);
    Strided[] sorted = Strided.sorted(0, cube().transposed(), cube().transposed());
    assertThat(sorted[1].sizes()).containsExactly(60);
    assertThat(Strided.merged(Strided.dense(NUMBERS, 5))[0].innerSize()).isEqualTo(1);
  }

  @Test
  void tensorsAreSeenWithoutCopies() {
    Tensor x = Tensor.arange(24).reshape(2, 3, 4);
    Strided view = x.strided();
    assertThat(view.array()).isSameAs(x.storage().array());
    assertThat(view.sizes()).containsExactly(2, 3, 4);
    assertThat(view.strides()).containsExactly(12, 4, 1);
    assertThat(x.strided().sizes()).isSameAs(view.sizes());
    assertThat(x.strided().strides()).isSameAs(view.strides());
    Strided part = x.select(0, 1).transpose().strided();
    assertThat(part.offset()).isEqualTo(12);
    assertThat(part.strides()).containsExactly(1, 4);
    assertThat(Tensor.zeros(Shape.of(), x.dtype()).strided().rank()).isZero();
  }

  @Test
  void fillsTouchTheirRowsOnly() {
    float[] floats = new float[8];
    Fill.run(Strided.matrix(floats, 1, 2, 2, 4, 1), 3);
    assertThat(floats).containsExactly(0, 3, 3, 0, 0, 3, 3, 0);
    double[] doubles = new double[4];
    Fill.run(doubles, 1, 2, -1);
    assertThat(doubles).containsExactly(0, -1, -1, 0);
  }
}
