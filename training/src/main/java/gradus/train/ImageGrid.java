package gradus.train;

import gradus.ShapeException;
import gradus.Tensor;
import java.awt.BasicStroke;
import java.awt.Dimension;
import java.awt.Font;
import java.awt.FontMetrics;
import java.awt.Graphics2D;
import java.awt.Rectangle;
import java.awt.font.FontRenderContext;
import java.awt.image.BufferedImage;
import java.util.List;

/**
 * Grey images with what a network took them for: green where it was right, red where it was wrong,
 * with the truth behind it. The smallest of all numbers is white, the largest black.
 */
public final class ImageGrid extends Panel {
  private static final int TILE = 56;
  private static final int GAP = 10;
  private static final int LINE = 15;
  private static final int HEADING = 32;

  private final String title;
  private final float[] pixels; // 0 white to 1 black
  private final int rows;
  private final int columns;
  private final long[] predicted;
  private final long[] actual;
  private final List<String> classes;
  private final boolean longNames; // the truth then has a line of its own

  private ImageGrid(
      String title, Tensor images, long[] predicted, long[] actual, List<String> names) {
    this.title = title;
    this.pixels = ink(images.toFloats());
    this.rows = images.size(-2);
    this.columns = images.size(-1);
    this.predicted = predicted;
    this.actual = actual;
    this.classes = names;
    this.longNames = names.stream().anyMatch(name -> name.length() > 3);
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
              .formatted(
                  images.shape(), images.rank() == 2 ? "; use reshape(-1, rows, columns)" : ""));
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

  /** From one tile to the next: as far as the widest label needs. */
  private int pitchX() {
    var context = new FontRenderContext(null, true, true);
    double widest = 0;
    for (int i = 0; i < predicted.length; i++) {
      for (String line : label(i)) {
        widest = Math.max(widest, font(Font.BOLD, 12).getStringBounds(line, context).getWidth());
      }
    }
    return Math.max(TILE + GAP, (int) Math.ceil(widest) + 8);
  }

  private int pitchY() {
    return TILE + GAP + (longNames ? 2 : 1) * LINE + 4;
  }

  private int across() {
    return Math.max(1, (int) Math.ceil(Math.sqrt(1.4 * predicted.length)));
  }

  private int down() {
    return Math.ceilDiv(predicted.length, across());
  }

  @Override
  Dimension size() {
    return new Dimension((across() - 1) * pitchX() + TILE, HEADING + down() * pitchY() - GAP);
  }

  @Override
  void paint(Graphics2D g, Rectangle area) {
    int right = 0;
    for (int i = 0; i < predicted.length; i++) {
      right += predicted[i] == actual[i] ? 1 : 0;
    }
    heading(g, area, title, new Remark("%d of %d right".formatted(right, predicted.length), FAINT));
    int pitch = pitchX();
    for (int i = 0; i < predicted.length; i++) {
      int x = area.x + i % across() * pitch;
      int y = area.y + HEADING + i / across() * pitchY();
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
    FontMetrics metrics = g.getFontMetrics();
    int base = y + TILE + metrics.getAscent() + 3;
    for (String line : label(i)) {
      g.drawString(line, x + (TILE - metrics.stringWidth(line)) / 2, base);
      base += LINE;
    }
  }

  /** What it was taken for, and what it is if that was wrong. */
  private List<String> label(int i) {
    String found = name(predicted[i]);
    String truth = "(" + name(actual[i]) + ")";
    if (predicted[i] == actual[i]) {
      return List.of(found);
    }
    return longNames ? List.of(found, truth) : List.of(found + " " + truth);
  }

  private String name(long index) {
    return index >= 0 && index < classes.size() ? classes.get((int) index) : Long.toString(index);
  }

  /** Numbers from the smallest of all, white, to the largest, black; NaN is white. */
  private static float[] ink(float... values) {
    float low = Float.POSITIVE_INFINITY;
    float high = Float.NEGATIVE_INFINITY;
    for (float v : values) {
      if (Float.isFinite(v)) {
        low = Math.min(low, v);
        high = Math.max(high, v);
      }
    }
    float[] ink = new float[values.length];
    for (int i = 0; i < ink.length && high > low; i++) {
      ink[i] = Float.isNaN(values[i]) ? 0 : Math.clamp((values[i] - low) / (high - low), 0f, 1f);
    }
    return ink;
  }

  private BufferedImage image(int i) {
    var image = new BufferedImage(columns, rows, BufferedImage.TYPE_BYTE_GRAY);
    var raster = image.getRaster();
    for (int k = 0; k < rows * columns; k++) {
      float ink = pixels[i * rows * columns + k];
      raster.setSample(k % columns, k / columns, 0, Math.round(255 * (1 - ink)));
    }
    return image;
  }
}
