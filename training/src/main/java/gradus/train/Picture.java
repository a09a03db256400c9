package gradus.train;

import java.awt.Color;
import java.awt.Dimension;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.Rectangle;
import java.awt.RenderingHints;
import java.awt.font.FontRenderContext;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import javax.imageio.ImageIO;

/**
 * Panels side by side, as a PNG file.
 *
 * <pre>{@code
 * var loss = Curves.of("loss").line("training", losses);
 * var grid = ImageGrid.of("test digits", images, predicted, actual, digits.classes());
 * Picture.of(loss, grid).save(Path.of("digits.png"));
 * }</pre>
 *
 * <p>No screen is needed: unless {@code java.awt.headless} says otherwise, AWT is told so before
 * its first use. A program that also opens windows sets that property to false, or opens one first.
 */
public final class Picture {
  private static final int MARGIN = 28;
  private static final int GAP = 40;
  private static final int PIXELS = 2; // per point, for sharp type

  private final List<Panel> panels;

  private Picture(List<Panel> panels) {
    this.panels = panels;
  }

  /** Panels from left to right. */
  public static Picture of(Panel... panels) {
    if (panels.length == 0) {
      throw new IllegalArgumentException("picture: needs at least one panel");
    }
    return new Picture(List.copyOf(Arrays.asList(panels)));
  }

  /**
   * Writes the picture, and the folders above it.
   *
   * @throws UncheckedIOException if the file cannot be written
   * @throws IllegalStateException if this system has no fonts
   */
  public void save(Path file) {
    BufferedImage image = draw();
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
      try (var out = Files.newOutputStream(file)) {
        ImageIO.write(image, "png", out);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(
          "picture: cannot write %s: %s: %s"
              .formatted(file, e.getClass().getSimpleName(), e.getMessage()),
          e);
    }
  }

  /**
   * @throws IllegalStateException if text cannot be drawn, as in a container without fonts
   */
  private static void requireFonts() {
    try {
      Panel.font(Font.PLAIN, 12).getStringBounds("0", new FontRenderContext(null, true, true));
    } catch (RuntimeException | LinkageError | InternalError e) {
      throw new IllegalStateException(
          "picture: this system has no fonts to write with; install fontconfig and a font, on Debian"
              + " and Ubuntu: apt install fontconfig fonts-dejavu-core",
          e);
    }
  }

  private BufferedImage draw() {
    if (System.getProperty("java.awt.headless") == null) {
      System.setProperty("java.awt.headless", "true");
    }
    requireFonts();
    int width = 2 * MARGIN - GAP;
    int height = 0;
    for (Panel panel : panels) {
      Dimension size = panel.size();
      width += size.width + GAP;
      height = Math.max(height, size.height);
    }
    var image =
        new BufferedImage(
            width * PIXELS, (height + 2 * MARGIN) * PIXELS, BufferedImage.TYPE_INT_RGB);
    Graphics2D g = image.createGraphics();
    try {
      g.scale(PIXELS, PIXELS);
      g.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
      g.setRenderingHint(
          RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
      g.setRenderingHint(
          RenderingHints.KEY_FRACTIONALMETRICS, RenderingHints.VALUE_FRACTIONALMETRICS_ON);
      g.setColor(Color.WHITE);
      g.fillRect(0, 0, image.getWidth(), image.getHeight());
      int x = MARGIN;
      for (Panel panel : panels) {
        int w = panel.size().width;
        panel.paint(g, new Rectangle(x, MARGIN, w, height));
        x += w + GAP;
      }
    } finally {
      g.dispose();
    }
    return image;
  }
}
