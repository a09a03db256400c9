package gradus.kernel.recurrent;

import gradus.formula.Expr;
import gradus.kernel.array.Fill;
import gradus.kernel.array.Strided;
import gradus.kernel.gemm.PackedMatrix;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Gated recurrent units along a sequence. What a step leaves lies in the order r, z, n, h_n: [t, n,
 * 4h]; weights [3h, in] and [3h, h] and biases [3h] in the order r, z, n. The input is [t, n, in],
 * the first state [n, h], the states after each step are [t, n, h].
 *
 * @param xBias null if there are no biases
 */
public record Gru(
    Strided xWeight, Strided weight, @Nullable Strided xBias, @Nullable Strided bias) {
  private static final List<Expr> STEP = step(false);
  private static final List<Expr> STEP_BIASED = step(true);
  private static final List<Expr> BACK = back();
  private static final List<Expr> SUM = List.of(Expr.arg(0).add(Expr.arg(1)));

  /**
   * r, z, n, h_n and h', of the sums that r, z and n are of, h_n without a bias, h, and perhaps the
   * biases of the input (5 to 7) and of the state (8 to 10).
   */
  private static List<Expr> step(boolean biased) {
    Expr[] x = new Expr[3];
    for (int k = 0; k < 3; k++) {
      x[k] = biased ? Expr.arg(k).add(Expr.arg(5 + k)) : Expr.arg(k);
    }
    Expr r = (biased ? x[0].add(Expr.arg(8)) : x[0]).sigmoid();
    Expr z = (biased ? x[1].add(Expr.arg(9)) : x[1]).sigmoid();
    Expr fresh = biased ? Expr.arg(3).add(Expr.arg(10)) : Expr.arg(3);
    Expr n = x[2].add(r.mul(fresh)).tanh();
    return List.of(r, z, n, fresh, n.add(z.mul(Expr.arg(4).sub(n))));
  }

  /**
   * The gradients of what the three gates are of, of h_n, and of the old h as far as it goes
   * through z; of r, z, n, h_n (0 to 3), the old h (4), and the gradients of h' from outside and
   * from later (5 to 7).
   */
  private static List<Expr> back() {
    Expr r = Expr.arg(0);
    Expr z = Expr.arg(1);
    Expr n = Expr.arg(2);
    Expr one = Expr.constant(1);
    Expr dh = Expr.arg(5).add(Expr.arg(6)).add(Expr.arg(7));
    Expr dn = dh.mul(one.sub(z)).mul(one.sub(n.square()));
    return List.of(
        dn.mul(Expr.arg(3)).mul(r).mul(one.sub(r)),
        dh.mul(Expr.arg(4).sub(n)).mul(z).mul(one.sub(z)),
        dn,
        dn.mul(r),
        dh.mul(z));
  }

  /**
   * Computes all states.
   *
   * @param steps set to r, z, n and h_n; null if they are not wanted
   */
  public void forward(Strided x, Strided h0, Strided states, @Nullable Strided steps) {
    int t = x.size(0);
    int n = h0.size(0);
    int width = h0.size(1);
    Strided work = steps == null ? Strided.scratch(states.array(), t, n, 4 * width) : steps;
    var input = new PackedMatrix(xWeight.transposed());
    var rz = new PackedMatrix(weight.rows(0, 2 * width).transposed());
    var fresh = new PackedMatrix(weight.rows(2 * width, width).transposed());
    var batch = new Batch(n, (long) weight.size(0) * (x.size(2) + width));
    if (!batch.isStepwise()) {
      input.multiply(x.lines(), work.lines().columns(0, 3 * width), false); // [t n,in] @ [in,3h]
    }
    batch.run(
        (first, count) -> {
          Strided h = h0.rows(first, count);
          var biases = new ArrayList<Strided>();
          if (xBias != null && bias != null) {
            Collections.addAll(biases, xBias.expand(count, 3 * width).chunks(3));
            Collections.addAll(biases, bias.expand(count, 3 * width).chunks(3));
          }
          for (int s = 0; s < t; s++) {
            Strided step = work.select(0, s).rows(first, count);
            if (batch.isStepwise()) {
              Strided gates = step.columns(0, 3 * width);
              input.multiply(x.select(0, s).rows(first, count), gates, false);
            }
            rz.multiply(h, step.columns(0, 2 * width), true); // [n,h] @ [h,2h]
            fresh.multiply(h, step.columns(3 * width, width), false); // [n,h] @ [h,h]
            Strided next = states.select(0, s).rows(first, count);
            var all = new ArrayList<Strided>(List.of(step.chunks(4)));
            all.add(next);
            Collections.addAll(all, step.chunks(4));
            all.add(h);
            all.addAll(biases);
            Batch.compute(bias == null ? STEP : STEP_BIASED, all.toArray(Strided[]::new));
            h = next;
          }
        });
    input.release();
    rz.release();
    fresh.release();
    if (steps == null) {
      work.release();
    }
  }

  /**
   * The gradients of what r, z and n are of, of h_n, and of h0.
   *
   * @param g the gradient of the state after each step, [t, n, h]
   * @param states as {@link #forward} left them
   * @param steps as well
   * @param d set to the gradients of what the steps left [t, n, 4h]
   */
  public void backward(
      Strided g, Strided h0, Strided states, Strided steps, Strided d, Strided dh0) {
    int width = dh0.size(1);
    var rz = new PackedMatrix(weight.rows(0, 2 * width));
    var fresh = new PackedMatrix(weight.rows(2 * width, width));
    var batch = new Batch(dh0.size(0), (long) weight.size(0) * weight.size(1));
    batch.run(
        (first, count) -> {
          Strided fromNext = Strided.scratch(dh0.array(), count, width);
          Fill.run(fromNext, 0);
          Strided dh = dh0.rows(first, count);
          Fill.run(dh, 0);
          for (int s = g.size(0) - 1; s >= 0; s--) {
            Strided step = d.select(0, s).rows(first, count);
            Strided[] dx = step.chunks(4);
            Strided before = s == 0 ? h0 : states.select(0, s - 1);
            var all = new ArrayList<Strided>(List.of(dx));
            all.add(dh);
            Collections.addAll(all, steps.select(0, s).rows(first, count).chunks(4));
            all.add(before.rows(first, count));
            all.add(g.select(0, s).rows(first, count));
            all.add(fromNext);
            all.add(dh);
            Batch.compute(BACK, all.toArray(Strided[]::new));
            rz.multiply(step.columns(0, 2 * width), fromNext, false); // [n,2h] @ [2h,h]
            fresh.multiply(dx[3], fromNext, true); // [n,h] @ [h,h]
          }
          Batch.compute(SUM, dh, dh, fromNext);
          fromNext.release();
        });
    rz.release();
    fresh.release();
  }
}
