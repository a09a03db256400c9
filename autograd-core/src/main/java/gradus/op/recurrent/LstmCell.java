package gradus.op.recurrent;

import gradus.Tensor;
import gradus.op.Formula;
import java.util.List;

/**
 * One step of a long short-term memory. Hochreiter and Schmidhuber, Neural Computation 9, 1997;
 * with the forget gate of Gers, Schmidhuber, Cummins, 2000.
 */
public final class LstmCell {
  /** The new cell state from the gates i, f, g before their nonlinearities and the old state. */
  public static final Formula STATE =
      Formula.of(
          "lstmState",
          4,
          0,
          (x, s) -> x[1].sigmoid().mul(x[3]).add(x[0].sigmoid().mul(x[2].tanh())));

  /** The output from gate o before its nonlinearity and the new cell state. */
  public static final Formula OUTPUT =
      Formula.of("lstmOutput", (o, c) -> o.sigmoid().mul(c.tanh()));

  private LstmCell() {}

  /** Output and cell state, each [n, h]. */
  public record States(Tensor h, Tensor c) {}

  /**
   * The next states.
   *
   * @param gates [n, 4h]: i, f, g, o before their nonlinearities
   * @param c the old cell state [n, h]
   */
  public static States step(Tensor gates, Tensor c) {
    List<Tensor> x = gates.chunk(4, 1);
    Tensor next = STATE.apply(x.get(0), x.get(1), x.get(2), c);
    return new States(OUTPUT.apply(x.get(3), next), next);
  }
}
