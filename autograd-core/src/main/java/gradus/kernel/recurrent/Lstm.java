package gradus.kernel.recurrent;

import gradus.formula.Expr;
import java.util.List;

/**
 * Long short-term memory along a sequence. All arrays are dense and of one type, float or double:
 * gates [t, n, 4h] in the order i, f, g, o as the input alone makes them; first states [n, h];
 * weight [4h, h]; states [2, t, n, h], outputs before cell states.
 */
public final class Lstm {
  private static final List<Expr> STEP = step();
  private static final List<Expr> ACTIVATIONS = activations();
  private static final List<Expr> BACK = back();

  private Lstm() {}

  private static Expr gate(int k) {
    return Expr.arg(k).add(Expr.arg(k + 4));
  }

  /** c' and h' of the gates by input (0 to 3) and by state (4 to 7), and c. */
  private static List<Expr> step() {
    Expr kept = gate(1).sigmoid().mul(Expr.arg(8));
    Expr c = kept.add(gate(0).sigmoid().mul(gate(2).tanh()));
    return List.of(c, gate(3).sigmoid().mul(c.tanh()));
  }

  private static List<Expr> activations() {
    return List.of(gate(0).sigmoid(), gate(1).sigmoid(), gate(2).tanh(), gate(3).sigmoid());
  }

  /**
   * The gradients of the four gates and of the old c; of i, f, g, o (0 to 3), c' (4), c (5), the
   * gradient of h' from outside (6) and from the next step (7), that of c' (8 and 9).
   */
  private static List<Expr> back() {
    Expr i = Expr.arg(0);
    Expr f = Expr.arg(1);
    Expr g = Expr.arg(2);
    Expr o = Expr.arg(3);
    Expr tanh = Expr.arg(4).tanh();
    Expr one = Expr.constant(1);
    Expr dh = Expr.arg(6).add(Expr.arg(7));
    Expr dc = Expr.arg(8).add(Expr.arg(9)).add(dh.mul(o).mul(one.sub(tanh.square())));
    return List.of(
        dc.mul(g).mul(i).mul(one.sub(i)),
        dc.mul(Expr.arg(5)).mul(f).mul(one.sub(f)),
        dc.mul(i).mul(one.sub(g.square())),
        dh.mul(tanh).mul(o).mul(one.sub(o)),
        dc.mul(f));
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
      Object c0,
      int c0Offset,
      Object weight,
      int weightOffset,
      Object states,
      int statesOffset) {
    Block x = Block.dense(gates, gatesOffset, steps * n, 4 * width);
    Block back = Block.dense(weight, weightOffset, 4 * width, width).transposed();
    Block out = Block.dense(states, statesOffset, 2 * steps * n, width);
    Block byState = Block.zeros(states, n, 4 * width);
    Block h = Block.dense(h0, h0Offset, n, width);
    Block c = Block.dense(c0, c0Offset, n, width);
    for (int t = 0; t < steps; t++) {
      byState.product(h, back); // [n,h] @ [h,4h]
      h = out.rows(t * n, n);
      Block next = out.rows((steps + t) * n, n);
      Block xt = x.rows(t * n, n);
      Block.run(
          STEP,
          next,
          h,
          xt.columns(0, width),
          xt.columns(width, width),
          xt.columns(2 * width, width),
          xt.columns(3 * width, width),
          byState.columns(0, width),
          byState.columns(width, width),
          byState.columns(2 * width, width),
          byState.columns(3 * width, width),
          c);
      c = next;
    }
  }

  /**
   * The gradients of gates, h0 and c0, one after the other in {@code result}, from the gradient g
   * of the states. The gates are computed again, for all steps at once.
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
      Object c0,
      int c0Offset,
      Object weight,
      int weightOffset,
      Object states,
      int statesOffset,
      Object result,
      int resultOffset) {
    Block w = Block.dense(weight, weightOffset, 4 * width, width);
    Block out = Block.dense(states, statesOffset, 2 * steps * n, width);
    Block upstream = Block.dense(g, gOffset, 2 * steps * n, width);
    Block first = Block.dense(h0, h0Offset, n, width);
    Block a = Block.zeros(states, steps * n, 4 * width);
    a.rows(0, n).product(first, w.transposed());
    if (steps > 1) {
      a.rows(n, (steps - 1) * n).product(out.rows(0, (steps - 1) * n), w.transposed());
    }
    Block x = Block.dense(gates, gatesOffset, steps * n, 4 * width);
    Block[] act = quarters(a, width);
    Block[] in = quarters(x, width);
    Block.run(
        ACTIVATIONS,
        act[0],
        act[1],
        act[2],
        act[3],
        in[0],
        in[1],
        in[2],
        in[3],
        act[0],
        act[1],
        act[2],
        act[3]);

    Block dx = Block.dense(result, resultOffset, steps * n, 4 * width);
    int size = steps * n * 4 * width;
    Block dh0 = Block.dense(result, resultOffset + size, n, width);
    Block dc = Block.dense(result, resultOffset + size + n * width, n, width); // zero at first
    Block fromNext = Block.zeros(states, n, width);
    for (int t = steps - 1; t >= 0; t--) {
      Block[] at = quarters(a.rows(t * n, n), width);
      Block[] d = quarters(dx.rows(t * n, n), width);
      Block before =
          t == 0 ? Block.dense(c0, c0Offset, n, width) : out.rows((steps + t - 1) * n, n);
      Block.run(
          BACK,
          d[0],
          d[1],
          d[2],
          d[3],
          dc,
          at[0],
          at[1],
          at[2],
          at[3],
          out.rows((steps + t) * n, n),
          before,
          upstream.rows(t * n, n),
          fromNext,
          upstream.rows((steps + t) * n, n),
          dc);
      (t == 0 ? dh0 : fromNext).product(dx.rows(t * n, n), w); // [n,4h] @ [4h,h]
    }
  }

  private static Block[] quarters(Block x, int width) {
    Block[] quarters = new Block[4];
    for (int k = 0; k < 4; k++) {
      quarters[k] = x.columns(k * width, width);
    }
    return quarters;
  }
}
