package gradus.op.attention;

import static gradus.op.OpCase.dims;
import static gradus.op.OpCase.of;
import static gradus.op.OpCase.several;

import gradus.DType;
import gradus.Tensor;
import gradus.op.Grid;
import gradus.op.OpCase;
import java.util.Arrays;
import java.util.List;

/** Sample inputs and references for each operator of this package. */
public final class AttentionCases {
  private static final double SCALE = 0.7;

  private static final ScaledDotProduct PLAIN = new ScaledDotProduct(SCALE, false, false);
  private static final ScaledDotProduct CAUSAL = new ScaledDotProduct(SCALE, true, false);
  private static final ScaledDotProduct TIME_FIRST = new ScaledDotProduct(SCALE, true, true);

  private AttentionCases() {}

  public static List<OpCase> all() {
    double none = Double.NEGATIVE_INFINITY;
    Tensor mask = Tensor.of(new double[][] {{0, none, none}, {0.5, 0, none}}, DType.FLOAT64);
    return List.of(
        of("scaledDotProduct", x -> PLAIN.applyAll(x)[0], AttentionCases::attention)
            .on(dims(2, 2), dims(3, 2), dims(3, 1))
            .on(dims(2, 2, 2), dims(2, 3, 2), dims(2, 3, 2))
            .on(dims(2, 1, 1, 2), dims(2, 1, 1, 2), dims(2, 1, 1, 3))
            .on(dims(0, 2), dims(3, 2), dims(3, 2))
            .on(dims(2, 2), dims(0, 2), dims(0, 3))
            .on(dims(2, 2), dims(3, 2), dims(3, 1), dims(2, 3)) // a mask is differentiated, too
            .on(dims(2, 2, 2), dims(2, 3, 2), dims(2, 3, 2), dims(3)),
        of(
                "scaledDotProduct, masked",
                x -> PLAIN.applyAll(x[0], x[1], x[2], mask.to(x[0].dtype()))[0],
                x -> attention(x[0], x[1], x[2], Grid.of(mask)))
            .on(dims(2, 2), dims(3, 2), dims(3, 1))
            .on(dims(2, 2, 2), dims(2, 3, 2), dims(2, 3, 2)),
        of(
                "scaledDotProduct, causal",
                x -> CAUSAL.applyAll(x)[0],
                x -> attention(x[0], x[1], x[2], past(x)))
            .on(dims(2, 2), dims(3, 2), dims(3, 1))
            .on(dims(3, 1), dims(2, 1), dims(2, 2)),
        of(
                "scaledDotProduct, time first",
                x -> TIME_FIRST.applyAll(x)[0],
                x -> {
                  Grid[] y = {swapped(x[0]), swapped(x[1]), swapped(x[2])};
                  return swapped(attention(y[0], y[1], y[2], past(y)));
                })
            .on(dims(2, 2, 1), dims(3, 2, 1), dims(3, 2, 2))
            .on(dims(2, 2, 2, 1), dims(2, 2, 2, 1), dims(2, 2, 2, 1)),
        several("scaledDotProductGradient", x -> gradient(PLAIN, x), x -> gradient(x))
            .on(dims(2, 1), dims(2, 2), dims(3, 2), dims(3, 1))
            .on(dims(2, 1, 1), dims(2, 1, 2), dims(2, 2, 2), dims(2, 2, 1))
            .on(dims(2, 3), dims(2, 2), dims(0, 2), dims(0, 3)),
        several(
                "scaledDotProductGradient, masked",
                x -> gradient(PLAIN, x[0], x[1], x[2], x[3], mask.to(x[0].dtype())),
                x -> gradient(x, Grid.of(mask)))
            .on(dims(2, 1), dims(2, 2), dims(3, 2), dims(3, 1)),
        several(
                "scaledDotProductGradient, causal",
                x -> gradient(CAUSAL, x),
                x -> gradient(x, past(x[1], x[2])))
            .on(dims(2, 1), dims(2, 2), dims(3, 2), dims(3, 1)),
        several(
                "scaledDotProductGradient, time first",
                x -> gradient(TIME_FIRST, x),
                x -> {
                  Grid[] y = Arrays.stream(x).map(AttentionCases::swapped).toArray(Grid[]::new);
                  Grid[] d = gradient(y, past(y[1], y[2]));
                  return Arrays.stream(d).map(AttentionCases::swapped).toArray(Grid[]::new);
                })
            .on(dims(2, 2, 1), dims(2, 2, 2), dims(3, 2, 2), dims(3, 2, 1)));
  }

