package gradus;

import static gradus.DType.BOOL;
import static gradus.DType.FLOAT32;
import static gradus.DType.FLOAT64;
import static gradus.DType.INT32;
import static gradus.DType.INT64;
import static gradus.DType.UINT8;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class DTypeTest {
  private static Tensor ones(DType dtype, int... dims) {
    return Tensor.ones(Shape.of(dims), dtype);
  }

  /** Of add, mul, sub and maximum on tensors that have dimensions. */
  @ParameterizedTest
  @CsvSource({
    "BOOL, UINT8, UINT8",
    "BOOL, INT32, INT32",
    "UINT8, INT32, INT32",
    "INT32, INT64, INT64",
    "BOOL, FLOAT32, FLOAT32",
    "INT64, FLOAT32, FLOAT32",
    "INT64, FLOAT64, FLOAT64",
    "FLOAT32, FLOAT64, FLOAT64"
  })
  void theLaterTypeWins(DType a, DType b, DType expected) {
    assertThat(ones(a, 2).add(ones(b, 2)).dtype()).isEqualTo(expected);
    assertThat(ones(b, 2).mul(ones(a, 2)).dtype()).isEqualTo(expected);
    assertThat(ones(b, 2).maximum(ones(a, 2)).dtype()).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "FLOAT32, FLOAT64, FLOAT32",
    "INT64, FLOAT64, FLOAT64",
    "INT32, INT64, INT32",
    "BOOL, INT64, INT64",
    "FLOAT32, INT64, FLOAT32"
  })
  void numbersDoNotWidenTensorsOfTheirKind(DType dimensioned, DType number, DType expected) {
    assertThat(ones(dimensioned, 2).mul(ones(number)).dtype()).isEqualTo(expected);
    assertThat(ones(number).mul(ones(dimensioned, 2)).dtype()).isEqualTo(expected);
  }

  @Test
  void twoNumbersPromoteAsUsual() {
    assertThat(ones(FLOAT32).add(ones(FLOAT64)).dtype()).isEqualTo(FLOAT64);
  }

  @Test
  void javaNumbersKeepTheType() {
    assertThat(ones(FLOAT32, 2).mul(0.1).dtype()).isEqualTo(FLOAT32);
    assertThat(ones(FLOAT64, 2).mul(0.1).dtype()).isEqualTo(FLOAT64);
    assertThat(ones(INT64, 2).mul(3).dtype()).isEqualTo(INT64);
    assertThat(ones(INT32, 2).add(3).dtype()).isEqualTo(INT32);
    assertThat(ones(INT64, 2).mul(0.5).dtype()).isEqualTo(FLOAT32);
    assertThat(ones(INT64, 2).mul(0.5).toDoubles()).containsExactly(0.5, 0.5);
  }

  @ParameterizedTest
  @EnumSource
  void whatIntegersCannotHoldIsFloating(DType dtype) {
    DType expected = dtype == FLOAT64 ? FLOAT64 : FLOAT32;
    assertThat(ones(dtype, 2).div(ones(dtype, 2)).dtype()).isEqualTo(expected);
    assertThat(ones(dtype, 2).exp().dtype()).isEqualTo(expected);
    assertThat(ones(dtype, 2).sqrt().dtype()).isEqualTo(expected);
    assertThat(ones(dtype, 2).lt(2).dtype()).isEqualTo(BOOL);
    DType summed = dtype.isFloating() ? dtype : INT64;
    assertThat(ones(dtype, 2).sum().dtype()).isEqualTo(summed);
    assertThat(ones(dtype, 2).amax().dtype()).isEqualTo(dtype);
    assertThat(ones(dtype, 2).abs().dtype()).isEqualTo(dtype);
  }

  @Test
  void largeIntegersStayExact() {
    long large = (1L << 53) + 1;
    Tensor x = Tensor.of(new long[] {large, -large});
    assertThat(x.add(1).toLongs()).containsExactly(large + 1, 1 - large);
    assertThat(x.neg().toLongs()).containsExactly(-large, large);
    assertThat(x.sum().itemLong()).isZero();
    assertThat(x.amax().itemLong()).isEqualTo(large);
    assertThat(x.eq(Tensor.of(new long[] {large - 1, -large})).toLongs()).containsExactly(0, 1);
    assertThat(x.select(0, 0).itemLong()).isEqualTo(large);
  }

  @ParameterizedTest
  @EnumSource
  void conversionsRoundTrip(DType dtype) {
    Tensor x = Tensor.of(new double[] {0, 1, 1}, FLOAT64);
    assertThat(x.to(dtype).to(FLOAT64).toDoubles()).containsExactly(0, 1, 1);
    assertThat(x.to(dtype).dtype()).isEqualTo(dtype);
    Tensor same = x.to(dtype);
    assertThat(same.to(dtype)).isSameAs(same);
  }

  @Test
  void conversionsCutOffAndBoolIsNotZero() {
    Tensor x = Tensor.of(new double[] {-1.7, 0.4, 2.9, 300}, FLOAT64);
    assertThat(x.to(INT64).toLongs()).containsExactly(-1, 0, 2, 300);
    assertThat(x.to(INT32).toLongs()).containsExactly(-1, 0, 2, 300);
    assertThat(x.to(BOOL).toLongs()).containsExactly(1, 1, 1, 1);
    assertThat(Tensor.of(new long[] {0, 255, 128}).to(UINT8).toLongs()).containsExactly(0, 255, 128);
    assertThat(Tensor.of(new long[] {0, 256}).to(BOOL).toLongs()).containsExactly(0, 1);
    assertThat(FLOAT32).hasToString("float32");
  }
}
