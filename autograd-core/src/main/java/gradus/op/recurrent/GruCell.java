package gradus.op.recurrent;

import gradus.Tensor;
import gradus.op.Formula;
import java.util.List;

/**
 * One step of a gated recurrent unit: {@code h' = (1 - z) n + z h} with {@code n = tanh(x_n + r
 * h_n)}. Cho et al., EMNLP 2014, in the variant that multiplies r after the matrix product.
 */
public final class GruCell {
  /** The new state from x_r, x_z, x_n, h_r, h_z, h_n before their nonlinearities and the old h. */
  public static final Formula OUTPUT =
      Formula.of(
          "gruOutput",
          7,
          0,
          (x, s) -> {
            var r = x[0].add(x[3]).sigmoid();
            var z = x[1].add(x[4]).sigmoid();
            var n = x[2].add(r.mul(x[5])).tanh();
            return n.add(z.mul(x[6].sub(n)));
          });

  private GruCell() {}

  /**
   * The next state [n, h].
   *
   * @param x what the input contributes to the gates r, z, n: [n, 3h]
   * @param y what the old state contributes: [n, 3h]
   * @param h the old state [n, h]
   */
  public static Tensor step(Tensor x, Tensor y, Tensor h) {
    List<Tensor> a = x.chunk(3, 1);
    List<Tensor> b = y.chunk(3, 1);
    return OUTPUT.apply(a.get(0), a.get(1), a.get(2), b.get(0), b.get(1), b.get(2), h);
  }
}
