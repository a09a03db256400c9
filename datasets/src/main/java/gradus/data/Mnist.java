package gradus.data;

import gradus.DType;
import gradus.Shape;
import gradus.Storage;
import gradus.Tensor;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;

/**
 * MNIST: 70,000 handwritten digits of 28 by 28 pixels (Y. LeCun, C. Cortes, C. Burges). Inputs are
 * float32 [1, 28, 28] from 0 (paper) to 1 (ink), targets int64.
 *
 * @param train 60,000 samples
 * @param test 10,000 samples
 */
public record Mnist(TensorDataset train, TensorDataset test) {
  private static final List<String> CLASSES =
      IntStream.range(0, 10).mapToObj(Integer::toString).toList();

  private static final List<URI> MIRRORS =
      List.of(
          URI.create("https://ossci-datasets.s3.amazonaws.com/mnist/"),
          URI.create("https://storage.googleapis.com/cvdf-datasets/mnist/"),
          URI.create("https://raw.githubusercontent.com/fgnt/mnist/master/"));

  static final List<Download> FILES =
      List.of(
          file(
              "train-images-idx3-ubyte.gz",
              9_912_422,
              "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609"),
          file(
              "train-labels-idx1-ubyte.gz",
              28_881,
              "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c"),
          file(
              "t10k-images-idx3-ubyte.gz",
              1_648_877,
              "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6"),
          file(
              "t10k-labels-idx1-ubyte.gz",
              4_542,
              "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6"));

  private static Download file(String name, long bytes, String sha256) {
    return new Download(name, bytes, sha256, MIRRORS, Duration.ofSeconds(20));
  }

  /**
   * MNIST from the cache of this user; the first call downloads it, 11 MB. The system property
   * {@code gradus.data} or the environment variable {@code GRADUS_DATA} choose the folder of the
   * cache.
   *
   * @throws DataException if no server can be reached, saying what to do
   */
  public static Mnist load() {
    Path folder = Cache.folder().resolve("mnist");
    FILES.forEach(f -> f.into(folder));
    return load(folder);
  }

  /**
   * MNIST, or a set of the same form such as Fashion-MNIST, from a folder with its four files,
   * plain or compressed by gzip.
   *
   * @throws DataException if a file is missing, damaged or does not fit the others
   */
  public static Mnist load(Path folder) {
    if (!Files.isDirectory(folder)) {
      throw new DataException(
          ("mnist: there is no folder %s. It should hold %s."
                  + " Mnist.load() without a folder downloads them")
              .formatted(folder.toAbsolutePath(), names()));
    }
    return new Mnist(part(folder, "train"), part(folder, "t10k"));
  }

  /** The same samples with flat inputs, [784]. */
  public Mnist flat() {
    return new Mnist(train.reshape(28 * 28), test.reshape(28 * 28));
  }

  private static String names() {
    return String.join(", ", FILES.stream().map(Download::name).toList());
  }

  private static TensorDataset part(Path folder, String part) {
    Path imageFile = find(folder, part + "-images", "idx3-ubyte");
    Path labelFile = find(folder, part + "-labels", "idx1-ubyte");
    Tensor images = Idx.read(imageFile);
    Tensor labels = Idx.read(labelFile);
    if (images.dtype() != DType.UINT8
        || images.rank() != 3
        || images.size(1) != 28
        || images.size(2) != 28) {
      throw new DataException(
          "mnist: %s should hold uint8 images [n, 28, 28], but holds %s %s"
              .formatted(imageFile, images.dtype(), images.shape()));
    }
    if (labels.dtype() != DType.UINT8 || labels.rank() != 1 || labels.size(0) != images.size(0)) {
      throw new DataException(
          "mnist: %s should hold a uint8 label for each of the %d images of %s, but holds %s %s"
              .formatted(labelFile, images.size(0), imageFile, labels.dtype(), labels.shape()));
    }
    try {
      return new TensorDataset(brightness(images), labels.to(DType.INT64), CLASSES);
    } catch (IllegalArgumentException e) {
      throw new DataException("mnist: %s: %s".formatted(labelFile, e.getMessage()), e);
    }
  }

  private static Path find(Path folder, String stem, String kind) {
    for (String name : List.of(stem + "-" + kind, stem + "." + kind)) {
      for (String suffix : List.of(".gz", "")) {
        Path file = folder.resolve(name + suffix);
        if (Files.isRegularFile(file)) {
          return file;
        }
      }
    }
    throw new DataException(
        "mnist: %s has no file %s-%s (or with .gz). It should hold %s"
            .formatted(folder.toAbsolutePath(), stem, kind, names()));
  }

  /** Bytes 0..255 as float32 0..1: [n, 28, 28] -> [n, 1, 28, 28]. */
  private static Tensor brightness(Tensor images) {
    float[] level = new float[256];
    for (int i = 0; i < level.length; i++) {
      level[i] = i / 255f;
    }
    byte[] bytes = images.storage().bytes();
    float[] out = new float[bytes.length];
    for (int i = 0; i < out.length; i++) {
      out[i] = level[bytes[i] & 0xff];
    }
    Shape shape = Shape.of(images.size(0), 1, 28, 28);
    return Tensor.wrap(Storage.of(out), DType.FLOAT32, shape);
  }
}
