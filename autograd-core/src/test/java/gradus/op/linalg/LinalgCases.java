package gradus.op.linalg;

import static gradus.op.OpCase.dims;
import static gradus.op.OpCase.of;
import static gradus.op.OpCase.of1;
import static gradus.op.OpCase.several;

import gradus.Tensor;
import gradus.op.Grid;
import gradus.op.OpCase;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import org.apache.commons.math3.linear.LUDecomposition;
import org.apache.commons.math3.linear.MatrixUtils;
import org.apache.commons.math3.linear.QRDecomposition;
import org.apache.commons.math3.linear.RealMatrix;

/** Sample inputs and references for each operator of this package. */
public final class LinalgCases {
  private LinalgCases() {}

  public static List<OpCase> all() {
    return List.of(
        of("matmul", x -> x[0].matmul(x[1]), x -> product(x[0], x[1]))
            .on(dims(2, 3), dims(3, 4))
            .on(dims(1, 1), dims(1, 1))
            .on(dims(5, 2), dims(2, 1))
            .on(dims(2, 0), dims(0, 3))
            .on(dims(0, 2), dims(2, 3))
            .on(dims(2, 2, 3), dims(2, 3, 2)) // batches
            .on(dims(2, 2, 3), dims(3, 2))
            .on(dims(2, 3), dims(2, 3, 2))
            .on(dims(2, 3), dims(2, 3, 1))
            .on(dims(2, 1, 2, 1), dims(3, 1, 2))
            .on(dims(0, 2, 3), dims(3, 2)),
        of("linear", new LinearOp()::apply, LinalgCases::linear)
            .on(dims(2, 3), dims(4, 3))
            .on(dims(3), dims(2, 3))
            .on(dims(2, 2, 3), dims(1, 3))
            .on(dims(0, 3), dims(2, 3))
            .on(dims(2, 0), dims(3, 0)),
        of("linear with a bias", new LinearOp()::apply, LinalgCases::linear)
            .on(dims(2, 3), dims(4, 3), dims(4))
            .on(dims(3), dims(2, 3), dims(2))
            .on(dims(2, 2, 3), dims(1, 3), dims(1))
            .on(dims(0, 3), dims(2, 3), dims(2)),
        of(
                "matmul of vectors",
                x -> x[0].matmul(x[1]),
                x -> Grid.of(dotProduct(x[0].values(), x[1].values())))
            .on(dims(3), dims(3))
            .on(dims(1), dims(1))
            .on(dims(0), dims(0)),
        of("dot", x -> x[0].dot(x[1]), x -> Grid.of(dotProduct(x[0].values(), x[1].values())))
            .on(dims(4), dims(4)),
        of(
                "matmul of matrix and vector",
                x -> x[0].matmul(x[1]),
                x -> without(product(x[0], new Grid(dims(x[1].dims()[0], 1), x[1].values())), -1))
            .on(dims(2, 3), dims(3))
            .on(dims(2, 2, 3), dims(3)),
        of(
                "matmul of vector and matrix",
                x -> x[0].matmul(x[1]),
                x -> without(product(new Grid(dims(1, x[0].dims()[0]), x[0].values()), x[1]), -2))
            .on(dims(3), dims(3, 2))
            .on(dims(3), dims(2, 3, 2)),

        // triangles and factorisations
        of1("tril", Tensor::tril, x -> Grid.of(x.dims(), i -> i[1] <= i[0] ? x.at(i) : 0))
            .on(dims(3, 3))
            .on(dims(3, 2))
            .on(dims(0, 2)),
        of1(
                "tril of two more",
                x -> x.tril(2),
                x -> Grid.of(x.dims(), i -> i[2] - i[1] <= 2 ? x.at(i) : 0))
            .on(dims(2, 3, 4)),
        of1("triu", Tensor::triu, x -> Grid.of(x.dims(), i -> i[1] >= i[0] ? x.at(i) : 0))
            .on(dims(3, 3))
            .on(dims(2, 4)),
        of1(
                "triu of one less",
                x -> x.triu(-1),
                x -> Grid.of(x.dims(), i -> i[1] - i[0] >= -1 ? x.at(i) : 0))
            .on(dims(4, 3)),
        of1("inverse", x -> regular(x, 3).inverse(), x -> each(x, 3, LinalgCases::inverse))
            .on(dims(3, 3))
            .on(dims(2, 2, 2))
            .on(dims(1, 1))
            .on(dims(0, 2, 2)),
        of("solve", x -> regular(x[0], 3).solve(x[1]), x -> solution(x[0], x[1]))
            .on(dims(3, 3), dims(3, 2))
            .on(dims(2, 3, 3), dims(2, 3, 1))
            .on(dims(2, 2), dims(3, 2, 2)) // batches broadcast
            .on(dims(2, 1, 2, 2), dims(3, 2, 1))
            .on(dims(2, 2), dims(2, 0)),
        of(
                "solve for a vector",
                x -> regular(x[0], 3).solve(x[1]),
                x -> without(solution(x[0], column(x[1])), -1))
            .on(dims(3, 3), dims(3))
            .on(dims(2, 3, 3), dims(2, 3)),
        several("slogdet", x -> slogdet(regular(x[0], 3)), x -> slogdet(x[0], 3))
            .on(dims(3, 3))
            .on(dims(2, 4, 4))
            .on(dims(1, 1))
            .on(dims(2, 2, 1, 1)),
        several(
                "slogdet of a negative determinant",
                x -> slogdet(regular(x[0], -3)),
                x -> slogdet(x[0], -3))
            .on(dims(3, 3)),
        of1(
                "slogdet, the sign alone",
                x -> regular(x, 3).slogdet().sign().mul(x.sum(-1, -2)),
                x -> Grid.of(Arrays.stream(x.values()).sum()))
            .on(dims(2, 2)),
        several("qr", x -> qr(regular(x[0], 3)), x -> qr(x[0], 3))
            .on(dims(3, 3))
            .on(dims(4, 2))
            .on(dims(2, 3, 2))
            .on(dims(2, 4)) // wide
            .on(dims(2, 1, 3))
            .on(dims(1, 1))
            .on(dims(3, 0))
            .on(dims(0, 3)),
        of1("qr, Q alone", x -> qr(regular(x, 3))[0], x -> qr(x, 3)[0])
            .on(dims(3, 2))
            .on(dims(2, 3)),
        of1("qr, R alone", x -> qr(regular(x, 3))[1], x -> qr(x, 3)[1])
            .on(dims(3, 2))
            .on(dims(2, 3)));
  }

