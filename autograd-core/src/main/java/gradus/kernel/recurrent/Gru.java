package gradus.kernel.recurrent;

import gradus.formula.Expr;
import gradus.kernel.gemm.PackedMatrix;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Gated recurrent units along a sequence. What a step leaves lies in the order r, z, n, h_n: [t n,
 * 4h]; weights [3h, in] and [3h, h] and biases [1, 3h] in the order r, z, n. The input is [t n,
 * in], the first state [n, h], the states after each step are [t n, h].
 */
public final class Gru {
  private static final List<Expr> STEP = step(false);
  private static final List<Expr> STEP_BIASED = step(true);
  private static final List<Expr> BACK = back();
  private static final List<Expr> SUM = List.of(Expr.arg(0).add(Expr.arg(1)));

  private Gru() {}

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
   * @param xBias null if there are no biases
   * @param steps set to r, z, n and h_n; null if nobody wants them
   */
  public static void forward(
      int t,
      Block x,
      Block h0,
      Block xWeight,
      Block weight,
      @Nullable Block xBias,
      @Nullable Block bias,
      Block states,
      @Nullable Block steps) {
    Block work = steps == null ? states.scratch(states.rows(), 4 * states.cols()) : steps;
    int n = h0.rows();
    int width = h0.cols();
    PackedMatrix input = xWeight.packedTransposed();
    PackedMatrix rz = weight.rows(0, 2 * width).packedTransposed();
    PackedMatrix fresh = weight.rows(2 * width, width).packedTransposed();
    var batch = new Batch(n, (long) weight.rows() * (x.cols() + width));
    if (!batch.isStepwise()) {
      work.columns(0, 3 * width).product(x, input, false); // [t n,in] @ [in,3h]
    }
    batch.run(
        (first, count) -> {
          Block h = h0.rows(first, count);
          var biases = new ArrayList<Block>();
          if (xBias != null && bias != null) {
            biases.addAll(List.of(xBias.repeated(count).parts(3)));
            biases.addAll(List.of(bias.repeated(count).parts(3)));
          }
          for (int s = 0; s < t; s++) {
            int at = s * n + first;
            Block step = work.rows(at, count);
            if (batch.isStepwise()) {
              step.columns(0, 3 * width).product(x.rows(at, count), input, false);
            }
            step.columns(0, 2 * width).product(h, rz, true); // [n,h] @ [h,2h]
            step.columns(3 * width, width).product(h, fresh, false); // [n,h] @ [h,h]
            Block next = states.rows(at, count);
            var all = new ArrayList<Block>(List.of(step.parts(4)));
            all.add(next);
            all.addAll(List.of(step.parts(4)));
            all.add(h);
            all.addAll(biases);
            Block.run(bias == null ? STEP : STEP_BIASED, all.toArray(Block[]::new));
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
   * @param g the gradient of the state after each step, [n, h]
   * @param states as {@link #forward} left them
   * @param steps as well
   * @param d set to the gradients of what the steps left [t n, 4h]
   */
  public static void backward(
      Block[] g, Block h0, Block weight, Block states, Block steps, Block d, Block dh0) {
    int n = dh0.rows();
    int width = dh0.cols();
    PackedMatrix rz = weight.rows(0, 2 * width).packed();
    PackedMatrix fresh = weight.rows(2 * width, width).packed();
    var batch = new Batch(n, (long) weight.rows() * weight.cols());
    batch.run(
        (first, count) -> {
          Block fromNext = dh0.scratch(count, width);
          fromNext.clear();
          Block dh = dh0.rows(first, count);
          dh.clear();
          for (int s = g.length - 1; s >= 0; s--) {
            int at = s * n + first;
            Block step = d.rows(at, count);
            Block[] dx = step.parts(4);
            Block[] a = steps.rows(at, count).parts(4);
            Block before = s == 0 ? h0.rows(first, count) : states.rows(at - n, count);
            Block fromOutside = g[s].rows(first, count);
            Block.run(
                BACK,
                dx[0],
                dx[1],
                dx[2],
                dx[3],
                dh,
                a[0],
                a[1],
                a[2],
                a[3],
                before,
                fromOutside,
                fromNext,
                dh);
            fromNext.product(step.columns(0, 2 * width), rz, false); // [n,2h] @ [2h,h]
            fromNext.product(dx[3], fresh, true); // [n,h] @ [h,h]
          }
          Block.run(SUM, dh, dh, fromNext);
          fromNext.release();
        });
    rz.release();
    fresh.release();
  }
}
