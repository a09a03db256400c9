package gradus.data;

import java.io.FileNotFoundException;

/**
 * 1,797 handwritten digits of 8 by 8 pixels, bundled: nothing is downloaded.
 *
 * <p>E. Alpaydin and C. Kaynak, Optical Recognition of Handwritten Digits, UCI Machine Learning
 * Repository, 1998, doi 10.24432/C50P49; CC BY 4.0. It is the test set of theirs: scans of 13
 * people. A pixel counts how many of 4 by 4 dots are black, 0 to 16.
 */
public final class Digits {
  private Digits() {}

  /**
   * Inputs float32 [64] from 0 (paper) to 1 (ink), row by row; targets int64; classes "0" to "9".
   */
  public static TensorDataset load() {
    TensorDataset raw = raw();
    return new TensorDataset(raw.inputs().div(16), raw.targets(), raw.classes());
  }

  /** As {@link #load}, with inputs as images of one channel, [1, 8, 8]. */
  public static TensorDataset images() {
    return load().reshape(1, 8, 8);
  }

  /** As {@link #load}, with the counts 0 to 16 as they are. */
  public static TensorDataset raw() {
    return resource("digits.csv.gz").noHeader().label(64).read();
  }

  static Csv resource(String name) {
    return Csv.of(
        name,
        () -> {
          var in = Digits.class.getResourceAsStream(name);
          if (in == null) {
            throw new FileNotFoundException("the resource is missing in this jar");
          }
          return in;
        });
  }
}
