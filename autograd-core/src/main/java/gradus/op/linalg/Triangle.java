package gradus.op.linalg;

import gradus.Shape;
import gradus.Tensor;
import gradus.op.Call;
import gradus.op.LeadingBatches;
import gradus.op.LinearMap;
import gradus.op.Op;

/**
 * The upper or lower triangle of matrices, zero elsewhere: {@code torch.triu}, {@code torch.tril}.
 *
 * @param diagonal the outermost diagonal that belongs to it: 0 is the main one, 1 the one above
 */
public record Triangle(boolean upper, int diagonal) implements Op, LinearMap, LeadingBatches {
  @Override
  public String name() {
    return upper ? "triu" : "tril";
  }

  @Override
  public Shape shape(Tensor... in) {
    Matrices.check(name(), in[0]);
    return in[0].shape();
  }

  @Override
  public void forward(Tensor[] in, Tensor out) {
    int n = out.size(-1);
    for (int i = 0; i < out.size(-2); i++) {
      int from = upper ? Math.clamp((long) i + diagonal, 0, n) : 0;
      int to = upper ? n : Math.clamp((long) i + diagonal + 1, 0, n);
      row(out, i, from, to).copyInPlace(row(in[0], i, from, to));
    }
  }

  private static Tensor row(Tensor x, int i, int from, int to) {
    return x.select(-2, i).narrow(-1, from, to - from);
  }

  @Override
  public Tensor vjp(int i, Tensor g, Call call) {
    return apply(g);
  }
}
