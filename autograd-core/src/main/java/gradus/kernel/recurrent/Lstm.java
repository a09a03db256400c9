package gradus.kernel.recurrent;

import static gradus.kernel.recurrent.Batch.group;

import gradus.formula.Expr;
import gradus.kernel.array.Fill;
import gradus.kernel.array.Strided;
import gradus.kernel.gemm.PackedMatrix;
import gradus.kernel.index.Copy;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Long short-term memory along a sequence. The gates of a step lie in the order i, f, g, o, behind
 * them the new cell state: [t, n, 5h]. The input is [t, n, in], states are [n, h], all outputs [t,
 * n, h]; weights are [4h, in] and [4h, h], the bias is [4h].
 */
public record Lstm(Strided xWeight, Strided weight, @Nullable Strided bias) {
  private static final List<Expr> STEP = step(false);
  private static final List<Expr> STEP_BIASED = step(true);
  private static final List<Expr> BACK = back();

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
   * @param steps set to the gates after their nonlinearities and the cell states, unless null
   */
  public void forward(
      Strided x, Strided h0, Strided c0, Strided outputs, Strided last, @Nullable Strided steps) {
    int n = h0.size(0);
    int width = weight.size(0);
    Strided work =
        steps == null ? Strided.scratch(outputs.array(), x.size(0), n, 5 * outputs.size(2)) : steps;
    var input = new PackedMatrix(xWeight.transposed());
    var back = new PackedMatrix(weight.transposed());
    var batch = new Batch(n, (long) width * (x.size(2) + weight.size(1)));
    if (!batch.isStepwise()) {
      input.multiply(x.lines(), work.lines().columns(0, width), false); // [t n,in] @ [in,4h]
    }
    batch.run(
        part -> {
          Strided h = part.of(h0);
          Strided c = part.of(c0);
          Strided[] biases = bias == null ? group() : bias.expand(part.count(), width).chunks(4);
          for (int s = 0; s < x.size(0); s++) {
            Strided step = part.at(s, work);
            Strided gates = step.columns(0, width);
            if (batch.isStepwise()) {
              input.multiply(part.at(s, x), gates, false); // [n,in] @ [in,4h]
            }
            back.multiply(h, gates, true); // [n,h] @ [h,4h]
            Strided[] left = step.chunks(5);
            h = part.at(s, outputs);
            List<Expr> formulas = bias == null ? STEP : STEP_BIASED;
            Batch.compute(formulas, left, group(h), Arrays.copyOf(left, 4), group(c), biases);
            c = left[4];
          }
          Copy.run(c, part.of(last));
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
   * @param g the gradients of the outputs of all steps, then of the last cell state
   * @param steps as {@link #forward} left them
   */
  public void backward(
      Strided[] g, Strided c0, Strided steps, Strided dGates, Strided dh0, Strided dc0) {
    var w = new PackedMatrix(weight);
    var batch = new Batch(c0.size(0), (long) weight.size(0) * weight.size(1));
    batch.run(
        part -> {
          Strided dh = part.of(dh0); // from the next step
          Fill.run(dh, 0);
          Strided dc = part.of(dc0);
          Copy.run(part.of(g[1]), dc);
          Strided cells = steps.narrow(2, 4 * dh.size(1), dh.size(1));
          for (int s = g[0].size(0) - 1; s >= 0; s--) {
            Strided before = s == 0 ? c0 : cells.select(0, s - 1);
            Strided dx = part.at(s, dGates);
            Strided[] left = part.at(s, steps).chunks(5);
            Strided[] others = group(part.of(before), part.at(s, g[0]), dh, dc);
            Batch.compute(BACK, dx.chunks(4), group(dc), left, others);
            w.multiply(dx, dh, false); // [n,4h] @ [4h,h]
          }
        });
    w.release();
  }
}
