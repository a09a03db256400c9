package gradus.check;

import gradus.Shape;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What {@link GradCheck} found; {@link #toString} is meant to be read.
 *
 * @param pairs each output against each input, in every order
 * @param problems what is wrong with the function or its derivatives as a whole
 * @param transposed the operators whose tangents were found by transposing their vjp, which is no
 *     independent check; null if forward mode was not compared
 */
public record GradCheckReport(
    List<Pair> pairs, List<String> problems, @Nullable List<String> transposed) {

  /** How a derivative compares with differences. */
  public enum Verdict {
    RIGHT,
    /** It differs from the central difference, but lies between the slopes from the two sides. */
    KINK,
    WRONG
  }

  /**
   * One output against one input.
   *
   * @param order of the derivative
   * @param input its name, as in {@code input 0}
   * @param elements how many slopes were compared
   * @param wrong how many of them differ
   * @param kinks how many lie at a kink or jump of the function
   * @param worst the one that differs most; null if there are no elements
   */
  public record Pair(
      int order,
      int output,
      Shape outputShape,
      String input,
      Shape inputShape,
      Verdict verdict,
      int elements,
      int wrong,
      int kinks,
      @Nullable Element worst) {
    @Override
    public String toString() {
      String head =
          "order %d, output %d %s, %s %s: "
              .formatted(order, output, outputShape, input, inputShape);
      if (worst == null) {
        return head + "empty";
      }
      String tail =
          switch (verdict) {
            case RIGHT -> "right, %d compared; worst: ".formatted(elements);
            case KINK -> "right, with %d of %d at a kink or jump; ".formatted(kinks, elements);
            case WRONG -> "WRONG, %d of %d differ; worst: ".formatted(wrong, elements);
          };
      return head + tail + worst.describe(verdict);
    }
  }

  /**
   * One element of the Jacobian.
   *
   * @param out where in the output; null for a random projection
   * @param in where in the input; null for a random projection
   * @param tolerance how far analytic and numeric slope may differ
   * @param left the slope from below; NaN where it was not needed, or the function is not defined
   * @param right the slope from above, likewise
   */
  public record Element(
      @Nullable List<Integer> out,
      @Nullable List<Integer> in,
      double analytic,
      double numeric,
      double tolerance,
      double left,
      double right) {

    /** |analytic - numeric|. */
    public double difference() {
      return Math.abs(analytic - numeric);
    }

    private String describe(Verdict verdict) {
      String place =
          out == null ? "along a random direction" : "d out%s / d in%s".formatted(out, in);
      if (verdict == Verdict.KINK) {
        return "%s: one-sided slopes %.9g and %.9g, analytic %.9g is a valid subgradient"
            .formatted(place, left, right, analytic);
      }
      String values =
          "%s: analytic %.9g, numeric %.9g, difference %.1e, tolerance %.1e"
              .formatted(place, analytic, numeric, difference(), tolerance);
      return verdict == Verdict.RIGHT
          ? values
          : values
              + ", slope from the left %.9g, from the right %.9g".formatted(left, right)
              + why();
    }

    private String why() {
      if (Double.isNaN(numeric)) {
        return "; the function is not finite around this point";
      }
      return analytic == 0 ? "; no gradient arrives here" : "";
    }
  }

  /** Whether all derivatives are right. */
  public boolean ok() {
    return problems.isEmpty() && pairs.stream().noneMatch(p -> p.verdict == Verdict.WRONG);
  }

  /**
   * Demands that all derivatives are right.
   *
   * @return this
   * @throws AssertionError with this report, if one is not
   */
  public GradCheckReport assertOk() {
    if (!ok()) {
      throw new AssertionError(toString());
    }
    return this;
  }

  /** This report and another. */
  GradCheckReport and(GradCheckReport other) {
    return new GradCheckReport(
        both(pairs, other.pairs),
        both(problems, other.problems),
        transposed == null || other.transposed == null
            ? transposed
            : both(transposed, other.transposed).stream().distinct().sorted().toList());
  }

  private static <T> List<T> both(List<T> a, List<T> b) {
    return Stream.concat(a.stream(), b.stream()).toList();
  }

  @Override
  public String toString() {
    var text = new StringBuilder(ok() ? "gradcheck: right" : "gradcheck: WRONG");
    if (transposed != null) {
      text.append(
          transposed.isEmpty()
              ? "\n  forward mode: by rule"
              : "\n  forward mode: by transposition of %s, which is no independent check"
                  .formatted(String.join(", ", transposed)));
    }
    for (String problem : problems) {
      text.append("\n  ").append(problem);
    }
    for (Pair pair : pairs) {
      text.append("\n  ").append(pair);
    }
    return text.toString();
  }
}
