package gradus.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import gradus.DType;
import gradus.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MnistTest {
  @TempDir Path folder;

  private void write(String name, byte... content) throws IOException {
    Files.write(folder.resolve(name), name.endsWith(".gz") ? IdxTest.gzip(content) : content);
  }

  private static byte[] images(int n) {
    byte[] pixels = new byte[n * 784];
    for (int i = 0; i < n; i++) {
      pixels[i * 784] = (byte) (i + 1);
      pixels[i * 784 + 783] = (byte) 255;
    }
    return IdxTest.idx(8, new int[] {n, 28, 28}, pixels);
  }

  private static byte[] labels(int... labels) {
    byte[] bytes = new byte[labels.length];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) labels[i];
    }
    return IdxTest.idx(8, new int[] {bytes.length}, bytes);
  }

  /** A small set; the file names and forms that are met in the wild. */
  private void writeSmall() throws IOException {
    write("train-images-idx3-ubyte.gz", images(3));
    write("train-labels-idx1-ubyte", labels(7, 0, 9));
    write("t10k-images.idx3-ubyte", images(2));
    write("t10k-labels.idx1-ubyte.gz", labels(1, 2));
  }

  @Test
  void aFolderIsRead() throws IOException {
    writeSmall();
    var mnist = Mnist.load(folder);
    assertThat(mnist.train().size()).isEqualTo(3);
    assertThat(mnist.test().size()).isEqualTo(2);
    Sample second = mnist.train().get(1);
    assertThat(second.input().shape()).isEqualTo(Shape.of(1, 28, 28));
    assertThat(second.input().dtype()).isEqualTo(DType.FLOAT32);
    assertThat(second.input().get(0, 0, 0)).isEqualTo(2 / 255f);
    assertThat(second.input().get(0, 0, 1)).isZero();
    assertThat(second.input().get(0, 27, 27)).isEqualTo(1);
    assertThat(mnist.train().targets().dtype()).isEqualTo(DType.INT64);
    assertThat(mnist.train().targets().toLongs()).containsExactly(7, 0, 9);
    assertThat(mnist.test().classes()).hasSize(10).startsWith("0").endsWith("9");
    assertThat(mnist.flat().test().get(0).input().shape()).isEqualTo(Shape.of(784));
  }

  @Test
  void aMissingFolderOrFileIsExplained() throws IOException {
    Path absent = folder.resolve("absent");
    assertThatThrownBy(() -> Mnist.load(absent))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("there is no folder " + absent.toAbsolutePath())
        .hasMessageContaining("train-images-idx3-ubyte.gz")
        .hasMessageContaining("Mnist.load()");
    writeSmall();
    Files.delete(folder.resolve("t10k-images.idx3-ubyte"));
    assertThatThrownBy(() -> Mnist.load(folder))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("has no file t10k-images-idx3-ubyte");
  }

  @Test
  void filesThatDoNotFitAreNamed() throws IOException {
    writeSmall();
    write("train-labels-idx1-ubyte", labels(7, 0));
    assertThatThrownBy(() -> Mnist.load(folder))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("train-labels-idx1-ubyte")
        .hasMessageContaining("each of the 3 images")
        .hasMessageContaining("uint8 [2]");
    write("train-labels-idx1-ubyte", labels(7, 0, 10));
    assertThatThrownBy(() -> Mnist.load(folder))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("target 10 of sample 2 is outside [0, 10)");
    write("train-labels-idx1-ubyte", images(3));
    assertThatThrownBy(() -> Mnist.load(folder)).isInstanceOf(DataException.class);
    write(
        "train-images-idx3-ubyte.gz",
        IdxTest.idx(8, new int[] {3, 1, 1}, (byte) 1, (byte) 2, (byte) 3));
    assertThatThrownBy(() -> Mnist.load(folder))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("should hold uint8 images [n, 28, 28], but holds uint8 [3, 1, 1]");
  }

  @Test
  void theCacheIsUsedWhenItIsWhole() {
    Path data = SharedData.folder("mnist");
    for (Download file : Mnist.FILES) {
      assertThat(file.into(data)).isEqualTo(data.resolve(file.name())).isRegularFile();
    }
  }

  @Test
  void theWholeSetIsRead() {
    var mnist = Mnist.load(SharedData.folder("mnist"));
    assertThat(mnist.train().inputs().shape()).isEqualTo(Shape.of(60_000, 1, 28, 28));
    assertThat(mnist.test().inputs().shape()).isEqualTo(Shape.of(10_000, 1, 28, 28));
    assertThat(mnist.train().targets().narrow(0, 0, 5).toLongs()).containsExactly(5, 0, 4, 1, 9);
    assertThat(mnist.test().targets().narrow(0, 0, 5).toLongs()).containsExactly(7, 2, 1, 0, 4);
    // The mean and deviation of the training pixels that everybody normalizes with.
    double sum = 0;
    double squares = 0;
    float[] pixels = mnist.train().inputs().storage().floats();
    for (float p : pixels) {
      sum += p;
      squares += (double) p * p;
    }
    double mean = sum / pixels.length;
    assertThat(mean).isCloseTo(0.1307, org.assertj.core.data.Offset.offset(5e-5));
    assertThat(Math.sqrt(squares / pixels.length - mean * mean))
        .isCloseTo(0.3081, org.assertj.core.data.Offset.offset(5e-5));
  }
}
