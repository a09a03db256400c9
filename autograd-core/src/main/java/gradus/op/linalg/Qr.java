package gradus.op.linalg;

import gradus.DType;
import gradus.Shape;
import gradus.Tensor;
import gradus.op.Call;
import gradus.op.Gradients;
import gradus.op.LeadingBatches;
import gradus.op.Overwriting;
import gradus.op.Reads;
import gradus.op.Spec;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A = Q R with orthonormal columns of Q and R upper triangular: [..., m,n] -> [..., m,k] and [...,
 * k,n], k the lesser of m and n. {@code torch.linalg.qr}, reduced.
 *
 * <p>There is a derivative where the first k columns are independent. For m >= n it is that of
 * Walter and Lehmann, "Algorithmic Differentiation of Linear Algebra Functions with Application in
 * Optimum Experimental Design", 2010. A wide A is [X, Y] with a square X = Q U and Y = Q V, R = [U,
 * V]: so gV reaches Y as Q gV and Q as Y gV', and the rest is the square case of X.
 */
public record Qr() implements Overwriting, LeadingBatches {
  @Override
  public List<Spec> results(Tensor... in) {
    Tensor a = in[0];
    Matrices.check("qr", a);
    DType type = DType.floating("qr", in);
    Shape batch = Matrices.batch(a);
    int k = Math.min(a.size(-2), a.size(-1));
    return List.of(
        Spec.of(Matrices.shape(batch, a.size(-2), k), type),
        Spec.of(Matrices.shape(batch, k, a.size(-1)), type));
  }

  @Override
  public void forward(Tensor[] in, Tensor[] out) {
    gradus.kernel.linalg.Qr.run(in[0].strided(), out[0].strided(), out[1].strided());
  }

  @Override
  public @Nullable Tensor[] vjp(boolean[] wanted, Gradients g, Call call) {
    Tensor q = call.out(0);
    Tensor r = call.out(1);
    Tensor gq = g.of(0);
    Tensor gr = g.of(1);
    int k = q.size(-1);
    int more = r.size(-1) - k;
    if (more == 0) {
      return new Tensor[] {leading(q, r, gq, gr)};
    }
    Tensor u = r.narrow(-1, 0, k);
    if (gr == null) {
      Tensor x = leading(q, u, gq, null);
      Tensor none = Tensor.scalar(0, q.dtype()).expand(q.shape().with(-1, more));
      return new Tensor[] {x == null ? null : Tensor.cat(List.of(x, none), -1)};
    }
    Tensor gv = gr.narrow(-1, k, more);
    Tensor through = q.matmul(r.narrow(-1, k, more).matmul(gv.transpose()));
    Tensor x = leading(q, u, gq == null ? through : gq.add(through), gr.narrow(-1, 0, k));
    return new Tensor[] {x == null ? null : Tensor.cat(List.of(x, q.matmul(gv)), -1)};
  }

  /**
   * For m >= n: (gQ + Q sym(triu(gR R' - Q' gQ))) inv(R)', where sym repeats the upper triangle
   * below the diagonal.
   */
  private static @Nullable Tensor leading(
      Tensor q, Tensor r, @Nullable Tensor gq, @Nullable Tensor gr) {
    Tensor m = null;
    if (gr != null) {
      m = gr.matmul(r.transpose());
    }
    if (gq != null) {
      Tensor turn = q.transpose().matmul(gq);
      m = m == null ? turn.neg() : m.sub(turn);
    }
    if (m == null) {
      return null;
    }
    Tensor sum = q.matmul(m.triu(0).add(m.triu(1).transpose()));
    return solve(r, (gq == null ? sum : sum.add(gq)).transpose()).transpose();
  }

  private static Tensor solve(Tensor a, Tensor b) {
    try {
      return new Solve().applyAll(a, b)[0];
    } catch (ArithmeticException singular) {
      throw Matrices.noDerivative("qr", singular);
    }
  }

  @Override
  public Reads reads(int i) {
    return Reads.results(0, 1);
  }

  /**
   * For m >= n, with C = Q' dA inv(R) and W = tril(C, -1) - tril(C, -1)', which is skew: dQ = Q (W
   * - C) + dA inv(R) and dR = (C - W) R. Of a wide A, dV = Q' (dY - dQ V).
   */
  @Override
  public @Nullable Tensor[] jvp(@Nullable Tensor[] tangents, Call call) {
    Tensor tangent = tangents[0];
    if (tangent == null) {
      return new Tensor[2];
    }
    Tensor q = call.out(0);
    int k = q.size(-1);
    int more = tangent.size(-1) - k;
    Tensor u = call.out(1).narrow(-1, 0, k);
    Tensor scaled = solve(u.transpose(), tangent.narrow(-1, 0, k).transpose()).transpose();
    Tensor c = q.transpose().matmul(scaled);
    Tensor below = c.tril(-1);
    Tensor upper = c.sub(below.sub(below.transpose()));
    Tensor dq = scaled.sub(q.matmul(upper));
    Tensor dr = upper.matmul(u);
    if (more > 0) {
      Tensor v = call.out(1).narrow(-1, k, more);
      Tensor rest = tangent.narrow(-1, k, more).sub(dq.matmul(v));
      dr = Tensor.cat(List.of(dr, q.transpose().matmul(rest)), -1);
    }
    return new Tensor[] {dq, dr};
  }
}
