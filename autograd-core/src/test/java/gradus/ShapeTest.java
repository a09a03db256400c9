package gradus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ShapeTest {
  /** "2x3" as a shape, "" as a number's. */
  private static Shape shape(String s) {
    return s.isEmpty()
        ? Shape.of()
        : Shape.of(java.util.Arrays.stream(s.split("x")).mapToInt(Integer::parseInt).toArray());
  }

  @ParameterizedTest
  @CsvSource({
    "2x3, 2x3, 2x3",
    "2x3, 3, 2x3",
    "3, 2x3, 2x3",
    "2x1, 1x3, 2x3",
    "'', 2x3, 2x3",
    "'', '', ''",
    "1, '', 1",
    "5x1x4, 3x1, 5x3x4",
    "0, 1, 0",
    "2x0, 1, 2x0",
    "0x3, '', 0x3"
  })
  void broadcasting(String a, String b, String expected) {
    assertThat(shape(a).broadcast("add", shape(b))).isEqualTo(shape(expected));
    assertThat(shape(b).broadcast("add", shape(a))).isEqualTo(shape(expected));
    assertThat(shape(a).expandsTo(shape(expected))).isTrue();
    assertThat(shape(b).expandsTo(shape(expected))).isTrue();
  }

  @Test
  void whatDoesNotBroadcastIsNamed() {
    assertThatThrownBy(() -> Tensor.ones(32, 10).add(Tensor.ones(32)))
        .isInstanceOf(ShapeException.class)
        .hasMessage(
            "add: cannot broadcast [32, 10] with [32], at dimension 1 the sizes are 10 and 32. To"
                + " combine row by row, make the right side a column: unsqueeze(1)");
    assertThatThrownBy(() -> Tensor.ones(32).mul(Tensor.ones(32, 10)))
        .hasMessageStartingWith("mul: cannot broadcast [32] with [32, 10]")
        .hasMessageContaining("the left side a column");
    assertThatThrownBy(() -> Tensor.ones(2, 3).gt(Tensor.ones(4, 3)))
        .hasMessage("gt: cannot broadcast [2, 3] with [4, 3], at dimension 0 the sizes are 2 and 4");
    assertThatThrownBy(() -> Tensor.ones(0).sub(Tensor.ones(2)))
        .isInstanceOf(ShapeException.class)
        .hasMessageContaining("0 and 2");
  }

  @Test
  void expandingGoesOneWay() {
    assertThat(shape("2x3").expandsTo(shape("3"))).isFalse();
    assertThat(shape("2").expandsTo(shape("1"))).isFalse();
    assertThat(shape("1").expandsTo(shape("0"))).isTrue();
  }

  @Test
  void sizesAndNegativeDimensions() {
    Shape s = Shape.of(2, 3, 4);
    assertThat(s.size()).isEqualTo(24);
    assertThat(s.rank()).isEqualTo(3);
    assertThat(s.dim(-1)).isEqualTo(4);
    assertThat(s.axis("sum", -3)).isZero();
    assertThat(Shape.of().size()).isEqualTo(1);
    assertThat(Shape.of(3, 0, 1 << 30, 1 << 30).size()).isZero();
    assertThatThrownBy(() -> s.axis("sum", 3))
        .isInstanceOf(ShapeException.class)
        .hasMessage("sum: dimension 3 does not exist in [2, 3, 4]; valid are -3 to 2");
    assertThatThrownBy(() -> Shape.of().axis("sum", 0)).hasMessageContaining("single number");
  }

  @Test
  void impossibleSizesAreRefused() {
    assertThatThrownBy(() -> Shape.of(2, -1))
        .isInstanceOf(ShapeException.class)
        .hasMessageContaining("[2, -1]");
    assertThatThrownBy(() -> Shape.of(1 << 16, 1 << 16))
        .isInstanceOf(ShapeException.class)
        .hasMessageContaining("more than 2147483647 elements");
    assertThatThrownBy(() -> Shape.of(Integer.MAX_VALUE, Integer.MAX_VALUE, Integer.MAX_VALUE))
        .isInstanceOf(ShapeException.class);
  }

  @Test
  void itsParts() {
    Shape s = Shape.of(2, 3);
    assertThat(s.with(-1, 7)).isEqualTo(Shape.of(2, 7));
    assertThat(s.insert(2, 5)).isEqualTo(Shape.of(2, 3, 5));
    assertThat(s.insert(0, 5)).isEqualTo(Shape.of(5, 2, 3));
    assertThat(s.remove(-2)).isEqualTo(Shape.of(3));
    assertThat(s).hasToString("[2, 3]").hasSameHashCodeAs(Shape.of(2, 3));
    int[] dims = s.dims();
    dims[0] = 99;
    assertThat(s.dim(0)).isEqualTo(2);
  }
}
