package gradus.kernel.attention;

import gradus.formula.Expr;
import gradus.kernel.compile.ElementwiseKernel;
import gradus.kernel.index.Parts;
import gradus.kernel.reduce.Fold;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code out = softmax(q k' scale + mask) v} of each head, and its gradients: q [l,e], k [s,e], v
 * [s,d], out [l,d], all float or all double.
 *
 * <p>Scores are held with a row for each key and a column for each query, so that what a softmax
 * folds runs down the rows, all queries side by side.
 *
 * @param causal whether query i sees the keys 0 to i only
 * @param mask [l,s], added to the scores
 */
public record Attention(
    double scale, boolean causal, Heads q, Heads k, Heads v, @Nullable Heads mask) {
  /** Queries and keys in a block: its scores, and those of the gradient, stay in the cache. */
  private static final int QUERIES = 64;

  private static final int KEYS = 128;

  private static final double NONE = Double.NEGATIVE_INFINITY;
  private static final double[] NO_SETTINGS = {};
  private static final Expr A = Expr.arg(0);
  private static final Expr B = Expr.arg(1);
  private static final Expr C = Expr.arg(2);

  private static final Expr FACTOR = Expr.setting(0);

  private static final ElementwiseKernel SCALED = kernel(A.mul(FACTOR));
  private static final ElementwiseKernel MASKED = kernel(A.mul(FACTOR).add(B));
  private static final ElementwiseKernel ADD = kernel(A.add(B));
  private static final ElementwiseKernel MUL = kernel(A.mul(B));
  private static final ElementwiseKernel DIV = kernel(A.div(B));
  private static final ElementwiseKernel EXP = kernel(A.mul(FACTOR).sub(B).exp());
  private static final ElementwiseKernel LOG_SUM = kernel(A.add(B.log()));
  private static final ElementwiseKernel NEXT = next();
  private static final ElementwiseKernel GRADIENT = gradient();

  private static ElementwiseKernel kernel(Expr... e) {
    return ElementwiseKernel.of(List.of(e));
  }

  /**
   * From a = the largest score so far, b = the sum of exponentials so far, c = the largest of a
   * block, before the factor: the largest with the block, by what exponents are shifted (not by
   * -infinity, where nothing is seen yet), what that leaves of older exponentials, and of their
   * sum.
   */
  private static ElementwiseKernel next() {
    Expr top = A.max(C.mul(FACTOR));
    Expr shift = top.eq(NONE).select(Expr.constant(0), top);
    Expr decay = A.sub(shift).exp();
    return kernel(top, shift, decay, B.mul(decay));
  }

  /** From the scores, those of the gradient, and for each query the logarithm of its sum and D. */
  private static ElementwiseKernel gradient() {
    Expr p = A.mul(FACTOR).sub(C).exp();
    return kernel(p, p.mul(B.sub(Expr.arg(3))).mul(Expr.setting(1)));
  }

  /**
   * Sets the result. There is at least one key.
   *
   * @param sums [l,1], set to the logarithm of the sum of exponentials of each query, if not null
   */
  public void forward(Heads out, @Nullable Heads sums) {
    int blocks = Math.ceilDiv(q.rows(), QUERIES);
    Parts.run(
        q.offsets().length * blocks,
        cost(Math.min(q.rows(), QUERIES)),
        (begin, end) -> {
          for (int i = begin; i < end; i++) {
            int row = i % blocks * QUERIES;
            int n = Math.min(QUERIES, q.rows() - row);
            forward(
                i / blocks,
                row,
                out.rows(i / blocks, row, n),
                sums == null ? null : sums.rows(i / blocks, row, n));
          }
        });
  }

  private void forward(int head, int row, Matrix out, @Nullable Matrix sums) {
    int n = out.rows();
    Matrix queries = q.rows(head, row, n);
    Matrix scores = Matrix.scratch(out.array(), Math.min(KEYS, k.rows()), n);
    Matrix rows = Matrix.scratch(out.array(), 5, n);
    Matrix top = rows.rows(0, 1);
    Matrix sum = rows.rows(1, 1);
    Matrix here = rows.rows(2, 1);
    Matrix shift = rows.rows(3, 1);
    Matrix decay = rows.rows(4, 1);
    top.fill(0, n, NONE);
    sum.fill(0, n, 0);
    double[] factor = {factor()};
    int end = visible(row, n);
    for (int key = 0; key < end; key += KEYS) {
      int m = Math.min(KEYS, end - key);
      Matrix s = scores.first(m);
      score(head, row, key, queries, s);
      s.fold(Fold.MAX, here);
      top.set(NEXT, factor, shift, decay, sum, top, sum, here);
      s.set(EXP, factor, s, shift.down(m));
      s.fold(Fold.SUM, here);
      sum.set(ADD, NO_SETTINGS, sum, here);
      if (key > 0) {
        out.set(MUL, NO_SETTINGS, out, decay.across(out.cols()));
      }
      out.product(s.transposed(), v.rows(head, key, m), key > 0); // [n,m] @ [m,d]
    }
    out.set(DIV, NO_SETTINGS, out, sum.across(out.cols()));
    if (sums != null) {
      sums.transposed().set(LOG_SUM, NO_SETTINGS, shift, sum);
    }
    rows.release();
    scores.release();
  }

  /** How many keys at least one of n queries from {@code row} on sees. */
  private int visible(int row, int n) {
    return causal ? Math.min(k.rows(), row + n) : k.rows();
  }

  /**
   * What scores are still to be multiplied by. A positive scale can wait until they are read for
   * another reason.
   */
  private double factor() {
    return mask == null && scale > 0 ? scale : 1;
  }

  /** Sets s [m,n] to the scores of m keys and n queries, but for the {@link #factor}. */
  private void score(int head, int row, int key, Matrix queries, Matrix s) {
    s.product(k.rows(head, key, s.rows()), queries.transposed(), false); // [m,e] @ [e,n]
    if (mask != null) {
      Matrix of = mask.rows(head, row, s.cols()).transposed().rows(key, s.rows());
      s.set(MASKED, new double[] {scale}, s, of);
    } else if (factor() != scale) {
      s.set(SCALED, new double[] {scale}, s);
    }
    for (int i = Math.max(0, row + 1 - key); causal && i < s.rows(); i++) {
      s.fill(i, Math.min(s.cols(), key + i - row), NONE);
    }
  }

  /**
   * The gradients of q, k and v from the gradient g of the result; they are zero at first. With P
   * the weights, {@code dv = P' g}, {@code dS = P (g v' - D)}, {@code dq = dS k scale}, {@code dk =
   * dS' q scale}, where {@code D = rowsum(P g v') = rowsum(g out)}.
   */
  public void backward(Heads g, Heads out, Heads sums, Heads dq, Heads dk, Heads dv) {
    Parts.run(
        q.offsets().length,
        cost(q.rows()),
        (begin, end) -> {
          for (int head = begin; head < end; head++) {
            for (int row = 0; row < q.rows(); row += QUERIES) {
              int n = Math.min(QUERIES, q.rows() - row);
              backward(
                  head,
                  row,
                  g.rows(head, row, n),
                  out.rows(head, row, n),
                  sums.rows(head, row, n).transposed(),
                  dq.rows(head, row, n),
                  dk,
                  dv);
            }
          }
        });
  }

  private void backward(
      int head, int row, Matrix g, Matrix out, Matrix sums, Matrix dq, Heads dk, Heads dv) {
    int n = g.rows();
    int end = visible(row, n);
    Matrix queries = q.rows(head, row, n);
    Matrix products = Matrix.scratch(g.array(), n, v.cols());
    Matrix both = Matrix.scratch(g.array(), 2 * Math.min(KEYS, Math.max(1, end)), n);
    Matrix along = Matrix.scratch(g.array(), 1, n);
    products.set(MUL, NO_SETTINGS, g, out);
    products.transposed().fold(Fold.SUM, along);
    for (int key = 0; key < end; key += KEYS) {
      int m = Math.min(KEYS, end - key);
      Matrix s = both.first(m);
      Matrix ds = both.rows(m, m);
      score(head, row, key, queries, s);
      ds.product(v.rows(head, key, m), g.transposed(), false); // [m,d] @ [d,n]
      s.set(GRADIENT, new double[] {factor(), scale}, ds, s, ds, sums.down(m), along.down(m));
      dv.rows(head, key, m).product(s, g, true); // [m,n] @ [n,d]
      dk.rows(head, key, m).product(ds, queries, true); // [m,n] @ [n,e]
      dq.product(ds.transposed(), k.rows(head, key, m), true); // [n,m] @ [m,e]
    }
    along.release();
    both.release();
    products.release();
  }

  /** What so many queries cost, in elements of a cheap loop. */
  private long cost(int queries) {
    return (long) queries * k.rows() * Math.max(16, q.cols());
  }
}
