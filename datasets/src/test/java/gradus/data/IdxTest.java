package gradus.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import gradus.DType;
import gradus.Shape;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IdxTest {
  @TempDir Path folder;

  /** A header and what follows it. */
  static byte[] idx(int type, int[] dims, byte... elements) {
    var bytes = ByteBuffer.allocate(4 + 4 * dims.length + elements.length);
    bytes.put((byte) 0).put((byte) 0).put((byte) type).put((byte) dims.length);
    for (int d : dims) {
      bytes.putInt(d);
    }
    return bytes.put(elements).array();
  }

  static byte[] gzip(byte... content) {
    var out = new ByteArrayOutputStream();
    try (var zip = new GZIPOutputStream(out)) {
      zip.write(content);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return out.toByteArray();
  }

  private Path file(byte... content) throws IOException {
    return Files.write(folder.resolve("data.idx"), content);
  }

  private void assertRefused(byte[] content, String... message) throws IOException {
    Path file = file(content);
    assertThatThrownBy(() -> Idx.read(file))
        .isInstanceOf(DataException.class)
        .hasMessageContaining(file.toString())
        .satisfies(e -> assertThat(List.of(message)).allMatch(e.getMessage()::contains));
  }

  @Test
  void bytesStayUnsigned() throws IOException {
    byte[] content =
        idx(8, new int[] {2, 3}, (byte) 0, (byte) 1, (byte) 127, (byte) 128, (byte) 255, (byte) 9);
    for (byte[] form : new byte[][] {content, gzip(content)}) {
      var t = Idx.read(file(form));
      assertThat(t.dtype()).isEqualTo(DType.UINT8);
      assertThat(t.shape()).isEqualTo(Shape.of(2, 3));
      assertThat(t.toLongs()).containsExactly(0, 1, 127, 128, 255, 9);
    }
  }

  @Test
  void everyTypeIsRead() throws IOException {
    var i8 = Idx.read(file(idx(9, new int[] {3}, (byte) -128, (byte) -1, (byte) 127)));
    assertThat(i8.dtype()).isEqualTo(DType.INT32);
    assertThat(i8.toLongs()).containsExactly(-128, -1, 127);

    byte[] shorts = ByteBuffer.allocate(4).putShort(Short.MIN_VALUE).putShort((short) 258).array();
    var i16 = Idx.read(file(idx(0xB, new int[] {2}, shorts)));
    assertThat(i16.dtype()).isEqualTo(DType.INT32);
    assertThat(i16.toLongs()).containsExactly(Short.MIN_VALUE, 258);

    byte[] ints = ByteBuffer.allocate(8).putInt(Integer.MIN_VALUE).putInt(0x01020304).array();
    var i32 = Idx.read(file(idx(0xC, new int[] {2}, ints)));
    assertThat(i32.dtype()).isEqualTo(DType.INT32);
    assertThat(i32.toLongs()).containsExactly(Integer.MIN_VALUE, 0x01020304);

    byte[] floats = ByteBuffer.allocate(8).putFloat(0.1f).putFloat(Float.NEGATIVE_INFINITY).array();
    var f32 = Idx.read(file(idx(0xD, new int[] {1, 2}, floats)));
    assertThat(f32.dtype()).isEqualTo(DType.FLOAT32);
    assertThat(f32.toFloats()).containsExactly(0.1f, Float.NEGATIVE_INFINITY);

    byte[] doubles = ByteBuffer.allocate(16).putDouble(Math.PI).putDouble(-0.0).array();
    var f64 = Idx.read(file(gzip(idx(0xE, new int[] {2, 1}, doubles))));
    assertThat(f64.dtype()).isEqualTo(DType.FLOAT64);
    assertThat(f64.toDoubles()).containsExactly(Math.PI, -0.0);
  }

  @ParameterizedTest
  @ValueSource(ints = {9, 0xB, 0xC, 0xD, 0xE})
  void longFilesAreReadAcrossChunks(int type) throws IOException {
    int n = 100_003;
    int size = type == 9 ? 1 : type == 0xB ? 2 : type == 0xE ? 8 : 4;
    var elements = ByteBuffer.allocate(n * size);
    for (int i = 0; i < n; i++) {
      switch (type) {
        case 9 -> elements.put((byte) (i % 100));
        case 0xB -> elements.putShort((short) (i % 100));
        case 0xC -> elements.putInt(i % 100);
        case 0xD -> elements.putFloat(i % 100);
        default -> elements.putDouble(i % 100);
      }
    }
    long[] expected = new long[n];
    Arrays.setAll(expected, i -> i % 100);
    byte[] content = idx(type, new int[] {n}, elements.array());
    assertThat(Idx.read(file(content)).toLongs()).isEqualTo(expected);
    assertThat(Idx.read(file(gzip(content))).toLongs()).isEqualTo(expected);
  }

  @Test
  void noElementsIsAnAnswer() throws IOException {
    assertThat(Idx.read(file(idx(8, new int[] {0, 28, 28}))).shape())
        .isEqualTo(Shape.of(0, 28, 28));
  }

  @Test
  void everyCutIsNoticed() throws IOException {
    byte[] content =
        idx(
            8,
            new int[] {2, 4},
            (byte) 1,
            (byte) 2,
            (byte) 3,
            (byte) 4,
            (byte) 5,
            (byte) 6,
            (byte) 7,
            (byte) 8);
    byte[] zipped = gzip(content);
    for (int n = 0; n < content.length; n++) {
      assertRefused(Arrays.copyOf(content, n));
    }
    for (int n = 0; n < zipped.length; n++) {
      assertRefused(Arrays.copyOf(zipped, n));
    }
    assertRefused(
        Arrays.copyOf(content, 19),
        "should hold 20 bytes for uint8 of [2, 4], but holds 19",
        "cut off");
  }

  @Test
  void whatComesAfterTheEndIsNoticed() throws IOException {
    byte[] content = idx(8, new int[] {2}, (byte) 1, (byte) 2, (byte) 3);
    assertRefused(content, "should hold 10 bytes", "holds 11", "too long");
    assertRefused(gzip(content), "should hold 10 bytes", "holds 11", "too long");
    byte[] zipped = gzip(idx(8, new int[] {2}, (byte) 1, (byte) 2));
    assertRefused(Arrays.copyOf(zipped, zipped.length + 5));
  }

  @Test
  void anyFlippedBitOfAZippedFileIsNoticedOrHarmless() throws IOException {
    byte[] elements = new byte[300];
    new Random(1).nextBytes(elements);
    byte[] content = idx(8, new int[] {300}, elements);
    byte[] zipped = gzip(content);
    var right = Idx.read(file(content)).toLongs();
    for (int at = 0; at < zipped.length; at++) {
      for (int bit = 0; bit < 8; bit++) {
        byte[] broken = zipped.clone();
        broken[at] ^= (byte) (1 << bit);
        Path file = file(broken);
        try {
          assertThat(Idx.read(file).toLongs())
              .isEqualTo(right); // a bit without meaning: a time, a system
        } catch (DataException e) {
          assertThat(e).hasMessageContaining(file.toString());
        }
      }
    }
  }

  @Test
  void strangeHeadersAreNamed() throws IOException {
    assertRefused(
        "hello, world".getBytes(java.nio.charset.StandardCharsets.UTF_8),
        "two zero bytes, got 0x6865");
    assertRefused(idx(0x0A, new int[] {1}, (byte) 1), "element type 0x0a");
    assertRefused(idx(0xFF, new int[] {1}, (byte) 1), "element type 0xff");
    assertRefused(idx(8, new int[] {}), "no dimensions");
    assertRefused(new byte[0], "too early");
  }

  @Test
  void claimsAreCheckedBeforeMemoryIsTaken() throws IOException {
    assertRefused(idx(8, new int[] {Integer.MAX_VALUE}, (byte) 1), "2147483647", "cut off");
    assertRefused(idx(0xE, new int[] {Integer.MAX_VALUE}, (byte) 1), "cut off");
    assertRefused(idx(8, new int[] {-1}, (byte) 1), "[4294967295]", "more elements");
    assertRefused(idx(8, new int[] {1 << 16, 1 << 16}, (byte) 1), "more elements");
    assertRefused(idx(8, new int[] {-1, -1, -1, -1}, (byte) 1), "more elements");
    assertRefused(gzip(idx(8, new int[] {2_000_000_000}, (byte) 1)), "cut off");
    // Four times 2^30 bytes and one more: the size modulo 2^32, as gzip tells it, would fit.
    assertRefused(gzip(idx(0xC, new int[] {1 << 30})), "should hold 4294967304 bytes");
  }

  @Test
  void aMissingFileIsNamed() {
    Path file = folder.resolve("absent.idx");
    assertThatThrownBy(() -> Idx.read(file))
        .isInstanceOf(DataException.class)
        .hasMessage("idx: there is no file " + file);
    assertThatThrownBy(() -> Idx.read(folder)).isInstanceOf(DataException.class);
  }
}
