package gradus.kernel.recurrent;

import static gradus.kernel.recurrent.Batch.group;

import gradus.formula.Expr;
import gradus.kernel.array.Fill;
import gradus.kernel.array.Strided;
import gradus.kernel.gemm.PackedMatrix;
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
    Expr r = Expr.arg(0), z = Expr.arg(1), n = Expr.arg(2), one = Expr.constant(1);
    Expr dh = Expr.arg(5).add(Expr.arg(6)).add(Expr.arg(7));
    Expr dn = dh.mul(one.sub(z)).mul(one.sub(n.square()));
    return List.of(
        dn.mul(Expr.arg(3)).mul(r).mul(one.sub(r)),
        dh.mul(Expr.arg(4).sub(n)).mul(z).mul(one.sub(z)),
        dn,
        dn.mul(r),
        dh.mul(z));
  }

  /** Computes all states, and what steps leave unless that is null. */
  public void forward(Strided x, Strided h0, Strided states, @Nullable Strided steps) {
    int n = h0.size(0);
    int width = h0.size(1);
    Strided work = steps == null ? Strided.scratch(states.array(), x.size(0), n, 4 * width) : steps;
    var input = new PackedMatrix(xWeight.transposed());
    var rz = new PackedMatrix(weight.rows(0, 2 * width).transposed());
    var fresh = new PackedMatrix(weight.rows(2 * width, width).transposed());
    var batch = new Batch(n, (long) weight.size(0) * (x.size(2) + width));
    if (!batch.isStepwise()) {
      input.multiply(x.lines(), work.lines().columns(0, 3 * width), false); // [t n,in] @ [in,3h]
    }
    batch.run(
        part -> {
          Strided h = part.of(h0);
          Strided[] ofInput = biases(xBias, part);
          Strided[] ofState = biases(bias, part);
          for (int s = 0; s < x.size(0); s++) {
            Strided step = part.at(s, work);
            if (batch.isStepwise()) {
              input.multiply(part.at(s, x), step.columns(0, 3 * width), false);
            }
            rz.multiply(h, step.columns(0, 2 * width), true); // [n,h] @ [h,2h]
            fresh.multiply(h, step.columns(3 * width, width), false); // [n,h] @ [h,h]
            Strided[] left = step.chunks(4);
            Strided next = part.at(s, states);
            List<Expr> formulas = bias == null ? STEP : STEP_BIASED;
            Batch.compute(formulas, left, group(next), left, group(h), ofInput, ofState);
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

  private static Strided[] biases(@Nullable Strided of, Batch.Part part) {
    return of == null ? group() : of.expand(part.count(), of.size(0)).chunks(3);
  }

  /**
   * The gradients of what r, z and n are of, of h_n, and of h0.
   *
   * @param g the gradient of the state after each step
   * @param states as {@link #forward} left them, as are the steps
   * @param d set to the gradients of what the steps left
   */
  public void backward(
      Strided g, Strided h0, Strided states, Strided steps, Strided d, Strided dh0) {
    int width = dh0.size(1);
    var rz = new PackedMatrix(weight.rows(0, 2 * width));
    var fresh = new PackedMatrix(weight.rows(2 * width, width));
    var batch = new Batch(dh0.size(0), (long) weight.size(0) * weight.size(1));
    batch.run(
        part -> {
          Strided fromNext = Strided.scratch(dh0.array(), part.count(), width);
          Fill.run(fromNext, 0);
          Strided dh = part.of(dh0);
          Fill.run(dh, 0);
          for (int s = g.size(0) - 1; s >= 0; s--) {
            Strided step = part.at(s, d);
            Strided[] dx = step.chunks(4);
            Strided before = s == 0 ? part.of(h0) : part.at(s - 1, states);
            Strided[] left = part.at(s, steps).chunks(4);
            Strided[] others = group(before, part.at(s, g), fromNext, dh);
            Batch.compute(BACK, dx, group(dh), left, others);
            rz.multiply(step.columns(0, 2 * width), fromNext, false); // [n,2h] @ [2h,h]
            fresh.multiply(dx[3], fromNext, true); // [n,h] @ [h,h]
          }
          Batch.compute(SUM, group(dh, dh, fromNext));
          fromNext.release();
        });
    rz.release();
    fresh.release();
  }
}
