package gradus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Calls as a user of PyTorch types them, and what they mean. */
class SurfaceTest {
  private static final Tensor ROWS = Tensor.of(new double[][] {{1, 2, 3}, {3, 8, 10}});

  /** Variances of (1, 2, 3) and (3, 8, 10): 2 / 2 and (16 + 1 + 9) / 2. */
  @Test
  void theDimensionComesBeforeKeepdim() {
    assertThat(ROWS.var(1, true).shape()).isEqualTo(Shape.of(2, 1));
    assertThat(ROWS.var(1, true).toDoubles()).containsExactly(1, 13);
    assertThat(ROWS.var(1, true, 0).toDoubles()).containsExactly(2 / 3f, 26 / 3f);
    assertThat(ROWS.var(new int[] {0, 1}, false, 1).item()).isEqualTo(ROWS.var().item());
    assertThat(ROWS.std(1, true).toDoubles()).containsExactly(1, (float) Math.sqrt(13));
    assertThat(ROWS.sum(0, true).shape()).isEqualTo(Shape.of(1, 3));
    assertThat(ROWS.sum(new int[] {0, 1}, true).shape()).isEqualTo(Shape.of(1, 1));
    assertThat(ROWS.mean(-1, true).toDoubles()).containsExactly(2, 7);
    assertThat(ROWS.amax(1, true).toDoubles()).containsExactly(3, 10);
    assertThat(ROWS.amin(0, false).toDoubles()).containsExactly(1, 2, 3);
    assertThat(ROWS.logsumexp(1, true).shape()).isEqualTo(Shape.of(2, 1));
    assertThat(ROWS.argmax(0, true).shape()).isEqualTo(Shape.of(1, 3));
  }

  @Test
  void everyFactoryTakesAShape() {
    Shape s = Shape.of(2, 3);
    List<Tensor> made =
        List.of(
            Tensor.zeros(s),
            Tensor.ones(s),
            Tensor.full(s, 7),
            Tensor.empty(s),
            Tensor.rand(s),
            Tensor.randn(s),
            Tensor.randint(0, 9, s),
            Tensor.arange(6).reshape(s),
            Tensor.ones(3).expand(s),
            Tensor.randnLike(ROWS),
            Tensor.randLike(ROWS),
            Tensor.emptyLike(ROWS),
            ROWS.fill(2));
    assertThat(made).allMatch(t -> t.size().equals(s) && t.dim() == 2);
    assertThat(Tensor.rand(s, DType.FLOAT64).dtype()).isEqualTo(DType.FLOAT64);
    assertThat(Tensor.arange(2, 9, 3).toLongs()).containsExactly(2, 5, 8);
    assertThat(Tensor.arange(3, 0, -2).toLongs()).containsExactly(3, 1);
    assertThat(Tensor.arange(0, 1, 0.25).toDoubles()).containsExactly(0, 0.25, 0.5, 0.75);
    assertThat(Tensor.eye(2, 3).toDoubles()).containsExactly(1, 0, 0, 0, 1, 0);
  }

  @Test
  void aNumberMayStandFirst() {
    Tensor x = Tensor.of(1, 2, 4);
    assertThat(Tensor.sub(1, x).toDoubles()).containsExactly(0, -1, -3);
    assertThat(Tensor.div(2, x).toDoubles()).containsExactly(2, 1, 0.5);
    assertThat(Tensor.pow(2, x).toDoubles()).containsExactly(2, 4, 16);
    assertThat(x.rsub(1).toDoubles()).containsExactly(0, -1, -3);
  }

  @Test
  void joinedTensorsAreNamedByTheirOperator() {
    Tensor a = Tensor.ones(3);
    assertThat(Tensor.cat(a, a).shape()).isEqualTo(Shape.of(6));
    assertThat(Tensor.stack(a, a).shape()).isEqualTo(Shape.of(2, 3));
    assertThat(Tensor.stack(List.of(a, a), -1).shape()).isEqualTo(Shape.of(3, 2));
    assertThatThrownBy(() -> Tensor.stack(a, Tensor.ones(4)))
        .isInstanceOf(ShapeException.class)
        .hasMessage(
            "stack: tensor 1 [4] and tensor 0 [3] must have one shape; pad or crop them first");
    assertThatThrownBy(() -> Tensor.cat(ROWS, Tensor.ones(2, 4)))
        .hasMessage("cat: tensor 1 [2, 4] and tensor 0 [2, 3] must agree in all dimensions but 0");
  }

