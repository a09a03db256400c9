package gradus.kernel.recurrent;

import gradus.formula.Expr;
import gradus.kernel.gemm.PackedMatrix;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Gated recurrent units along a sequence. Gates [t n, 3h] lie in the order r, z, n; the first state
 * is [n, h], the weight [3h, h]; a bias [1, 3h] belongs to the product with the weight; states are
 * [t n, h].
 */
public final class Gru {
  private static final List<Expr> STEP = step(false);
  private static final List<Expr> STEP_BIASED = step(true);
  private static final List<Expr> BACK = back();
  private static final List<Expr> SUM = List.of(Expr.arg(0).add(Expr.arg(1)));

  private Gru() {}

  /**
   * The new state, and r, z, h_n and n, of x (0 to 2), the product (3 to 5), perhaps the bias (6 to
   * 8), and the old state.
   */
  private static List<Expr> step(boolean biased) {
    Expr[] y = new Expr[3];
    for (int k = 0; k < 3; k++) {
      y[k] = biased ? Expr.arg(3 + k).add(Expr.arg(6 + k)) : Expr.arg(3 + k);
    }
    Expr r = Expr.arg(0).add(y[0]).sigmoid();
    Expr z = Expr.arg(1).add(y[1]).sigmoid();
    Expr n = Expr.arg(2).add(r.mul(y[2])).tanh();
    Expr h = Expr.arg(biased ? 9 : 6);
    return List.of(n.add(z.mul(h.sub(n))), r, z, y[2], n);
  }

  /**
   * The gradients of the three gates, of h_n, and of the old h as far as it goes through z; of r,
   * z, h_n, n (0 to 3), the old h (4), and the gradients of h' from outside and from later (5 to
   * 7).
   */
  private static List<Expr> back() {
    Expr r = Expr.arg(0);
    Expr z = Expr.arg(1);
    Expr n = Expr.arg(3);
    Expr one = Expr.constant(1);
    Expr dh = Expr.arg(5).add(Expr.arg(6)).add(Expr.arg(7));
    Expr dn = dh.mul(one.sub(z)).mul(one.sub(n.square()));
    return List.of(
        dn.mul(Expr.arg(2)).mul(r).mul(one.sub(r)),
        dh.mul(Expr.arg(4).sub(n)).mul(z).mul(one.sub(z)),
        dn,
        dn.mul(r),
        dh.mul(z));
  }

  /**
   * Computes all states.
   *
   * @param gates what the input contributes to the gates
   * @param kept set to r, z, h_n and n: of all steps [t n, 4h], or if there are only rows for one
   *     [n, 4h], of the last
   */
  public static void forward(
      int steps,
      Block gates,
      Block h0,
      Block weight,
      @Nullable Block bias,
      Block states,
      Block kept) {
    int n = h0.rows();
    int width = h0.cols();
    PackedMatrix back = weight.packedTransposed();
    var batch = new Batch(n, weight.rows() * weight.cols());
    batch.run(
        (first, count) -> {
          Block h = h0.rows(first, count);
          for (int t = 0; t < steps; t++) {
            int at = t * n + first;
            Block a = kept.rows(at % kept.rows(), count);
            Block byState = a.columns(0, 3 * width);
            byState.product(h, back, false); // [n,h] @ [h,3h]
            Block next = states.rows(at, count);
            var all = new ArrayList<Block>();
            all.add(next);
            all.addAll(List.of(a.parts(4)));
            all.addAll(List.of(gates.rows(at, count).parts(3)));
            all.addAll(List.of(byState.parts(3)));
            if (bias != null) {
              all.addAll(List.of(bias.repeated(count).parts(3)));
            }
            all.add(h);
            Block.run(bias == null ? STEP : STEP_BIASED, all.toArray(Block[]::new));
            h = next;
          }
        });
    back.release();
  }

  /**
   * The gradients of gates and h0 from the gradient g of the states.
   *
   * @param kept as {@link #forward} left it, of all steps
   */
  public static void backward(
      int steps,
      Block g,
      Block h0,
      Block weight,
      Block states,
      Block kept,
      Block dGates,
      Block dh0) {
    int n = h0.rows();
    int width = h0.cols();
    PackedMatrix rz = weight.rows(0, 2 * width).packed();
    PackedMatrix fresh = weight.rows(2 * width, width).packed();
    var batch = new Batch(n, weight.rows() * weight.cols());
    batch.run(
        (first, count) -> {
          Block fromNext = kept.zeros(count, width);
          Block dy = kept.zeros(count, width);
          Block dh = dh0.rows(first, count);
          dh.clear();
          for (int t = steps - 1; t >= 0; t--) {
            int at = t * n + first;
            Block[] a = kept.rows(at, count).parts(4);
            Block dx = dGates.rows(at, count);
            Block[] d = dx.parts(3);
            Block before = t == 0 ? h0.rows(first, count) : states.rows(at - n, count);
            Block.run(
                BACK,
                d[0],
                d[1],
                d[2],
                dy,
                dh,
                a[0],
                a[1],
                a[2],
                a[3],
                before,
                g.rows(at, count),
                fromNext,
                dh);
            fromNext.product(dx.columns(0, 2 * width), rz, false); // [n,2h] @ [2h,h]
            fromNext.product(dy, fresh, true); // [n,h] @ [h,h]
          }
          Block.run(SUM, dh, dh, fromNext);
        });
    rz.release();
    fresh.release();
  }
}