  // --- factorisations, against those of Commons Math ---

  /** A matrix plus a multiple of the identity, which leaves none of the samples singular. */
  private static Tensor regular(Tensor x, double shift) {
    int m = x.size(-2);
    int n = x.size(-1);
    return x.add(Tensor.eye(Math.max(m, n), x.dtype()).narrow(0, 0, m).narrow(1, 0, n).mul(shift));
  }

  private static Tensor[] slogdet(Tensor x) {
    var result = x.slogdet();
    return new Tensor[] {result.sign(), result.logabsdet()};
  }

  /** Q and R with the signs that make the diagonal of R positive. */
  private static Tensor[] qr(Tensor x) {
    var result = x.qr();
    int k = result.q().size(-1);
    Tensor diagonal = result.r().narrow(-1, 0, k).mul(Tensor.eye(k, x.dtype())).sum(-1, true);
    Tensor signs = diagonal.sign();
    return new Tensor[] {result.q().mul(signs.transpose()), result.r().mul(signs)};
  }

  private static RealMatrix inverse(RealMatrix x) {
    return new LUDecomposition(x).getSolver().getInverse();
  }

  private static Grid solution(Grid a, Grid b) {
    return product(each(a, 3, LinalgCases::inverse), b);
  }

  private static Grid[] slogdet(Grid x, double shift) {
    Grid det =
        each(
            x,
            shift,
            m ->
                MatrixUtils.createRealMatrix(
                    new double[][] {{new LUDecomposition(m).getDeterminant()}}));
    int[] dims = head(x).dims();
    return new Grid[] {
      new Grid(dims, Arrays.stream(det.values()).map(Math::signum).toArray()),
      new Grid(dims, Arrays.stream(det.values()).map(d -> Math.log(Math.abs(d))).toArray())
    };
  }

  private static Grid[] qr(Grid x, double shift) {
    return new Grid[] {
      each(x, shift, m -> positive(m, true)), each(x, shift, m -> positive(m, false))
    };
  }