  /** The gradients of q, k and v from that of the result, q, k, v and perhaps a mask. */
  private static Tensor[] gradient(ScaledDotProduct op, Tensor... x) {
    Tensor[] operands = Arrays.stream(x).skip(1).map(Tensor::detach).toArray(Tensor[]::new);
    Tensor[] in = Arrays.copyOf(x, x.length + 2);
    System.arraycopy(Tensor.applyAll(op, true, operands), 0, in, x.length, 2);
    return new ScaledDotProductGradient(op).applyAll(in);
  }

  /** The mask [..., l, s] for keys up to the query itself. */
  private static Grid past(Grid... qk) {
    int[] dims = qk[0].dims().clone();
    int rank = dims.length;
    dims[rank - 1] = qk[1].dims()[rank - 2];
    return Grid.of(dims, i -> i[rank - 1] > i[rank - 2] ? Double.NEGATIVE_INFINITY : 0);
  }

  /** With the two dimensions before the last exchanged. */
  private static Grid swapped(Grid x) {
    int rank = x.dims().length;
    return Grid.of(swapped(x.dims(), rank), i -> x.at(swapped(i, rank)));
  }

  private static int[] swapped(int[] i, int rank) {
    int[] j = i.clone();
    j[rank - 2] = i[rank - 3];
    j[rank - 3] = i[rank - 2];
    return j;
  }

  /** Weights [..., l, s] of q, k and perhaps a mask, all with the same leading dimensions. */
  private static Grid weights(Grid q, Grid k, Grid... mask) {
    int rank = q.dims().length;
    int width = q.dims()[rank - 1];
    int[] dims = q.dims().clone();
    dims[rank - 1] = k.dims()[rank - 2];
    Grid e =
        Grid.of(
            dims,
            i -> {
              int[] row = i.clone();
              int[] column = i.clone();
              column[rank - 2] = i[rank - 1];
              double score = mask.length > 0 ? mask[0].at(i) : 0;
              for (int p = 0; p < width; p++) {
                row[rank - 1] = p;
                column[rank - 1] = p;
                score += SCALE * q.at(row) * k.at(column);
              }
              return Math.exp(score);
            });
    Grid sum = e.fold(true, new int[] {rank - 1}, v -> Arrays.stream(v).sum());
    return Grid.of(dims, i -> e.at(i) / sum.at(i));
  }

  /** a [..., m, k] times b [..., k, n], or their transposes. */
  private static Grid product(Grid a, boolean transposeA, Grid b, boolean transposeB) {
    int rank = a.dims().length;
    int k = a.dims()[rank - (transposeA ? 2 : 1)];
    int[] dims = a.dims().clone();
    dims[rank - 2] = a.dims()[rank - (transposeA ? 1 : 2)];
    dims[rank - 1] = b.dims()[rank - (transposeB ? 2 : 1)];
    return Grid.of(
        dims,
        i -> {
          int[] left = i.clone();
          int[] right = i.clone();
          double sum = 0;
          for (int p = 0; p < k; p++) {
            left[rank - 2] = transposeA ? p : i[rank - 2];
            left[rank - 1] = transposeA ? i[rank - 2] : p;
            right[rank - 2] = transposeB ? i[rank - 1] : p;
            right[rank - 1] = transposeB ? p : i[rank - 1];
            sum += a.at(left) * b.at(right);
          }
          return sum;
        });
  }

  private static Grid attention(Grid... x) {
    Grid[] mask = x.length > 3 ? new Grid[] {x[3]} : new Grid[0];
    return product(weights(x[0], x[1], mask), false, x[2], false);
  }

  private static Grid[] gradient(Grid[] x, Grid... mask) {
    Grid p = weights(x[1], x[2], mask);
    Grid dp = product(x[0], false, x[3], true);
    int last = p.dims().length - 1;
    Grid along =
        Grid.of(p.dims(), i -> p.at(i) * dp.at(i))
            .fold(true, new int[] {last}, v -> Arrays.stream(v).sum());
    Grid ds = Grid.of(p.dims(), i -> SCALE * p.at(i) * (dp.at(i) - along.at(i)));
    return new Grid[] {
      product(ds, false, x[2], false), product(ds, true, x[1], false), product(p, true, x[0], false)
    };
  }
}
