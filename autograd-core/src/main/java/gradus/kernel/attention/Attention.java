package gradus.kernel.attention;

import gradus.formula.Expr;
import gradus.kernel.array.Fill;
import gradus.kernel.array.Strided;
import gradus.kernel.compile.ElementwiseKernel;
import gradus.kernel.gemm.Gemm;
import gradus.kernel.index.Parts;
import gradus.kernel.reduce.Reduce;
import gradus.kernel.reduce.Reducer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code out = softmax(q k' scale + mask) v} of each head, and its gradients: q [..., l,e], k [...,
 * s,e], v [..., s,d], out [..., l,d], all float or all double.
 *
 * <p>Scores are held with a row for each key and a column for each query, so that what a softmax
 * folds runs down the rows, all queries side by side.
 *
 * @param causal whether query i sees the keys 0 to i only
 * @param mask [..., l,s], added to the scores
 */
public record Attention(
    double scale, boolean causal, Strided q, Strided k, Strided v, @Nullable Strided mask) {
  /** Queries and keys in a block: its scores, and those of the gradient, stay in the cache. */
  private static final int QUERIES = 64;

  private static final int KEYS = 128;

  private static final double NONE = Double.NEGATIVE_INFINITY;
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
   * @param sums [..., l,1], set to the logarithm of each query's sum of exponentials, unless null
   */
  public void forward(Strided out, @Nullable Strided sums) {
    int queries = q.size(-2);
    int blocks = Math.ceilDiv(queries, QUERIES);
    Parts.each(
        q.matrices() * blocks,
        cost(Math.min(queries, QUERIES)),
        i -> {
          int head = i / blocks;
          int row = i % blocks * QUERIES;
          int n = Math.min(QUERIES, queries - row);
          forward(
              head, row, rows(out, head, row, n), sums == null ? null : rows(sums, head, row, n));
        });
  }

  private void forward(int head, int row, Strided out, @Nullable Strided sums) {
    int n = out.size(0);
    Strided queries = rows(q, head, row, n);
    Strided scores = Strided.scratch(out.array(), Math.min(KEYS, k.size(-2)), n);
    Strided rows = Strided.scratch(out.array(), 5, n);
    Strided top = rows.rows(0, 1);
    Strided sum = rows.rows(1, 1);
    Strided here = rows.rows(2, 1);
    Strided shift = rows.rows(3, 1);
    Strided decay = rows.rows(4, 1);
    Fill.run(top, NONE);
    Fill.run(sum, 0);
    double[] factor = {factor()};
    int end = visible(row, n);
    for (int key = 0; key < end; key += KEYS) {
      int m = Math.min(KEYS, end - key);
      Strided s = scores.rows(0, m);
      score(head, row, key, queries, s);
      fold(Reducer.MAX, s, here);
      NEXT.run(factor, top, shift, decay, sum, top, sum, here);
      EXP.run(factor, s, s, shift.expand(m, n));
      fold(Reducer.SUM, s, here);
      ADD.run(sum, sum, here);
      if (key > 0) {
        MUL.run(out, out, decay.transposed().expand(out.sizes()));
      }
      Gemm.multiply(s.transposed(), rows(v, head, key, m), out, key > 0); // [n,m] @ [m,d]
    }
    DIV.run(out, out, sum.transposed().expand(out.sizes()));
    if (sums != null) {
      LOG_SUM.run(sums.transposed(), shift, sum);
    }
    rows.release();
    scores.release();
  }

  /** How many keys at least one of n queries from {@code row} on sees. */
  private int visible(int row, int n) {
    return causal ? Math.min(k.size(-2), row + n) : k.size(-2);
  }

  /** What scores are still to be multiplied by: a positive scale can wait until they are read. */
  private double factor() {
    return mask == null && scale > 0 ? scale : 1;
  }

  /** Sets s [m,n] to the scores of m keys and n queries, but for the {@link #factor}. */
  private void score(int head, int row, int key, Strided queries, Strided s) {
    int m = s.size(0);
    int n = s.size(1);
    Gemm.multiply(rows(k, head, key, m), queries.transposed(), s, false); // [m,e] @ [e,n]
    if (mask != null) {
      Strided of = rows(mask, head, row, n).columns(key, m).transposed();
      MASKED.run(new double[] {scale}, s, s, of);
    } else if (factor() != scale) {
      SCALED.run(new double[] {scale}, s, s);
    }
    for (int i = Math.max(0, row + 1 - key); causal && i < m; i++) {
      Fill.run(s.array(), s.at(i, 0), Math.min(n, key + i - row), NONE);
    }
  }

  /**
   * The gradients of q, k and v from the gradient g of the result; they are zero at first. With P
   * the weights, {@code dv = P' g}, {@code dS = P (g v' - D)}, {@code dq = dS k scale}, {@code dk =
   * dS' q scale}, where {@code D = rowsum(P g v') = rowsum(g out)}.
   */
  public void backward(Strided g, Strided out, Strided sums, Strided dq, Strided dk, Strided dv) {
    int queries = q.size(-2);
    Parts.each(
        q.matrices(),
        cost(queries),
        head -> {
          Strided toK = dk.matrix(head);
          Strided toV = dv.matrix(head);
          for (int row = 0; row < queries; row += QUERIES) {
            int n = Math.min(QUERIES, queries - row);
            Strided of = rows(g, head, row, n);
            Strided along = along(of, rows(out, head, row, n));
            Strided[] known = {rows(sums, head, row, n).transposed(), along};
            backward(head, row, of, known, rows(dq, head, row, n), toK, toV);
            along.release();
          }
        });
  }

  /** D of some queries, a row of numbers. */
  private static Strided along(Strided g, Strided out) {
    Strided products = Strided.scratch(g.array(), g.sizes());
    Strided along = Strided.scratch(g.array(), 1, g.size(0));
    MUL.run(products, g, out);
    fold(Reducer.SUM, products.transposed(), along);
    products.release();
    return along;
  }

  /**
   * Of some queries of a head.
   *
   * @param known the logarithm of the sum of each query, and its D
   */
  private void backward(
      int head, int row, Strided g, Strided[] known, Strided dq, Strided dk, Strided dv) {
    int n = g.size(0);
    int end = visible(row, n);
    Strided queries = rows(q, head, row, n);
    Strided both = Strided.scratch(g.array(), 2 * Math.min(KEYS, Math.max(1, end)), n);
    for (int key = 0; key < end; key += KEYS) {
      int m = Math.min(KEYS, end - key);
      Strided s = both.rows(0, m);
      Strided ds = both.rows(m, m);
      Strided sums = known[0].expand(m, n);
      score(head, row, key, queries, s);
      Gemm.multiply(rows(v, head, key, m), g.transposed(), ds, false); // [m,d] @ [d,n]
      GRADIENT.run(new double[] {factor(), scale}, s, ds, s, ds, sums, known[1].expand(m, n));
      Gemm.multiply(s, g, dv.rows(key, m), true); // [m,n] @ [n,d]
      Gemm.multiply(ds, queries, dk.rows(key, m), true); // [m,n] @ [n,e]
      Gemm.multiply(ds.transposed(), rows(k, head, key, m), dq, true); // [n,m] @ [m,e]
    }
    both.release();
  }

  /** Some rows of the matrix of one head. */
  private static Strided rows(Strided of, int head, int first, int count) {
    return of.matrix(head).rows(first, count);
  }

  /** Folds each column of a matrix into an element of a row. */
  private static void fold(Reducer fold, Strided x, Strided row) {
    Reduce.run(fold, x.transposed(), row.select(0, 0));
  }

  /** What so many queries cost, in elements of a cheap loop. */
  private long cost(int queries) {
    return (long) queries * k.size(-2) * Math.max(16, q.size(-1));
  }
}
