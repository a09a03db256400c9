package gradus.kernel.attention;

import gradus.formula.Expr;
import gradus.kernel.index.Parts;
import gradus.kernel.reduce.Softmax;
import org.jspecify.annotations.Nullable;

/**
 * {@code out = softmax(q k' scale + mask) v} of each head, and its gradients: q [l,e], k [s,e], v
 * [s,d], mask [l,s], out [l,d], all float or all double.
 */
public final class Attention {
  /** Scores in a block: with those of the gradient they stay in the cache. */
  private static final int BLOCK = 1 << 14;

  private static final Expr SCALED = Expr.arg(0).mul(Expr.setting(0));
  private static final Expr MASKED = SCALED.add(Expr.arg(1));

  private Attention() {}

  public static void forward(
      double scale, Heads q, Heads k, Heads v, @Nullable Heads mask, Heads out) {
    int each = block(q, k);
    heads(
        q,
        k,
        head -> {
          Matrix scores = Matrix.scratch(out.array(), each, k.rows());
          Matrix weights = Matrix.scratch(out.array(), each, k.rows());
          for (int row = 0; row < q.rows(); row += each) {
            int n = Math.min(each, q.rows() - row);
            weigh(scale, q, k, mask, head, row, scores.first(n), weights.first(n));
            out.rows(head, row, n).product(weights.first(n), v.of(head), false);
          }
          scores.release();
          weights.release();
        });
  }

  /**
   * The gradients of q, k and v from the gradient g of the result; they are dense and zero at
   * first. With P the weights, {@code dv = P' g}, {@code dS = P (g v' - rowsum(P g v'))}, {@code dq
   * = dS k scale}, {@code dk = dS' q scale}.
   */
  public static void backward(
      double scale,
      Heads g,
      Heads q,
      Heads k,
      Heads v,
      @Nullable Heads mask,
      Heads dq,
      Heads dk,
      Heads dv) {
    int each = block(q, k);
    heads(
        q,
        k,
        head -> {
          Matrix scores = Matrix.scratch(dq.array(), each, k.rows());
          Matrix weights = Matrix.scratch(dq.array(), each, k.rows());
          for (int row = 0; row < q.rows(); row += each) {
            int n = Math.min(each, q.rows() - row);
            Matrix s = scores.first(n);
            Matrix p = weights.first(n);
            weigh(scale, q, k, mask, head, row, s, p);
            Matrix up = g.rows(head, row, n);
            dv.of(head).product(p.transposed(), up, true); // [s,n] @ [n,d]
            Matrix dp = Matrix.scratch(dq.array(), n, k.rows());
            dp.product(up, v.of(head).transposed(), false); // [n,d] @ [d,s]
            Softmax.backward(
                false,
                n,
                k.rows(),
                p.array(),
                p.offset(),
                p.rowStride(),
                dp.array(),
                dp.offset(),
                dp.rowStride(),
                s.array(),
                s.offset(),
                s.rowStride());
            dp.release();
            s.set(SCALED, scale, s);
            dq.rows(head, row, n).product(s, k.of(head), false); // [n,s] @ [s,e]
            dk.of(head).product(s.transposed(), q.rows(head, row, n), true); // [s,n] @ [n,e]
          }
          scores.release();
          weights.release();
        });
  }

  /** The weights of some queries of a head, from row {@code row} on. */
  private static void weigh(
      double scale,
      Heads q,
      Heads k,
      @Nullable Heads mask,
      int head,
      int row,
      Matrix scores,
      Matrix weights) {
    int n = scores.rows();
    scores.product(q.rows(head, row, n), k.of(head).transposed(), false); // [n,e] @ [e,s]
    if (mask == null) {
      scores.set(SCALED, scale, scores);
    } else {
      scores.set(MASKED, scale, scores, mask.rows(head, row, n));
    }
    Softmax.run(
        false,
        n,
        k.rows(),
        scores.array(),
        scores.offset(),
        scores.rowStride(),
        weights.array(),
        weights.offset(),
        weights.rowStride());
  }

  private static int block(Heads q, Heads k) {
    return Math.clamp(BLOCK / Math.max(1, k.rows()), 1, Math.max(1, q.rows()));
  }

  /** What to do for a head. */
  @FunctionalInterface
  private interface Work {
    void run(int head);
  }

  private static void heads(Heads q, Heads k, Work work) {
    long elements = (long) q.rows() * k.rows() * Math.max(16, q.cols());
    Parts.run(
        q.offsets().length,
        elements,
        (begin, end) -> {
          for (int head = begin; head < end; head++) {
            work.run(head);
          }
        });
  }
}
