package gradus.train;

import java.awt.Color;
import java.awt.Dimension;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.Rectangle;

/** A part of a {@link Picture}. */
public abstract sealed class Panel permits Curves, ImageGrid, Stack {
  static final Color INK = new Color(0x22, 0x26, 0x2B);
  static final Color FAINT = new Color(0x6B, 0x72, 0x7B);
  static final Color HAIR = new Color(0xE4, 0xE7, 0xEB);
  static final Color BLUE = new Color(0x1F, 0x6F, 0xB4);
  static final Color ORANGE = new Color(0xE0, 0x7B, 0x1A);
  static final Color GREEN = new Color(0x1E, 0x8E, 0x4A);
  static final Color RED = new Color(0xC9, 0x2A, 0x2A);
  static final Color VIOLET = new Color(0x7A, 0x52, 0xB3);

  Panel() {}

  /** This panel with another one below it, in one column. */
  public Panel above(Panel lower) {
    return new Stack(this, lower);
  }

  /** How much room it would like, in points of 1/72 inch. */
  abstract Dimension size();

  /** Draws it into an area, which is at least as large as {@link #size}. */
  abstract void paint(Graphics2D g, Rectangle area);

  static Font font(int style, int size) {
    return new Font(Font.SANS_SERIF, style, size);
  }

  /** Words in a color. */
  record Remark(String text, Color color) {}

  /** A heading at the top left of an area, and remarks behind it. */
  static void heading(Graphics2D g, Rectangle area, String heading, Remark... remarks) {
    g.setFont(font(Font.BOLD, 14));
    g.setColor(INK);
    int base = area.y + g.getFontMetrics().getAscent();
    g.drawString(heading, area.x, base);
    int x = area.x + g.getFontMetrics().stringWidth(heading) + 12;
    g.setFont(font(Font.PLAIN, 12));
    for (Remark remark : remarks) {
      g.setColor(remark.color);
      g.drawString(remark.text, x, base);
      x += g.getFontMetrics().stringWidth(remark.text) + 14;
    }
  }
}
