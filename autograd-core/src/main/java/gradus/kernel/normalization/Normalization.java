package gradus.kernel.normalization;

import gradus.formula.Expr;
import gradus.kernel.compile.Compute;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code y = (x - mean) scale weight + bias} with {@code scale = 1 / sqrt(variance + eps)}, and its
 * gradient. Mean, variance and scale are rows of numbers, one for each kept position, that
 * broadcast over the folded ones; weight and bias broadcast as they like, or are absent. All arrays
 * are float or all double.
 */
public final class Normalization {
  private static final Expr A = Expr.arg(0);
  private static final Expr B = Expr.arg(1);

  private static final List<Expr> OVER_COUNT = List.of(A.div(Expr.setting(0)));

  /** A mean of weighted terms, from the sum without the weight, the weight and their number. */
  private static final List<Expr> WEIGHTED_OVER_COUNT = List.of(A.mul(B).div(Expr.setting(0)));

  /** Variance and scale, from the sum of squares, their number and eps. */
  private static final List<Expr> VARIANCE_AND_SCALE =
      List.of(
          A.div(Expr.setting(0)),
          Expr.constant(1).div(A.div(Expr.setting(0)).add(Expr.setting(1)).sqrt()));

  private Normalization() {}

  /**
   * Computes the statistics and y. The variance is the mean of squares: of x - mean, or of x itself
   * if there is no mean.
   *
   * @param mean null to leave the mean of x where it is: RMS normalisation
   */
  public static void forward(
      Compute compute,
      double eps,
      int[] keptSizes,
      int[] foldedSizes,
      Operand x,
      @Nullable Operand weight,
      @Nullable Operand bias,
      Operand y,
      @Nullable Operand mean,
      Operand variance,
      Operand scale) {
    boolean centered = mean != null;
    Expr value = normalized(0, 1, centered ? 2 : -1);
    int next = centered ? 3 : 2;
    value = weight == null ? value : value.mul(Expr.arg(next++));
    Expr formula = bias == null ? value : value.add(Expr.arg(next));
    double n = Arrays.stream(foldedSizes).asDoubleStream().reduce(1, (a, b) -> a * b);
    Box.each(
        compute,
        keptSizes,
        foldedSizes,
        box -> {
          Operand[] o = box.operands();
          var all = new ArrayList<>(List.of(o[1], o[0], o[3]));
          if (centered) {
            box.sum(A, o[4], o[0]);
            box.onStatistics(OVER_COUNT, new double[] {n}, o[4], o[4]);
            box.sum(A.sub(B).square(), o[2], o[0], o[4]);
            all.add(o[4]);
          } else {
            box.sum(A.square(), o[2], o[0]);
          }
          box.onStatistics(VARIANCE_AND_SCALE, new double[] {n, eps}, o[2], o[3], o[2]);
          all.addAll(Arrays.asList(o).subList(centered ? 5 : 4, o.length));
          box.onElements(formula, all.toArray(Operand[]::new));
        },
        present(x, y, variance, scale, mean, weight, bias));
  }

  /**
   * The gradient of x from the gradient g of y: with h = g weight and n the normalised x, {@code dx
   * = scale (h - mean(h) - n mean(h n))}; the mean of h only if x was centred (Ioffe and Szegedy,
   * "Batch Normalization", 2015, section 3).
   *
   * @param perMean whether the weight is one number for each kept position, to be multiplied to the
   *     sums of g n and of g
   * @param along the sums of g n, null if not known; only if so
   * @param level the sums of g, known together
   */
  public static void backward(
      Compute compute,
      int[] keptSizes,
      int[] foldedSizes,
      Operand g,
      Operand x,
      @Nullable Operand weight,
      boolean perMean,
      Operand dx,
      @Nullable Operand mean,
      Operand scale,
      @Nullable Operand along,
      @Nullable Operand level) {
    boolean centered = mean != null;
    boolean weighted = weight != null;
    boolean apart = weighted && perMean;
    // Operands: x, scale, [mean,] g, [weight,] mean of h n, [mean of h]
    int at = centered ? 3 : 2;
    Expr n = normalized(0, 1, centered ? 2 : -1);
    Expr h = weighted ? Expr.arg(at).mul(Expr.arg(at + 1)) : Expr.arg(at);
    int means = weighted ? at + 2 : at + 1;
    Expr rest = centered ? h.sub(Expr.arg(means + 1)) : h;
    Expr formula = rest.sub(n.mul(Expr.arg(means))).mul(B);
    Expr product = apart ? Expr.arg(at).mul(n) : h.mul(n);
    Expr plain = weighted && !apart ? A.mul(B) : A;
    List<Expr> share = apart ? WEIGHTED_OVER_COUNT : OVER_COUNT;
    double[] count = {Arrays.stream(foldedSizes).asDoubleStream().reduce(1, (a, b) -> a * b)};
    Box.each(
        compute,
        keptSizes,
        foldedSizes,
        box -> {
          Operand[] o = box.operands(); // x, dx, scale, [mean,] g, [weight, [along, level]]
          int end = o.length - (along == null ? 0 : 2);
          var in = new ArrayList<>(List.of(o[0]));
          in.addAll(Arrays.asList(o).subList(2, end));
          Operand[] terms = in.toArray(Operand[]::new);
          Operand[] factor = apart ? new Operand[] {terms[at + 1]} : new Operand[0];
          Operand[] used = apart ? Arrays.copyOf(terms, at + 1) : terms;
          in.add(box.mean(product, share, count, along == null ? null : o[end], factor, used));
          if (centered) {
            Operand known = level == null ? null : o[end + 1];
            Operand[] own = Arrays.copyOfRange(used, at, used.length);
            in.add(box.mean(plain, share, count, known, factor, own));
          }
          in.addFirst(o[1]);
          box.onElements(formula, in.toArray(Operand[]::new));
        },
        present(x, dx, scale, mean, g, weight, along, level));
  }

  /** {@code (x - mean) scale} of the operands by index; no mean if its index is negative. */
  private static Expr normalized(int x, int scale, int mean) {
    Expr centered = mean < 0 ? Expr.arg(x) : Expr.arg(x).sub(Expr.arg(mean));
    return centered.mul(Expr.arg(scale));
  }

  private static Operand[] present(@Nullable Operand... operands) {
    return Arrays.stream(operands).filter(o -> o != null).toArray(Operand[]::new);
  }
}
