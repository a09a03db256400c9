package gradus.op.indexing;

import static gradus.op.OpCase.dims;
import static gradus.op.OpCase.of;

import gradus.DType;
import gradus.Shape;
import gradus.Tensor;
import gradus.op.Grid;
import gradus.op.OpCase;
import java.util.List;

/** Sample inputs and references for each operator of this package. */
public final class IndexingCases {
  private static final Tensor PLACES = Tensor.of(new long[][] {{2, 0}, {1, 1}, {2, 2}, {0, 2}});
  private static final Tensor ROWS = Tensor.of(new long[] {2, 0, 2, 2});

  private IndexingCases() {}

  public static List<OpCase> all() {
    return List.of(
        of("gather", x -> x[0].gather(0, x[1]), IndexingCases::gather)
            .on(number(3, 2), PLACES)
            .on(number(3, 3), PLACES.to(DType.INT32))
            .on(number(3, 2), PLACES.narrow(0, 0, 0)),
        of(
                "gather of rows",
                x -> x[0].gather(-1, x[1]),
                x -> Grid.of(x[1].dims(), i -> x[0].at(i[0], (int) x[1].at(i))))
            .on(number(4, 3), PLACES),
        of("scatterAdd", x -> x[0].scatterAdd(0, x[1], x[2]), IndexingCases::scatter)
            .on(number(3, 2), PLACES, number(4, 2))
            .on(number(3, 2), PLACES.narrow(0, 0, 0), number(0, 2)),
        of(
                "indexSelect",
                x -> x[0].indexSelect(0, x[1]),
                x -> Grid.of(dims(4, 2), i -> x[0].at((int) x[1].at(i[0]), i[1])))
            .on(number(3, 2), ROWS),
        of(
                "indexSelect of columns",
                x -> x[0].indexSelect(1, x[1]),
                x -> Grid.of(dims(2, 4, 2), i -> x[0].at(i[0], (int) x[1].at(i[1]), i[2])))
            .on(number(2, 3, 2), ROWS.to(DType.INT32)),
        of(
                "indexSelect of nothing",
                x -> x[0].indexSelect(0, x[1]),
                x -> Grid.of(dims(0, 2), i -> 0))
            .on(number(3, 2), Tensor.zeros(Shape.of(0), DType.INT64)),
        of(
                "indexAdd",
                x -> x[0].indexAdd(0, x[1], x[2]),
                x -> add(x[0], x[2], k -> new int[] {(int) x[1].at(k / 2), k % 2}))
            .on(number(3, 2), ROWS, number(4, 2)));
  }

  private static Tensor number(int... dims) {
    return OpCase.random("indexing", -2, 2, dims);
  }

  private static Grid gather(Grid... x) {
    return Grid.of(x[1].dims(), i -> x[0].at((int) x[1].at(i), i[1]));
  }

  private static Grid scatter(Grid... x) {
    return add(x[0], x[2], k -> new int[] {(int) x[1].at(k / 2, k % 2), k % 2});
  }

  /** Where the k-th element of a source goes. */
  private interface Place {
    int[] of(int k);
  }

  private static Grid add(Grid base, Grid source, Place place) {
    double[] sum = base.values().clone();
    for (int k = 0; k < source.values().length; k++) {
      int[] p = place.of(k);
      sum[p[0] * base.dims()[1] + p[1]] += source.values()[k];
    }
    return new Grid(base.dims(), sum);
  }
}
