package gradus.train;

import gradus.ShapeException;
import gradus.Tensor;
import java.awt.BasicStroke;
import java.awt.Dimension;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.Rectangle;
import java.awt.image.BufferedImage;
import java.util.List;

/**
 * Grey images with what a network took them for: green where it was right, red where it was wrong,
 * with the truth behind it. The smallest of all numbers is white, the largest black.
 */
public final class ImageGrid extends Panel {
  private static final int TILE = 56;
  private static final int GAP = 10;
  private static final int LABEL = 18;
  private static final int HEADING = 32;

  private final String title;
  private final float[] pixels;
  private final int rows;
  private final int columns;
  private final long[] predicted;
  private final long[] actual;
  private final List<String> classes;

  private ImageGrid(String title, Tensor images, long[] predicted, long[] actual, List<String> names) {
    this.title = title;
    this.pixels = images.toFloats();
    this.rows = images.size(-2);
    this.columns = images.size(-1);
    this.predicted = predicted;
    this.actual = actual;
    this.classes = names;
  }

  /**
   * A grid of images.
   *
   * @param images [n, rows, columns] or [n, 1, rows, columns]
   * @param predicted the classes that the network found, [n]
   * @param actual the classes they are, [n]
   * @param classes the names of the classes; where there are none the numbers are shown
   * @throws ShapeException if these do not fit
   */
  public static ImageGrid of(
      String title, Tensor images, Tensor predicted, Tensor actual, List<String> classes) {
    boolean plain = images.rank() == 3 || images.rank() == 4 && images.size(1) == 1;
    if (!plain || images.numel() == 0) {
      throw new ShapeException(
          "imageGrid: needs images [n, rows, columns] or [n, 1, rows, columns], got %s%s"
              .formatted(images.shape(), images.rank() == 2 ? "; use reshape(-1, rows, columns)" : ""));
    }
    int n = images.size(0);
    if (predicted.numel() != n || actual.numel() != n) {
      throw new ShapeException(
          "imageGrid: needs a class for each of %d images, got %s predicted and %s actual"
              .formatted(n, predicted.shape(), actual.shape()));
    }
    return new ImageGrid(
        title, images, predicted.toLongs(), actual.toLongs(), List.copyOf(classes));
  }

  private int across() {
    return Math.max(1, (int) Math.ceil(Math.sqrt(1.4 * predicted.length)));
  }

  private int down() {
    return Math.ceilDiv(predicted.length, across());
  }

  @Override
  Dimension size() {
    return new Dimension(
        across() * (TILE + GAP) - GAP, HEADING + down() * (TILE + LABEL + GAP) - GAP);
  }

  @Override
  void paint(Graphics2D g, Rectangle area) {
    int right = 0;
    for (int i = 0; i < predicted.length; i++) {
      right += predicted[i] == actual[i] ? 1 : 0;
    }
    heading(g, area, title, "%d of %d right".formatted(right, predicted.length));
    for (int i = 0; i < predicted.length; i++) {
      int x = area.x + i % across() * (TILE + GAP);
      int y = area.y + HEADING + i / across() * (TILE + LABEL + GAP);
      tile(g, i, x, y);
    }
  }

  private void tile(Graphics2D g, int i, int x, int y) {
    boolean right = predicted[i] == actual[i];
    // The longer side fills the tile; neither is stretched.
    double scale = (double) TILE / Math.max(rows, columns);
    int w = (int) Math.round(columns * scale);
    int h = (int) Math.round(rows * scale);
    g.drawImage(image(i), x + (TILE - w) / 2, y + (TILE - h) / 2, w, h, null);
    g.setStroke(new BasicStroke(right ? 0.8f : 1.6f));
    g.setColor(right ? HAIR : RED);
    g.drawRect(x, y, TILE, TILE);
    g.setFont(font(right ? Font.PLAIN : Font.BOLD, 12));
    g.setColor(right ? GREEN : RED);
    String label = name(predicted[i]) + (right ? "" : " (" + name(actual[i]) + ")");
    var metrics = g.getFontMetrics();
    while (label.length() > 2 && metrics.stringWidth(label) > TILE + GAP - 2) {
      label = label.substring(0, label.length() - 2) + "…";
    }
    int center = x + (TILE - metrics.stringWidth(label)) / 2;
    g.drawString(label, center, y + TILE + metrics.getAscent() + 2);
  }

  private String name(long index) {
    return index >= 0 && index < classes.size()
        ? classes.get((int) index)
        : Long.toString(index);
  }

  private BufferedImage image(int i) {
    float low = Float.POSITIVE_INFINITY;
    float high = Float.NEGATIVE_INFINITY;
    for (float p : pixels) {
      low = Math.min(low, p);
      high = Math.max(high, p);
    }
    var image = new BufferedImage(columns, rows, BufferedImage.TYPE_BYTE_GRAY);
    var raster = image.getRaster();
    for (int k = 0; k < rows * columns; k++) {
      float ink = high > low ? (pixels[i * rows * columns + k] - low) / (high - low) : 0;
      raster.setSample(k % columns, k / columns, 0, Math.round(255 * (1 - ink)));
    }
    return image;
  }
}