  @Test
  void changesInPlaceEndInInPlace() {
    Tensor x = Tensor.of(1, 2, 3);
    assertThat(x.fill(9).toDoubles()).containsOnly(9);
    assertThat(x.toDoubles()).containsExactly(1, 2, 3);
    x.subInPlace(1).divInPlace(2).addInPlace(0.5).mulInPlace(Tensor.of(1, 2, 3));
    assertThat(x.toDoubles()).containsExactly(0.5, 2, 4.5);
    assertThat(x.clampInPlace(1, 3).toDoubles()).containsExactly(1, 2, 3);
    assertThat(x.subInPlace(Tensor.of(1)).divInPlace(Tensor.of(2)).toDoubles())
        .containsExactly(0, 0.5, 1);
    assertThat(x.zeroInPlace().toDoubles()).containsOnly(0);
  }

  @Test
  void productsOfOneRank() {
    Tensor a = Tensor.ones(2, 3);
    assertThat(a.mm(a.t()).toDoubles()).containsOnly(3);
    assertThat(a.mv(Tensor.of(1, 2, 3)).toDoubles()).containsOnly(6);
    assertThat(Tensor.ones(4, 2, 3).bmm(Tensor.ones(4, 3, 1)).shape()).isEqualTo(Shape.of(4, 2, 1));
    assertThat(Tensor.of(1, 2).t().shape()).isEqualTo(Shape.of(2));
    assertThatThrownBy(() -> a.mm(Tensor.ones(3)))
        .hasMessage(
            "mm: needs tensors of 2 and 2 dimensions, got [2, 3] and [3]; matmul takes any");
    assertThatThrownBy(() -> Tensor.ones(1, 2, 3).bmm(Tensor.ones(4, 3, 1)))
        .hasMessageContaining("bmm: the batches must have one size");
    assertThatThrownBy(() -> Tensor.ones(1, 2, 3).t()).hasMessageContaining("use transpose(a, b)");
  }

  /** 2^31 - 1 + 2^31 - 1 = -2 in 32 bits; 255 * 255 = 65025 = 1 modulo 256. */
  @Test
  void integersAreMultipliedAsTheyAre() {
    Tensor a = Tensor.of(new int[][] {{1, 2}, {3, 4}});
    Tensor b = Tensor.of(new int[][] {{5, 6}, {7, 8}});
    assertThat(a.matmul(b).dtype()).isEqualTo(DType.INT64);
    assertThat(a.matmul(b).toLongs()).containsExactly(19, 22, 43, 50);
    assertThat(a.t().matmul(b.t()).toLongs()).containsExactly(23, 31, 34, 46);
    assertThat(a.mv(Tensor.of(new int[] {1, -1})).toLongs()).containsExactly(-1, -1);
    assertThat(Tensor.arange(12).reshape(2, 2, 3).matmul(Tensor.arange(3)).toLongs())
        .containsExactly(5, 14, 23, 32);
    assertThat(
            Tensor.of(new long[][] {{1L << 62}}).matmul(Tensor.of(new long[][] {{3}})).itemLong())
        .isEqualTo(3L << 62);
    Tensor large = Tensor.full(Shape.of(1, 2), Integer.MAX_VALUE, DType.INT32);
    assertThat(large.matmul(Tensor.ones(Shape.of(2, 1), DType.INT32)).itemLong()).isEqualTo(-2);
    Tensor bytes = Tensor.full(Shape.of(1, 1), 255, DType.UINT8);
    assertThat(bytes.matmul(bytes).itemLong()).isEqualTo(1);
    assertThat(Tensor.arange(40000).reshape(200, 200).matmul(Tensor.arange(200)).get(199))
        .isEqualTo(39800 * 19900.0 + 199 * 200 * 399 / 6.0); // sum of (39800 + p) p
    assertThatThrownBy(() -> a.matmul(Tensor.ones(2, 2)))
        .isInstanceOf(DTypeException.class)
        .hasMessageContaining("got int64 and float32");
    assertThatThrownBy(() -> a.gt(0).matmul(b.gt(0))).isInstanceOf(DTypeException.class);
  }

