package gradus.check;

import gradus.Shape;
import gradus.check.Differences.Line;
import gradus.check.GradCheckReport.Pair;
import gradus.check.GradCheckReport.Verdict;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Analytic against numeric slopes of one output and one input; keeps the worst. */
final class Comparison {
  /** Other steps to try, as multiples of the usual one, when an element disagrees. */
  private static final double[] STEPS = {8, 1, 1.0 / 8, 1.0 / 64, 1.0 / 512, 1.0 / 4096};

  private final GradCheck settings;
  private final Differences differences;
  private final int output;
  private final double @Nullable [] weights; // null: element by element
  private @Nullable Slope worst;
  private int wrong;
  private int kinks;

  Comparison(GradCheck settings, Differences differences, int output, double @Nullable [] weights) {
    this.settings = settings;
    this.differences = differences;
    this.output = output;
    this.weights = weights;
  }

  /** What was found for one element; the slopes from either side are NaN if it agrees. */
  private record Slope(
      int out,
      int in,
      double analytic,
      double numeric,
      double tolerance,
      double left,
      double right) {
    double excess() {
      double gap = Math.abs(analytic - numeric);
      return Double.isNaN(gap) ? Double.POSITIVE_INFINITY : gap / tolerance;
    }

    boolean agrees() {
      return Double.compare(analytic, numeric) == 0
          || (Double.isNaN(analytic) && Double.isNaN(numeric))
          || Math.abs(analytic - numeric) <= tolerance;
    }

    /** Between the slopes from the two sides: a subgradient of a kink, or the slope at a jump. */
    boolean isBetweenSides() {
      double low = Double.isNaN(left) ? right : Double.isNaN(right) ? left : Math.min(left, right);
      double high = Double.isNaN(left) ? right : Double.isNaN(right) ? left : Math.max(left, right);
      return analytic >= low - tolerance && analytic <= high + tolerance;
    }
  }

  /** Compares the slope of the weighted output along a line. */
  void projection(Line line, double analytic) {
    double h = line.step(settings.step);
    note(slope(line, 0, analytic, weighted(differences.central(line, h))[0], h));
  }

  /** Compares the slopes of all elements of the output along a line. */
  void column(Line line, double[] analytic) {
    double h = line.step(settings.step);
    double[] numeric = weighted(differences.central(line, h));
    double[][] others = null;
    double[] left = null;
    double[] right = null;
    for (int k = 0; k < analytic.length; k++) {
      Slope s = slope(line, k, analytic[k], numeric[k], h);
      if (!s.agrees()) {
        if (others == null || left == null || right == null) {
          others = new double[STEPS.length][];
          for (int p = 0; p < STEPS.length; p++) {
            others[p] = weighted(differences.central(line, h * STEPS[p]));
          }
          left = weighted(differences.oneSided(line, -h / 16));
          right = weighted(differences.oneSided(line, h / 16));
        }
        s = settled(s, line, others, k, h, left[k], right[k]);
      }
      note(s);
    }
  }

  /** The difference with the step at which it depends on the step least. */
  private Slope settled(
      Slope s, Line line, double[][] others, int k, double h, double left, double right) {
    double best = s.numeric;
    double least = Double.POSITIVE_INFINITY;
    double at = h;
    for (int p = 1; p < STEPS.length; p++) {
      double change = Math.abs(others[p][k] - others[p - 1][k]);
      if (change < least) {
        least = change;
        best = others[p][k];
        at = h * STEPS[p];
      }
    }
    Slope t = slope(line, k, s.analytic, best, at);
    return new Slope(t.out, t.in, t.analytic, t.numeric, t.tolerance, left, right);
  }

  private void note(Slope s) {
    boolean fails = !s.agrees();
    boolean kink = fails && s.isBetweenSides();
    if (kink) {
      kinks++;
    } else if (fails) {
      wrong++;
    }
    Slope w = worst;
    boolean more =
        w == null || rank(s) > rank(w) || (rank(s) == rank(w) && s.excess() > w.excess());
    worst = more ? s : w;
  }

  /** Wrong before kink before right. */
  private static int rank(Slope s) {
    return s.agrees() ? 0 : s.isBetweenSides() ? 1 : 2;
  }

  private Slope slope(Line line, int k, double analytic, double numeric, double h) {
    // What the rounding of the function, about an ulp of its largest value, does to a difference.
    double noise = 4 * Math.ulp(differences.largest()) / h;
    double size = Double.isFinite(numeric) ? Math.abs(numeric) : 0;
    double tolerance = settings.atol + settings.rtol * size + noise;
    return new Slope(k, line.element(), analytic, numeric, tolerance, Double.NaN, Double.NaN);
  }

  private double[] weighted(double[][] values) {
    double[] v = values[output];
    double[] w = weights;
    return w == null
        ? v
        : new double[] {IntStream.range(0, v.length).mapToDouble(k -> v[k] * w[k]).sum()};
  }

  Pair pair(int order, String input, Shape outputShape, Shape inputShape, int elements) {
    Slope s = worst;
    Verdict verdict = wrong > 0 ? Verdict.WRONG : kinks > 0 ? Verdict.KINK : Verdict.RIGHT;
    GradCheckReport.Element element = null;
    if (s != null) {
      boolean projected = weights != null;
      element =
          new GradCheckReport.Element(
              projected ? null : Examination.place(outputShape, s.out),
              projected ? null : Examination.place(inputShape, s.in),
              s.analytic,
              s.numeric,
              s.tolerance,
              s.left,
              s.right);
    }
    return new Pair(
        order, output, outputShape, input, inputShape, verdict, elements, wrong, kinks, element);
  }
}
