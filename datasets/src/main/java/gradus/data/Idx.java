package gradus.data;

import gradus.DType;
import gradus.Shape;
import gradus.Tensor;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.IntUnaryOperator;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * Reads IDX files, the format of MNIST and its kin, plain or compressed by gzip.
 *
 * <p>The format, big-endian throughout: two zero bytes, a byte for the element type, a byte for the
 * number of dimensions, an unsigned 32-bit size for each of them, the elements row-major. Nothing
 * in a file is believed before it was compared with the size of the file.
 */
public final class Idx {
  private static final int CHUNK = 1 << 16; // bytes

  /** No stream of deflate grows by more than this: a pair of 1-bit codes makes 258 bytes. */
  private static final long MOST_INFLATION = 1032;

  private Idx() {}

  /** The element types: their code in the file, their size there, what they become here. */
  private enum Type {
    UINT8(0x08, 1, DType.UINT8),
    INT8(0x09, 1, DType.INT32),
    INT16(0x0B, 2, DType.INT32),
    INT32(0x0C, 4, DType.INT32),
    FLOAT32(0x0D, 4, DType.FLOAT32),
    FLOAT64(0x0E, 8, DType.FLOAT64);

    final int code;
    final int bytes;
    final DType dtype;

    Type(int code, int bytes, DType dtype) {
      this.code = code;
      this.bytes = bytes;
      this.dtype = dtype;
    }
  }

  /**
   * The tensor in a file. Signed bytes, 16- and 32-bit integers become int32, the other types stay.
   *
   * @throws DataException if the file cannot be read, is no IDX file, or is shorter or longer than
   *     its header says
   */
  public static Tensor read(Path file) {
    if (!Files.isRegularFile(file)) {
      throw new DataException("idx: there is no file " + file);
    }
    try {
      long length = Files.size(file);
      boolean zipped = isGzip(file);
      long content = zipped ? inflatedSize(file, length) : length;
      try (var in = open(file, zipped)) {
        return read(file, in, content, zipped ? length * MOST_INFLATION : length);
      }
    } catch (EOFException e) {
      throw new DataException("idx: %s ends too early; fetch it again".formatted(file), e);
    } catch (ZipException e) {
      throw new DataException(
          "idx: %s is damaged, gzip says: %s; fetch it again".formatted(file, e.getMessage()), e);
    } catch (IOException e) {
      throw new DataException("idx: cannot read %s: %s".formatted(file, e), e);
    }
  }

  private static DataInputStream open(Path file, boolean zipped) throws IOException {
    InputStream in = new BufferedInputStream(Files.newInputStream(file), CHUNK);
    return new DataInputStream(zipped ? new GZIPInputStream(in, CHUNK) : in);
  }

  /** Whether the file begins as gzip does; an IDX file begins with zeros. */
  private static boolean isGzip(Path file) throws IOException {
    try (var in = Files.newInputStream(file)) {
      return in.read() == 0x1f && in.read() == 0x8b;
    }
  }

  /** What the last four bytes of a gzip file say: the size of the content modulo 2^32. */
  private static long inflatedSize(Path file, long length) throws IOException {
    if (length < 18) { // header 10, trailer 8
      throw new EOFException("%d bytes are no gzip file".formatted(length));
    }
    try (var in = new RandomAccessFile(file.toFile(), "r")) {
      in.seek(length - 4);
      return Integer.toUnsignedLong(Integer.reverseBytes(in.readInt()));
    }
  }

  /**
   * @param content the size of the content, for gzip modulo 2^32
   * @param most an upper bound of that size
   */
  private static Tensor read(Path file, DataInputStream in, long content, long most)
      throws IOException {
    int zeros = in.readUnsignedShort();
    int code = in.readUnsignedByte();
    int rank = in.readUnsignedByte();
    if (zeros != 0) {
      throw new DataException(
          "idx: %s is no IDX file: it should begin with two zero bytes, got 0x%04x"
              .formatted(file, zeros));
    }
    Type type = type(file, code);
    if (rank == 0) {
      throw new DataException("idx: %s has no dimensions; at least one is needed".formatted(file));
    }
    long[] sizes = new long[rank];
    for (int d = 0; d < rank; d++) {
      sizes[d] = Integer.toUnsignedLong(in.readInt());
    }
    int elements = elements(file, sizes);
    long expected = 4 + 4L * rank + (long) elements * type.bytes;
    boolean sameSize = most > content ? (expected & 0xFFFF_FFFFL) == content : expected == content;
    if (!sameSize || expected > most) {
      throw new DataException(
          "idx: %s should hold %d bytes for %s of %s, but holds %d: it is %s; fetch it again"
              .formatted(
                  file,
                  expected,
                  type.name().toLowerCase(Locale.ROOT),
                  Arrays.toString(sizes),
                  content,
                  expected > content ? "cut off" : "too long"));
    }
    int[] dims = Arrays.stream(sizes).mapToInt(Math::toIntExact).toArray();
    Tensor out = Tensor.allocate(Shape.of(dims), type.dtype);
    fill(in, type, out.storage().array(), elements);
    if (in.read() >= 0) {
      throw new DataException("idx: %s goes on after its last element".formatted(file));
    }
    return out;
  }

  private static Type type(Path file, int code) {
    for (Type type : Type.values()) {
      if (type.code == code) {
        return type;
      }
    }
    throw new DataException(
        ("idx: %s has element type 0x%02x; known are 0x08 uint8, 0x09 int8, 0x0b int16, 0x0c int32,"
                + " 0x0d float32, 0x0e float64")
            .formatted(file, code));
  }

  private static int elements(Path file, long... sizes) {
    long n = 1;
    for (long size : sizes) {
      if (size > Integer.MAX_VALUE || n * size > Integer.MAX_VALUE) { // no overflow: both < 2^31
        throw new DataException(
            "idx: %s claims the sizes %s, more elements than a tensor holds (%d)"
                .formatted(file, Arrays.toString(sizes), Integer.MAX_VALUE));
      }
      n *= size;
    }
    return (int) n;
  }

  private static void fill(DataInputStream in, Type type, Object array, int n) throws IOException {
    if (array instanceof byte[] bytes) {
      in.readFully(bytes, 0, n);
      return;
    }
    var chunk = ByteBuffer.allocate(CHUNK);
    int count;
    for (int i = 0; i < n; i += count) {
      count = Math.min(n - i, CHUNK / type.bytes);
      in.readFully(chunk.array(), 0, count * type.bytes);
      switch (type) {
        case INT8 -> widen((int[]) array, i, count, k -> chunk.get(k));
        case INT16 -> widen((int[]) array, i, count, k -> chunk.getShort(2 * k));
        case INT32 -> chunk.asIntBuffer().get((int[]) array, i, count);
        case FLOAT32 -> chunk.asFloatBuffer().get((float[]) array, i, count);
        case FLOAT64 -> chunk.asDoubleBuffer().get((double[]) array, i, count);
        case UINT8 -> throw new AssertionError(type);
      }
    }
  }

  private static void widen(int[] out, int from, int count, IntUnaryOperator element) {
    for (int k = 0; k < count; k++) {
      out[from + k] = element.applyAsInt(k);
    }
  }
}