  @Test
  void listsAndBoxedNumbersAreNumbers() {
    assertThat(Tensor.of(List.of(1, 2)).dtype()).isEqualTo(DType.INT64);
    assertThat(Tensor.of(List.of(List.of(1, 2.5), List.of(3, 4))).toDoubles())
        .containsExactly(1, 2.5, 3, 4);
    assertThat(Tensor.of(List.of(true, false)).dtype()).isEqualTo(DType.BOOL);
    assertThat(Tensor.of(new Double[][] {{1.0}, {2.0}}).shape()).isEqualTo(Shape.of(2, 1));
    assertThat(Tensor.of(new Integer[] {1, 2}, DType.FLOAT64).toDoubles()).containsExactly(1, 2);
    assertThat(Tensor.of(List.of()).shape()).isEqualTo(Shape.of(0));
    assertThat(Tensor.of(List.of(new double[] {1, 2}, new double[] {3, 4})).shape())
        .isEqualTo(Shape.of(2, 2));
    assertThatThrownBy(() -> Tensor.of(Arrays.asList(1, null)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("of: element [1] is null");
    assertThatThrownBy(() -> Tensor.of(List.of(List.of(1, 2), List.of(3))))
        .isInstanceOf(ShapeException.class)
        .hasMessageContaining("array[1] has length 1, but 2 is expected");
    assertThatThrownBy(() -> Tensor.of(List.of("a")))
        .isInstanceOf(DTypeException.class)
        .hasMessageContaining("cannot make a tensor from String");
  }

  /** NumPy breaks a row at 75 columns; here at 80, with the same indent. */
  @Test
  void longRowsAreBroken() {
    List<String> lines = Tensor.arange(100).toString().lines().toList();
    assertThat(lines).allMatch(line -> line.length() <= 80);
    assertThat(lines.get(1)).startsWith(" ");
    String numbers = lines.stream().collect(Collectors.joining(" ")).replaceAll("[^0-9 ]", " ");
    assertThat(IntStream.range(0, 100).mapToObj(String::valueOf)).allMatch(numbers::contains);
    assertThat(Tensor.zeros(1000, 1000).toString().lines()).allMatch(line -> line.length() <= 80);
    assertThat(Tensor.of(1, 2).toString()).isEqualTo("[1. 2.]  float32 [2]");
  }

  @Test
  void moreThan63DimensionsAreRefused() {
    int[] dims = new int[64];
    Arrays.fill(dims, 1);
    assertThatThrownBy(() -> Tensor.ones(dims))
        .isInstanceOf(ShapeException.class)
        .hasMessage(
            "shape: 64 dimensions are more than 63, the most that a tensor has; flatten some");
    int[] most = Arrays.copyOf(dims, 63);
    most[62] = 2;
    assertThat(Tensor.ones(most).sum(62).item()).isEqualTo(2);
    assertThat(Tensor.ones(most).sum().item()).isEqualTo(2);
  }

  @Test
  void wordsThatMeanNothingAreRefused() {
    assertThat(Tensor.of(1).gelu("none").item()).isEqualTo(Tensor.of(1).gelu().item());
    assertThatThrownBy(() -> Tensor.of(1).gelu("exact"))
        .hasMessage("gelu: approximate must be \"none\" or \"tanh\", got \"exact\"");
    assertThatThrownBy(() -> Tensor.of(1).maskedFill(Tensor.of(1), 0))
        .isInstanceOf(DTypeException.class)
        .hasMessageContaining("compare first, as in x.gt(0)");
    assertThatThrownBy(() -> Tensor.ones(2, 3).sumToSize(2, 2))
        .hasMessageContaining("sumToSize: [2, 2] does not expand to [2, 3]");
  }

  @Test
  void linalgAndSpecialAreTheMethods() {
    Tensor a = Tensor.of(new double[][] {{2, 1}, {0, 4}});
    assertThat(Linalg.inv(a).matmul(a).toDoubles()).containsExactly(1, 0, 0, 1);
    assertThat(Linalg.solve(a, Tensor.of(3, 4)).toDoubles()).containsExactly(1, 1);
    assertThat(Linalg.slogdet(a).logabsdet().item()).isCloseTo(Math.log(8), offset());
    assertThat(Linalg.qr(a).r().get(1, 0)).isZero();
    assertThat(Special.expit(Tensor.of(0)).item()).isEqualTo(0.5);
    assertThat(Special.logsumexp(Tensor.of(0, 0), 0).item()).isCloseTo(Math.log(2), offset());
  }

  private static org.assertj.core.data.Offset<Double> offset() {
    return org.assertj.core.data.Offset.offset(1e-6);
  }
}
