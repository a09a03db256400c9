package gradus.kernel.compile;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ConversionTest {
  @Test
  void bytesAreReadUnsigned() {
    float[] floats = new float[3];
    Conversion.line(new byte[] {0, 127, (byte) 200}, 0, 1, floats, 0, 1, 3);
    assertThat(floats).containsExactly(0, 127, 200);
  }

  @Test
  void bytesTakeTheLowBitsOfTheIntegerPart() {
    byte[] bytes = new byte[4];
    Conversion.line(new double[] {300.7, -1.5, 1e10, Double.NaN}, 0, 1, bytes, 0, 1, 4);
    assertThat(bytes).containsExactly(44, -1, 0, 0);
    Conversion.line(new float[] {300.7f, -1.5f, 1e10f, Float.NaN}, 0, 1, bytes, 0, 1, 4);
    assertThat(bytes).containsExactly(44, -1, 0, 0);
  }

  @Test
  void longsWrapAndRealsSaturateToInts() {
    int[] ints = new int[2];
    Conversion.line(new long[] {(1L << 32) + 5, -1}, 0, 1, ints, 0, 1, 2);
    assertThat(ints).containsExactly(5, -1);
    Conversion.line(new double[] {1e10, -2.9}, 0, 1, ints, 0, 1, 2);
    assertThat(ints).containsExactly(Integer.MAX_VALUE, -2);
  }

  @Test
  void bothSidesAreStrided() {
    long[] longs = {9, 9, 9, 9, 9};
    Conversion.line(new int[] {1, 2, 3, 4}, 3, -2, longs, 0, 3, 2);
    assertThat(longs).containsExactly(4, 9, 9, 2, 9);
  }
}
