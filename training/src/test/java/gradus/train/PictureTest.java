package gradus.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import gradus.ShapeException;
import gradus.Tensor;
import gradus.data.Batch;
import gradus.data.Digits;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PictureTest {
  @TempDir Path folder;

  private BufferedImage drawn(Panel... panels) throws IOException {
    Path file = folder.resolve("new").resolve("picture.png");
    Picture.of(panels).save(file);
    return ImageIO.read(file.toFile());
  }

  private static long count(BufferedImage image, Color color) {
    long n = 0;
    for (int y = 0; y < image.getHeight(); y++) {
      for (int x = 0; x < image.getWidth(); x++) {
        n += (image.getRGB(x, y) & 0xFFFFFF) == (color.getRGB() & 0xFFFFFF) ? 1 : 0;
      }
    }
    return n;
  }

  private static ImageGrid digits(int n, long... predicted) {
    var some = Batch.of(Digits.images().take(n));
    return ImageGrid.of(
        "digits", some.input(), Tensor.of((Object) predicted), some.target(), List.of());
  }

  @Test
  void curvesHaveTheirColors() throws IOException {
    var one = drawn(Curves.of("loss").line("training", 3, 2, 1));
    assertThat(count(one, Panel.BLUE)).isGreaterThan(100);
    assertThat(count(one, Panel.ORANGE)).isZero();
    var two = drawn(Curves.of("loss").line("training", 3, 2, 1).line("test", List.of(4, 3.5, 3f)));
    assertThat(count(two, Panel.ORANGE)).isGreaterThan(100);
    assertThat(count(two, Color.WHITE)).isGreaterThan(two.getWidth() * two.getHeight() * 9L / 10);
  }

  @Test
  void aCurveGoesWhereItsNumbersGo() throws IOException {
    var falling = drawn(Curves.of("").line("", 3, 2, 1));
    var rising = drawn(Curves.of("").line("", 1, 2, 3));
    assertThat(height(falling, 0.3)).isLessThan(height(falling, 0.8));
    assertThat(height(rising, 0.3)).isGreaterThan(height(rising, 0.8));
  }

  /** How far from the top the curve is, at a share of the width. */
  private static int height(BufferedImage image, double share) {
    int x = (int) (share * image.getWidth());
    for (int y = image.getHeight() / 5; y < image.getHeight(); y++) { // below the heading
      if ((image.getRGB(x, y) & 0xFFFFFF) == (Panel.BLUE.getRGB() & 0xFFFFFF)) {
        return y;
      }
    }
    throw new AssertionError("no curve at x = " + x);
  }

  @Test
  void strangeNumbersDoNoHarm() throws IOException {
    var image =
        drawn(
            Curves.of("none"),
            Curves.of("empty").line("x"),
            Curves.of("nothing").line("x", Double.NaN, Double.POSITIVE_INFINITY),
            Curves.of("gap").line("x", 1, Double.NaN, 3, Double.NEGATIVE_INFINITY, 1e300, -1e300),
            Curves.of("one").line("x", 0.5),
            Curves.of("flat").line("x", 0, 0, 0),
            Curves.of("many").line("", new double[5000]).line("", 1, 2));
    assertThat(count(image, Panel.BLUE)).isGreaterThan(100);
  }

  @Test
  void greenIsRightAndRedIsWrong() throws IOException {
    var right = drawn(digits(4, 0, 1, 2, 3));
    assertThat(count(right, Panel.GREEN)).isPositive();
    assertThat(count(right, Panel.RED)).isZero();
    var wrong = drawn(digits(4, 9, 9, 9, 9));
    assertThat(count(wrong, Panel.GREEN)).isZero();
    assertThat(count(wrong, Panel.RED)).isPositive();
    var mixed = drawn(digits(4, 0, 1, 2, 9));
    assertThat(count(mixed, Panel.GREEN)).isBetween(1L, count(right, Panel.GREEN) - 1);
    assertThat(count(mixed, Panel.RED)).isBetween(1L, count(wrong, Panel.RED) - 1);
  }

  @Test
  void inkIsBlackOnWhite() throws IOException {
    Tensor image = Tensor.of(new double[][][] {{{0, 1}, {1, Double.NaN}}});
    var drawn = drawn(ImageGrid.of("", image, Tensor.arange(1), Tensor.arange(1), List.of()));
    double black = count(drawn, Color.BLACK); // 2 of 4 pixels of one tile, 56 points of 2 pixels
    assertThat(black).isBetween(0.9 * 2 * 56 * 56, 1.1 * 2 * 56 * 56);
  }

  @Test
  void longNamesFit() throws IOException {
    var some = Batch.of(Digits.images().take(12));
    var names = java.util.Collections.nCopies(10, "a rather long name");
    var grid = ImageGrid.of("t", some.input(), some.target().add(1), some.target(), names);
    assertThat(drawn(grid).getWidth()).isGreaterThan(drawn(digits(12, new long[12])).getWidth());
  }

  @Test
  void panelsShareTheRoom() throws IOException {
    var curve = Curves.of("c").line("x", 1, 2);
    var alone = drawn(curve);
    var side = drawn(curve, curve);
    var stacked = drawn(curve.above(curve));
    assertThat(side.getWidth()).isGreaterThan(2 * alone.getWidth() - 100);
    assertThat(side.getHeight()).isEqualTo(alone.getHeight());
    assertThat(stacked.getWidth()).isEqualTo(alone.getWidth());
    assertThat(stacked.getHeight()).isGreaterThan(3 * alone.getHeight() / 2);
    assertThat(count(stacked, Panel.BLUE)).isGreaterThan(3 * count(alone, Panel.BLUE) / 2);
  }

  @Test
  void theLocaleDoesNotMatter() throws IOException {
    Locale before = Locale.getDefault();
    try {
      Locale.setDefault(Locale.ROOT);
      var root = drawn(Curves.of("loss").line("x", 0.5, 1.25));
      Locale.setDefault(Locale.GERMANY);
      var german = drawn(Curves.of("loss").line("x", 0.5, 1.25));
      int[] a = root.getRGB(0, 0, root.getWidth(), root.getHeight(), null, 0, root.getWidth());
      int[] b = german.getRGB(0, 0, root.getWidth(), root.getHeight(), null, 0, root.getWidth());
      assertThat(b).isEqualTo(a);
    } finally {
      Locale.setDefault(before);
    }
  }

  @Test
  void whatDoesNotFitIsRefused() {
    Tensor one = Tensor.arange(1);
    assertThatThrownBy(() -> ImageGrid.of("", Tensor.zeros(1, 64), one, one, List.of()))
        .isInstanceOf(ShapeException.class)
        .hasMessageContaining("got [1, 64]; use reshape(-1, rows, columns)");
    assertThatThrownBy(() -> ImageGrid.of("", Tensor.zeros(1, 3, 8, 8), one, one, List.of()))
        .isInstanceOf(ShapeException.class);
    assertThatThrownBy(() -> ImageGrid.of("", Tensor.zeros(0, 8, 8), one, one, List.of()))
        .isInstanceOf(ShapeException.class);
    assertThatThrownBy(() -> ImageGrid.of("", Tensor.zeros(2, 8, 8), one, one, List.of()))
        .isInstanceOf(ShapeException.class)
        .hasMessageContaining("each of 2 images, got [1] predicted");
    assertThatThrownBy(Picture::of).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aFileThatCannotBeIsNamed() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "no folder");
    var picture = Picture.of(Curves.of("c").line("x", 1, 2));
    assertThatThrownBy(() -> picture.save(file.resolve("picture.png")))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageStartingWith("picture: cannot write " + file.resolve("picture.png") + ": File")
        .hasMessageContaining("Exception: " + file);
  }
}
