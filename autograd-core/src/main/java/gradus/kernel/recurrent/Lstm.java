package gradus.kernel.recurrent;

import gradus.formula.Expr;
import gradus.kernel.gemm.PackedMatrix;
import java.util.List;

/**
 * Long short-term memory along a sequence. Gates [t n, 4h] lie in the order i, f, g, o; first
 * states are [n, h], the weight is [4h, h]; states are [2 t n, h], outputs before cell states.
 */
public final class Lstm {
  private static final List<Expr> STEP = step();
  private static final List<Expr> BACK = back();

  private Lstm() {}

  private static Expr gate(int k) {
    return Expr.arg(k).add(Expr.arg(k + 4));
  }

  /** c', h', and i, f, g, o, of the gates by input (0 to 3) and by state (4 to 7), and c. */
  private static List<Expr> step() {
    Expr i = gate(0).sigmoid();
    Expr f = gate(1).sigmoid();
    Expr g = gate(2).tanh();
    Expr o = gate(3).sigmoid();
    Expr c = f.mul(Expr.arg(8)).add(i.mul(g));
    return List.of(c, o.mul(c.tanh()), i, f, g, o);
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

  /**
   * Computes all states.
   *
   * @param gates what the input contributes to the gates
   * @param kept set to the gates after their nonlinearities: of all steps [t n, 4h], or if there
   *     are only rows for one [n, 4h], of the last
   */
  public static void forward(
      int steps, Block gates, Block h0, Block c0, Block weight, Block states, Block kept) {
    int n = h0.rows();
    PackedMatrix back = weight.packedTransposed();
    Batch.run(
        n,
        weight.rows() * weight.cols(),
        (first, count) -> {
          Block h = h0.rows(first, count);
          Block c = c0.rows(first, count);
          for (int t = 0; t < steps; t++) {
            int at = t * n + first;
            Block a = kept.rows(at % kept.rows(), count);
            a.product(h, back, false); // [n,h] @ [h,4h]
            Block[] x = gates.rows(at, count).parts(4);
            Block[] y = a.parts(4);
            h = states.rows(at, count);
            Block next = states.rows(steps * n + at, count);
            Block.run(
                STEP, next, h, y[0], y[1], y[2], y[3], x[0], x[1], x[2], x[3], y[0], y[1], y[2],
                y[3], c);
            c = next;
          }
        });
    back.release();
  }

  /**
   * The gradients of gates, h0 and c0 from the gradient g of the states.
   *
   * @param kept as {@link #forward} left it, of all steps
   */
  public static void backward(
      int steps,
      Block g,
      Block c0,
      Block weight,
      Block states,
      Block kept,
      Block dGates,
      Block dh0,
      Block dc0) {
    int n = c0.rows();
    int width = c0.cols();
    PackedMatrix w = weight.packed();
    Batch.run(
        n,
        weight.rows() * weight.cols(),
        (first, count) -> {
          Block fromNext = kept.zeros(count, width);
          Block dc = dc0.rows(first, count);
          dc.clear();
          for (int t = steps - 1; t >= 0; t--) {
            int at = t * n + first;
            int cell = steps * n + at;
            Block[] a = kept.rows(at, count).parts(4);
            Block dx = dGates.rows(at, count);
            Block[] d = dx.parts(4);
            Block before = t == 0 ? c0.rows(first, count) : states.rows(cell - n, count);
            Block.run(
                BACK,
                d[0],
                d[1],
                d[2],
                d[3],
                dc,
                a[0],
                a[1],
                a[2],
                a[3],
                states.rows(cell, count),
                before,
                g.rows(at, count),
                fromNext,
                g.rows(cell, count),
                dc);
            (t == 0 ? dh0.rows(first, count) : fromNext).product(dx, w, false); // [n,4h] @ [4h,h]
          }
        });
    w.release();
  }
}
