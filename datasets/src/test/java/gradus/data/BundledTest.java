package gradus.data;

import static org.assertj.core.api.Assertions.assertThat;

import gradus.DType;
import gradus.Shape;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class BundledTest {
  @Test
  void theDigitsAreAllThere() {
    var digits = Digits.load();
    assertThat(digits.size()).isEqualTo(1797);
    assertThat(digits.inputs().shape()).isEqualTo(Shape.of(1797, 64));
    assertThat(digits.inputs().dtype()).isEqualTo(DType.FLOAT32);
    assertThat(digits.targets().dtype()).isEqualTo(DType.INT64);
    assertThat(digits.classes()).containsExactly("0", "1", "2", "3", "4", "5", "6", "7", "8", "9");
    assertThat(digits.inputs().min().item()).isZero();
    assertThat(digits.inputs().max().item()).isEqualTo(1);
    // How many there are of each, as published with the set.
    int[] count = new int[10];
    Arrays.stream(digits.targets().toLongs()).forEach(l -> count[(int) l]++);
    assertThat(count).containsExactly(178, 182, 177, 183, 181, 182, 181, 179, 174, 180);
  }

  @Test
  void theDigitsComeInThreeForms() {
    assertThat(Digits.raw().get(0).input().toFloats()).startsWith(0, 0, 5, 13, 9, 1, 0, 0);
    assertThat(Digits.raw().inputs().div(16).toFloats())
        .isEqualTo(Digits.load().inputs().toFloats());
    Sample image = Digits.images().get(0);
    assertThat(image.input().shape()).isEqualTo(Shape.of(1, 8, 8));
    assertThat(image.input().get(0, 0, 3)).isEqualTo(13 / 16.0);
    assertThat(image.input().get(0, 1, 2)).isEqualTo(13 / 16.0);
  }

  @Test
  void theIrisFlowersAreAllThere() {
    var iris = Iris.load();
    assertThat(iris.inputs().shape()).isEqualTo(Shape.of(150, 4));
    assertThat(iris.classes()).containsExactly("setosa", "versicolor", "virginica");
    assertThat(iris.get(0).input().toFloats()).containsExactly(5.1f, 3.5f, 1.4f, 0.2f);
    assertThat(iris.get(149).target().itemLong()).isEqualTo(2);
    long[] labels = iris.targets().toLongs();
    for (int c = 0; c < 3; c++) {
      int label = c;
      assertThat(Arrays.stream(labels).filter(l -> l == label).count()).isEqualTo(50);
    }
    // Fisher's means of petal length: 1.462, 4.260, 5.552.
    float[] x = iris.inputs().toFloats();
    double[] mean = new double[3];
    for (int i = 0; i < 150; i++) {
      mean[(int) labels[i]] += x[4 * i + 2] / 50;
    }
    assertThat(mean[0]).isCloseTo(1.462, org.assertj.core.data.Offset.offset(1e-5));
    assertThat(mean[1]).isCloseTo(4.260, org.assertj.core.data.Offset.offset(1e-5));
    assertThat(mean[2]).isCloseTo(5.552, org.assertj.core.data.Offset.offset(1e-5));
    assertThat(Iris.FEATURES).hasSize(4);
  }
}
