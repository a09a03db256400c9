package gradus.op.linalg;

import static gradus.op.OpCase.dims;
import static gradus.op.OpCase.of;

import gradus.op.Grid;
import gradus.op.OpCase;
import java.util.Arrays;
import java.util.List;

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
            .on(dims(2, 1, 2, 1), dims(3, 1, 2))
            .on(dims(0, 2, 3), dims(3, 2)),
        of("linear", x -> x[0].linear(x[1], null), x -> product(x[0], transposed(x[1])))
            .on(dims(2, 3), dims(4, 3))
            .on(dims(2, 2, 3), dims(1, 3))
            .on(dims(0, 3), dims(2, 3))
            .on(dims(2, 0), dims(3, 0)),
        of(
                "linear with a bias",
                x -> x[0].linear(x[1], x[2]),
                x -> plus(product(x[0], transposed(x[1])), x[2]))
            .on(dims(2, 3), dims(4, 3), dims(4))
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
            .on(dims(3), dims(2, 3, 2)));
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
