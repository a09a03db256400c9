package gradus.kernel.recurrent;

import gradus.formula.Expr;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Gated recurrent units along a sequence. All arrays are dense and of one type, float or double:
 * gates [t, n, 3h] in the order r, z, n as the input alone makes them; first state [n, h]; weight
 * [3h, h]; bias [3h], which belongs to the product with the weight; states [t, n, h].
 */
public final class Gru {
  private static final List<Expr> STEP = step(false);
  private static final List<Expr> STEP_BIASED = step(true);
  private static final List<Expr> ACTIVATIONS = activations(false);
  private static final List<Expr> ACTIVATIONS_BIASED = activations(true);
  private static final List<Expr> BACK = back();
  private static final List<Expr> SUM = List.of(Expr.arg(0).add(Expr.arg(1)));

  private Gru() {}

  /** r, z, h_n and n, of x (0 to 2), the product (3 to 5) and perhaps the bias (6 to 8). */
  private static List<Expr> activations(boolean biased) {
    Expr[] y = new Expr[3];
    for (int k = 0; k < 3; k++) {
      y[k] = biased ? Expr.arg(3 + k).add(Expr.arg(6 + k)) : Expr.arg(3 + k);
    }
    Expr r = Expr.arg(0).add(y[0]).sigmoid();
    Expr z = Expr.arg(1).add(y[1]).sigmoid();
    return List.of(r, z, y[2], Expr.arg(2).add(r.mul(y[2])).tanh());
  }

  /** The new state; the old one is the last operand. */
  private static List<Expr> step(boolean biased) {
    List<Expr> a = activations(biased);
    Expr n = a.get(3);
    return List.of(n.add(a.get(1).mul(Expr.arg(biased ? 9 : 6).sub(n))));
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

  /** Computes all states. */
  public static void forward(
      int steps,
      int n,
      int width,
      Object gates,
      int gatesOffset,
      Object h0,
      int h0Offset,
      Object weight,
      int weightOffset,
      @Nullable Object bias,
      int biasOffset,
      Object states,
      int statesOffset) {
    Block x = Block.dense(gates, gatesOffset, steps * n, 3 * width);
    Block back = Block.dense(weight, weightOffset, 3 * width, width).transposed();
    Block out = Block.dense(states, statesOffset, steps * n, width);
    Block byState = Block.zeros(states, n, 3 * width);
    Block h = Block.dense(h0, h0Offset, n, width);
    for (int t = 0; t < steps; t++) {
      byState.product(h, back); // [n,h] @ [h,3h]
      var all = new ArrayList<Block>();
      all.add(out.rows(t * n, n));
      all.addAll(thirds(x.rows(t * n, n), width));
      all.addAll(thirds(byState, width));
      all.addAll(thirds(bias, biasOffset, n, width));
      all.add(h);
      Block.run(bias == null ? STEP : STEP_BIASED, all.toArray(Block[]::new));
      h = out.rows(t * n, n);
    }
  }

  /**
   * The gradients of gates and h0, one after the other in {@code result}, from the gradient g of
   * the states. The gates are computed again, for all steps at once.
   */
  public static void backward(
      int steps,
      int n,
      int width,
      Object g,
      int gOffset,
      Object gates,
      int gatesOffset,
      Object h0,
      int h0Offset,
      Object weight,
      int weightOffset,
      @Nullable Object bias,
      int biasOffset,
      Object states,
      int statesOffset,
      Object result,
      int resultOffset) {
    Block w = Block.dense(weight, weightOffset, 3 * width, width);
    Block out = Block.dense(states, statesOffset, steps * n, width);
    Block upstream = Block.dense(g, gOffset, steps * n, width);
    Block first = Block.dense(h0, h0Offset, n, width);
    Block a = Block.zeros(states, steps * n, 3 * width);
    Block fresh = Block.zeros(states, steps * n, width);
    a.rows(0, n).product(first, w.transposed());
    if (steps > 1) {
      a.rows(n, (steps - 1) * n).product(out.rows(0, (steps - 1) * n), w.transposed());
    }
    Block x = Block.dense(gates, gatesOffset, steps * n, 3 * width);
    var all = new ArrayList<>(thirds(a, width));
    all.add(fresh);
    all.addAll(thirds(x, width));
    all.addAll(thirds(a, width));
    all.addAll(thirds(bias, biasOffset, steps * n, width));
    Block.run(bias == null ? ACTIVATIONS : ACTIVATIONS_BIASED, all.toArray(Block[]::new));

    Block dx = Block.dense(result, resultOffset, steps * n, 3 * width);
    Block dh = Block.dense(result, resultOffset + steps * n * 3 * width, n, width); // zero at first
    Block fromNext = Block.zeros(states, n, width);
    Block dy = Block.zeros(states, n, 3 * width);
    for (int t = steps - 1; t >= 0; t--) {
      List<Block> at = thirds(a.rows(t * n, n), width);
      List<Block> d = thirds(dx.rows(t * n, n), width);
      Block.run(
          BACK,
          d.get(0),
          d.get(1),
          d.get(2),
          dy.columns(2 * width, width),
          dh,
          at.get(0),
          at.get(1),
          at.get(2),
          fresh.rows(t * n, n),
          t == 0 ? first : out.rows((t - 1) * n, n),
          upstream.rows(t * n, n),
          fromNext,
          dh);
      Block.run(
          List.of(Expr.arg(0)), dy.columns(0, 2 * width), dx.rows(t * n, n).columns(0, 2 * width));
      fromNext.product(dy, w); // [n,3h] @ [3h,h]
    }
    Block.run(SUM, dh, dh, fromNext);
  }

  private static List<Block> thirds(Block x, int width) {
    return List.of(x.columns(0, width), x.columns(width, width), x.columns(2 * width, width));
  }

  /** The parts of the bias as matrices of equal rows; none without a bias. */
  private static List<Block> thirds(@Nullable Object bias, int offset, int rows, int width) {
    return bias == null ? List.of() : thirds(new Block(bias, offset, rows, 3 * width, 0, 1), width);
  }
}
