package gradus.train;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Dimension;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.Rectangle;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.style.XYStyler;
import org.knowm.xchart.style.markers.SeriesMarkers;

/**
 * Numbers over time: the loss of each epoch, say. The first number stands at 1. Infinite numbers
 * and NaN leave a gap. The heading names the lines in their colors, with their last numbers.
 * Immutable; {@link #line} returns another one.
 */
public final class Curves extends Panel {
  private static final Color[] COLORS = {BLUE, ORANGE, GREEN, VIOLET, RED, FAINT};
  private static final int HEADING = 26;

  private final String title;
  private final String time;
  private final List<Line> lines;

  private record Line(String name, double[] values) {}

  private Curves(String title, String time, List<Line> lines) {
    this.title = title;
    this.time = time;
    this.lines = lines;
  }

  /** An empty diagram over epochs. */
  public static Curves of(String title) {
    return of(title, "epoch");
  }

  /**
   * An empty diagram.
   *
   * @param time what is counted from left to right
   */
  public static Curves of(String title, String time) {
    return new Curves(title, time, List.of());
  }

  /** With one more line. The first is blue, the second orange. */
  public Curves line(String name, double... values) {
    var more = new ArrayList<>(lines);
    more.add(new Line(name, values.clone()));
    return new Curves(title, time, List.copyOf(more));
  }

  /** With one more line. */
  public Curves line(String name, List<? extends Number> values) {
    return line(name, values.stream().mapToDouble(Number::doubleValue).toArray());
  }

  @Override
  Dimension size() {
    return new Dimension(380, 210);
  }

  @Override
  void paint(Graphics2D g, Rectangle area) {
    List<Line> drawn = lines.stream().map(Curves::finite).filter(l -> l.values.length > 0).toList();
    if (drawn.isEmpty()) {
      heading(g, area, title, new Remark("no finite numbers", FAINT));
      return;
    }
    heading(g, area, title, key(drawn));
    var inner = (Graphics2D) g.create();
    try {
      inner.translate(area.x, area.y + HEADING);
      chart(drawn, area.width, area.height - HEADING)
          .paint(inner, area.width, area.height - HEADING);
    } finally {
      inner.dispose();
    }
  }

  /** Infinite numbers become gaps; nothing remains where nothing is finite. */
  private static Line finite(Line line) {
    double[] values =
        Arrays.stream(line.values).map(v -> Double.isFinite(v) ? v : Double.NaN).toArray();
    boolean any = Arrays.stream(values).anyMatch(Double::isFinite);
    return new Line(line.name, any ? values : new double[0]);
  }

  /** The names of the lines in their colors, each with the number where it ends. */
  private static Remark[] key(List<Line> lines) {
    var key = new Remark[lines.size()];
    for (int i = 0; i < key.length; i++) {
      Line line = lines.get(i);
      double last = line.values[line.values.length - 1];
      String text = String.format(Locale.ROOT, "%s %.4g", line.name, last);
      key[i] = new Remark(text, COLORS[i % COLORS.length]);
    }
    return key;
  }

  private XYChart chart(List<Line> drawn, int width, int height) {
    XYChart chart =
        new XYChartBuilder().width(width).height(height).xAxisTitle(time).yAxisTitle("").build();
    style(chart.getStyler());
    int longest = drawn.stream().mapToInt(l -> l.values.length).max().orElse(1);
    chart.getStyler().setXAxisMin(1.0).setXAxisMax((double) Math.max(2, longest));
    for (int i = 0; i < drawn.size(); i++) {
      Line line = drawn.get(i);
      double[] x = IntStream.rangeClosed(1, line.values.length).asDoubleStream().toArray();
      var series = chart.addSeries("line " + i, x, line.values); // must differ; never shown
      series.setLineColor(COLORS[i % COLORS.length]);
      series.setLineStyle(new BasicStroke(1.6f, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
      series.setMarker(line.values.length == 1 ? SeriesMarkers.CIRCLE : SeriesMarkers.NONE);
      series.setMarkerColor(COLORS[i % COLORS.length]);
    }
    return chart;
  }

  private static void style(XYStyler s) {
    s.setChartBackgroundColor(Color.WHITE).setPlotBackgroundColor(Color.WHITE);
    s.setChartTitleVisible(false).setChartPadding(0).setPlotBorderVisible(false);
    s.setPlotContentSize(0.96).setAntiAlias(true).setLocale(Locale.ROOT);
    s.setPlotGridVerticalLinesVisible(false);
    s.setPlotGridLinesColor(HAIR).setPlotGridLinesStroke(new BasicStroke(0.8f));
    s.setAxisTicksLineVisible(false).setAxisTicksMarksVisible(false);
    s.setAxisTickLabelsFont(font(Font.PLAIN, 11)).setAxisTickLabelsColor(FAINT);
    s.setAxisTitleFont(font(Font.PLAIN, 11));
    s.setXAxisTitleColor(FAINT).setChartFontColor(FAINT);
    s.setXAxisDecimalPattern("0").setXAxisTickMarkSpacingHint(50).setYAxisTickMarkSpacingHint(34);
    s.setLegendVisible(false);
  }
}