  private static RealMatrix positive(RealMatrix x, boolean orthogonal) {
    int m = x.getRowDimension();
    int n = x.getColumnDimension();
    int k = Math.min(m, n);
    var qr = new QRDecomposition(x);
    RealMatrix y =
        orthogonal
            ? qr.getQ().getSubMatrix(0, m - 1, 0, k - 1)
            : qr.getR().getSubMatrix(0, k - 1, 0, n - 1);
    for (int j = 0; j < k; j++) {
      if (qr.getR().getEntry(j, j) < 0) {
        if (orthogonal) {
          y.setColumnVector(j, y.getColumnVector(j).mapMultiply(-1));
        } else {
          y.setRowVector(j, y.getRowVector(j).mapMultiply(-1));
        }
      }
    }
    return y;
  }

  /** A function of each matrix of a batch, plus a multiple of the identity. */
  private static Grid each(Grid x, double shift, UnaryOperator<RealMatrix> f) {
    int rank = x.dims().length;
    int m = x.dims()[rank - 2];
    int n = x.dims()[rank - 1];
    int[] dims = x.dims().clone();
    var values = new ArrayList<Double>();
    for (int b = 0; m * n > 0 && b < x.values().length / (m * n); b++) {
      RealMatrix a = MatrixUtils.createRealMatrix(m, n);
      for (int i = 0; i < m * n; i++) {
        a.setEntry(i / n, i % n, x.values()[b * m * n + i] + (i / n == i % n ? shift : 0));
      }
      RealMatrix y = f.apply(a);
      dims[rank - 2] = y.getRowDimension();
      dims[rank - 1] = y.getColumnDimension();
      for (double[] row : y.getData()) {
        Arrays.stream(row).forEach(values::add);
      }
    }
    return new Grid(dims, values.stream().mapToDouble(v -> v).toArray());
  }

  private static Grid column(Grid x) {
    int[] dims = Arrays.copyOf(x.dims(), x.dims().length + 1);
    dims[x.dims().length] = 1;
    return new Grid(dims, x.values());
  }

  private static Grid linear(Grid... x) {
    boolean vector = x[0].dims().length == 1;
    Grid rows = vector ? new Grid(dims(1, x[0].dims()[0]), x[0].values()) : x[0];
    Grid product = product(rows, transposed(x[1]));
    Grid y = x.length > 2 ? plus(product, x[2]) : product;
    return vector ? without(y, -2) : y;
  }

  private static Grid transposed(Grid x) {
    return Grid.of(dims(x.dims()[1], x.dims()[0]), i -> x.at(new int[] {i[1], i[0]}));
  }

  /** Rows plus a row. */
  private static Grid plus(Grid x, Grid row) {
    return Grid.of(x.dims(), i -> x.at(i) + row.at(new int[] {i[i.length - 1]}));
  }

  private static double dotProduct(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  /** [..., m,k] @ [..., k,n] -> [..., m,n]. */
  private static Grid product(Grid a, Grid b) {
    int k = a.dims()[a.dims().length - 1];
    int[] dims = Grid.broadcast(head(a), head(b));
    int rank = dims.length;
    int[] all = Arrays.copyOf(dims, rank + 2);
    all[rank] = a.dims()[a.dims().length - 2];
    all[rank + 1] = b.dims()[b.dims().length - 1];
    return Grid.of(
        all,
        i -> {
          double sum = 0;
          int[] row = i.clone();
          int[] column = i.clone();
          for (int p = 0; p < k; p++) {
            row[rank + 1] = p;
            column[rank] = p;
            sum += a.at(row) * b.at(column);
          }
          return sum;
        });
  }

  /** Its leading dimensions; the values do not matter. */
  private static Grid head(Grid x) {
    return new Grid(Arrays.copyOf(x.dims(), x.dims().length - 2), new double[0]);
  }

  /** Without a dimension of size 1, counted from the end. */
  private static Grid without(Grid x, int dim) {
    int gone = x.dims().length + dim;
    int[] dims = new int[x.dims().length - 1];
    for (int d = 0; d < dims.length; d++) {
      dims[d] = x.dims()[d < gone ? d : d + 1];
    }
    return new Grid(dims, x.values());
  }
}
