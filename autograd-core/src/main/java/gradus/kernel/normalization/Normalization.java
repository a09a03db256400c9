package gradus.kernel.normalization;

import gradus.formula.Expr;
import gradus.kernel.array.Strided;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code y = (x - mean) scale weight + bias} with {@code scale = 1 / sqrt(variance + eps)}, and its
 * gradient. Mean, variance and scale are numbers for each kept position, that broadcast over the
 * folded ones; weight and bias broadcast as they like, or are absent. All views are float or all
 * double, and of one shape: the kept dimensions, then the folded ones.
 *
 * @param rank how many dimensions are kept
 * @param mean null to leave the mean of x where it is: RMS normalisation
 * @param variance needed forwards: the mean of the squares of x - mean, or of x
 * @param scale needed backwards, and null forwards if it is not asked for
 */
public record Normalization(
    int rank,
    Strided x,
    @Nullable Strided mean,
    @Nullable Strided variance,
    @Nullable Strided scale) {
  private static final Expr A = Expr.arg(0);
  private static final Expr B = Expr.arg(1);

  private static final List<Expr> ITSELF = List.of(A);
  private static final List<Expr> SQUARE = List.of(A.square());
  private static final List<Expr> DEVIATION = List.of(A.sub(B).square());

  private static final List<Expr> OVER_COUNT = List.of(A.div(Expr.setting(0)));

  /** A mean of weighted terms, from the sum without the weight, the weight and their number. */
  private static final List<Expr> WEIGHTED_OVER_COUNT = List.of(A.mul(B).div(Expr.setting(0)));

  /** Variance and scale, from the sum of squares, their number and eps. */
  private static final List<Expr> VARIANCE_AND_SCALE =
      List.of(
          A.div(Expr.setting(0)),
          Expr.constant(1).div(A.div(Expr.setting(0)).add(Expr.setting(1)).sqrt()));

  /** Computes the statistics and y. */
  public void forward(double eps, Strided y, Strided... weightAndBias) {
    boolean centered = mean != null;
    Expr value = normalized(0, 1, centered ? 2 : -1);
    int next = centered ? 3 : 2;
    for (int i = 0; i < weightAndBias.length; i++, next++) {
      value = i == 0 ? value.mul(Expr.arg(next)) : value.add(Expr.arg(next));
    }
    Expr formula = value;
    double n = x.count(rank, x.rank());
    NormalizationTile.each(
        rank,
        2,
        box -> {
          Strided[] o = box.operands(); // x, variance, y, [mean,] [weight, [bias,]] [scale]
          int end = scale == null ? o.length : o.length - 1;
          Strided[] all = new Strided[end]; // y, x, scale, [mean,] [weight, [bias]]
          all[0] = o[2];
          all[1] = o[0];
          all[2] = scale == null ? box.room() : o[end];
          System.arraycopy(o, 3, all, 3, end - 3);
          if (centered) {
            NormalizationTile.sums(ITSELF, new Strided[] {o[3]}, o[0]);
            NormalizationTile.onStatistics(OVER_COUNT, new double[] {n}, o[3], o[3]);
            NormalizationTile.sums(DEVIATION, new Strided[] {o[1]}, o[0], o[3]);
          } else {
            NormalizationTile.sums(SQUARE, new Strided[] {o[1]}, o[0]);
          }
          NormalizationTile.onStatistics(
              VARIANCE_AND_SCALE, new double[] {n, eps}, o[1], all[2], o[1]);
          NormalizationTile.onElements(formula, all);
        },
        present(new @Nullable Strided[] {x, variance, y, mean}, weightAndBias, scale));
  }

  /**
   * The gradient of x from the gradient g of y: with h = g weight and n the normalised x, {@code dx
   * = scale (h - mean(h) - n mean(h n))}; the mean of h only if x was centred (Ioffe and Szegedy,
   * "Batch Normalization", 2015, section 3).
   *
   * @param perMean whether the weight is one number for each kept position, to be multiplied to the
   *     sums of g n and of g
   * @param sums those of g n and, if x was centred, of g, where they are known; only if so
   */
  public void backward(
      Strided g, @Nullable Strided weight, boolean perMean, Strided dx, Strided... sums) {
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
    Expr level = apart ? Expr.arg(at) : h;
    List<Expr> terms = centered ? List.of(level.mul(n), level) : List.of(level.mul(n));
    List<Expr> share = apart ? WEIGHTED_OVER_COUNT : OVER_COUNT;
    double[] count = {x.count(rank, x.rank())};
    NormalizationTile.each(
        rank,
        3,
        box -> {
          Strided[] o = box.operands(); // x, dx, scale, [mean,] g, [weight, [sums]]
          int end = o.length - sums.length;
          Strided[] all = new Strided[end + terms.size()]; // dx, x, ..., [weight,] means
          all[0] = o[1];
          all[1] = o[0];
          System.arraycopy(o, 2, all, 2, end - 2);
          Strided[] totals = new Strided[terms.size()];
          for (int i = 0; i < totals.length; i++) {
            all[end + i] = box.room();
            totals[i] = sums.length == 0 ? all[end + i] : o[end + i];
          }
          if (sums.length == 0) {
            NormalizationTile.sums(
                terms, totals, Arrays.copyOfRange(all, 1, apart ? end - 1 : end));
          }
          for (int i = 0; i < totals.length; i++) {
            if (apart) {
              NormalizationTile.onStatistics(share, count, all[end + i], totals[i], o[end - 1]);
            } else {
              NormalizationTile.onStatistics(share, count, all[end + i], totals[i]);
            }
          }
          NormalizationTile.onElements(formula, all);
        },
        present(new @Nullable Strided[] {x, dx, scale, mean, g, weight}, sums, null));
  }

  /** {@code (x - mean) scale} of the operands by index; no mean if its index is negative. */
  private static Expr normalized(int x, int scale, int mean) {
    Expr centered = mean < 0 ? Expr.arg(x) : Expr.arg(x).sub(Expr.arg(mean));
    return centered.mul(Expr.arg(scale));
  }

  private static Strided[] present(
      @Nullable Strided[] first, Strided[] more, @Nullable Strided last) {
    var present = new ArrayList<Strided>();
    for (Strided o : first) {
      if (o != null) {
        present.add(o);
      }
    }
    Collections.addAll(present, more);
    if (last != null) {
      present.add(last);
    }
    return present.toArray(Strided[]::new);
  }
}
