package gradus.train;

import java.awt.Dimension;
import java.awt.Graphics2D;
import java.awt.Rectangle;

/** Two panels in one column, which share what room is left over. */
final class Stack extends Panel {
  private static final int GAP = 18;

  private final Panel upper;
  private final Panel lower;

  Stack(Panel upper, Panel lower) {
    this.upper = upper;
    this.lower = lower;
  }

  @Override
  Dimension size() {
    Dimension a = upper.size();
    Dimension b = lower.size();
    return new Dimension(Math.max(a.width, b.width), a.height + GAP + b.height);
  }

  @Override
  void paint(Graphics2D g, Rectangle area) {
    int a = upper.size().height;
    int b = lower.size().height;
    int first = a + (area.height - a - GAP - b) * a / (a + b);
    upper.paint(g, new Rectangle(area.x, area.y, area.width, first));
    int top = first + GAP;
    lower.paint(g, new Rectangle(area.x, area.y + top, area.width, area.height - top));
  }
}
