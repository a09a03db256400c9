package gradus.kernel.recurrent;

import gradus.formula.Expr;
import gradus.kernel.gemm.PackedMatrix;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Long short-term memory along a sequence. The gates of a step lie in the order i, f, g, o, behind
 * them the new cell state: [t n, 5h]. The input is [t n, in], states are [n, h], all outputs [t n,
 * h]; weights are [4h, in] and [4h, h], the bias is [1, 4h].
 */
public final class Lstm {
  private static final List<Expr> STEP = step(false);
  private static final List<Expr> STEP_BIASED = step(true);
  private static final List<Expr> BACK = back();

  private Lstm() {}

  /** i, f, g, o, c' and h', of the sums that are the gates (0 to 3), c, and perhaps the biases. */
  private static List<Expr> step(boolean biased) {
    Expr[] gates = new Expr[4];
    for (int k = 0; k < 4; k++) {
      gates[k] = biased ? Expr.arg(k).add(Expr.arg(5 + k)) : Expr.arg(k);
    }
    Expr i = gates[0].sigmoid();
    Expr f = gates[1].sigmoid();
    Expr g = gates[2].tanh();
    Expr o = gates[3].sigmoid();
    Expr c = f.mul(Expr.arg(4)).add(i.mul(g));
    return List.of(i, f, g, o, c, o.mul(c.tanh()));
  }

  /**
   * The gradients of the four gates and of the old c; of i, f, g, o (0 to 3), c' (4), c (5), the
   * gradient of h' from outside (6) and from the next step (7), that of c' (8).
   */
  private static List<Expr> back() {
    Expr i = Expr.arg(0);
    Expr f = Expr.arg(1);
    Expr g = Expr.arg(2);
    Expr o = Expr.arg(3);
    Expr tanh = Expr.arg(4).tanh();
    Expr one = Expr.constant(1);
    Expr dh = Expr.arg(6).add(Expr.arg(7));
    Expr dc = Expr.arg(8).add(dh.mul(o).mul(one.sub(tanh.square())));
    return List.of(
        dc.mul(g).mul(i).mul(one.sub(i)),
        dc.mul(Expr.arg(5)).mul(f).mul(one.sub(f)),
        dc.mul(i).mul(one.sub(g.square())),
        dh.mul(tanh).mul(o).mul(one.sub(o)),
        dc.mul(f));
  }

  /**
   * Computes all outputs and the last cell state.
   *
   * @param steps set to the gates after their nonlinearities and the cell states; null if nobody
   *     wants them
   */
  public static void forward(
      int t,
      Block x,
      Block h0,
      Block c0,
      Block xWeight,
      Block weight,
      @Nullable Block bias,
      Block outputs,
      Block last,
      @Nullable Block steps) {
    Block work = steps == null ? outputs.scratch(outputs.rows(), 5 * outputs.cols()) : steps;
    int n = h0.rows();
    int width = weight.rows();
    PackedMatrix input = xWeight.packedTransposed();
    PackedMatrix back = weight.packedTransposed();
    var batch = new Batch(n, (long) width * (x.cols() + weight.cols()));
    if (!batch.isStepwise()) {
      work.columns(0, width).product(x, input, false); // [t n,in] @ [in,4h]
    }
    batch.run(
        (first, count) -> {
          Block h = h0.rows(first, count);
          Block c = c0.rows(first, count);
          List<Block> biases = bias == null ? List.of() : List.of(bias.repeated(count).parts(4));
          for (int s = 0; s < t; s++) {
            int at = s * n + first;
            Block step = work.rows(at, count);
            Block gates = step.columns(0, width);
            if (batch.isStepwise()) {
              gates.product(x.rows(at, count), input, false); // [n,in] @ [in,4h]
            }
            gates.product(h, back, true); // [n,h] @ [h,4h]
            Block[] a = step.parts(5);
            h = outputs.rows(at, count);
            var all = new ArrayList<Block>(List.of(a));
            all.add(h);
            all.addAll(List.of(a).subList(0, 4));
            all.add(c);
            all.addAll(biases);
            Block.run(bias == null ? STEP : STEP_BIASED, all.toArray(Block[]::new));
            c = a[4];
          }
          last.rows(first, count).set(c);
        });
    input.release();
    back.release();
    if (steps == null) {
      work.release();
    }
  }

  /**
   * The gradients of gates, h0 and c0.
   *
   * @param g the gradient of the output of each step, [n, h]
   * @param gLast the gradient of the last cell state
   * @param steps as {@link #forward} left them
   */
  public static void backward(
      Block[] g,
      Block gLast,
      Block c0,
      Block weight,
      Block steps,
      Block dGates,
      Block dh0,
      Block dc0) {
    int n = c0.rows();
    PackedMatrix w = weight.packed();
    var batch = new Batch(n, (long) weight.rows() * weight.cols());
    batch.run(
        (first, count) -> {
          Block dh = dh0.rows(first, count); // from the next step
          dh.clear();
          Block dc = dc0.rows(first, count);
          dc.set(gLast.rows(first, count));
          for (int s = g.length - 1; s >= 0; s--) {
            int at = s * n + first;
            Block[] a = steps.rows(at, count).parts(5);
            Block before = s == 0 ? c0.rows(first, count) : steps.rows(at - n, count).parts(5)[4];
            Block dx = dGates.rows(at, count);
            Block[] d = dx.parts(4);
            Block fromOutside = g[s].rows(first, count);
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
                a[4],
                before,
                fromOutside,
                dh,
                dc);
            dh.product(dx, w, false); // [n,4h] @ [4h,h]
          }
        });
    w.release();
  }
}
