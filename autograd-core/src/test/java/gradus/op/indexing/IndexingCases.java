package gradus.op.indexing;

import static gradus.op.OpCase.dims;
import static gradus.op.OpCase.of;
import static gradus.op.OpCase.of1;
import static gradus.op.OpCase.several;

import gradus.DType;
import gradus.Shape;
import gradus.Tensor;
import gradus.op.Grid;
import gradus.op.OpCase;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.DoubleBinaryOperator;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

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
            .on(number(3, 2), ROWS, number(4, 2)),
        of("at", x -> x[0].at(x[1], x[2]), x -> at(x[0], x[1], x[2]))
            .on(number(3, 4), Tensor.of(new long[] {2, 0, 2}), Tensor.of(new long[] {-1, 1, -1}))
            .on(number(3, 4), Tensor.of(new long[][] {{0}, {-3}}), Tensor.of(new long[] {3, 0})),
        of("indexPut", x -> x[0].indexPut(x[2], x[1]), IndexingCases::put)
            .on(number(4, 3), ROWS, number(4, 3)),
        of1(
                "at of integers",
                x -> x.to(DType.INT64).at(Tensor.of(new long[] {-1, 0})).to(x.dtype()),
                IndexingCases::lastAndFirst)
            .values(1, 2, 3)
            .on(dims(3))
            .notDifferentiable(WrapIndex.class, WrapIndex.Last.class),

        // by order
        of1("topk", x -> x.topk(2).values(), x -> ordered(x, true, 0, 2))
            .on(dims(3, 5))
            .on(dims(4)),
        of1("topk indices", x -> x.topk(2).indices(), x -> places(x, true, 0, 2))
            .values(1, 2, 3)
            .on(dims(3, 5))
            .notDifferentiable(),
        of1("smallest of columns", x -> x.topk(2, 0, false, true).values(), columns(false, 0, 2))
            .on(dims(4, 3))
            .on(dims(2, 3))
            .on(dims(3, 0)),
        of1(
                "topk as they stand",
                x -> x.topk(2, -1, true, false).indices(),
                x -> {
                  Grid places = places(x, true, 0, 2);
                  return Grid.of(
                      places.dims(),
                      i ->
                          (i[1] == 0 ? MIN : MAX)
                              .applyAsDouble(places.at(i[0], 0), places.at(i[0], 1)));
                })
            .on(dims(3, 60))
            .on(dims(3, 4))
            .notDifferentiable(),
        of1("topk of none", x -> x.topk(0, 0).values(), x -> Grid.of(dims(0, 2), i -> 0))
            .on(dims(3, 2)),
        of1("sort", x -> x.sort(-1).values(), x -> ordered(x, false, 0, x.dims()[1]))
            .on(dims(3, 5))
            .on(dims(2, 60))
            .on(dims(2, 1))
            .on(dims(2, 0)),
        of1("sort of columns", x -> x.sort(0, true).values(), columns(true, 0, 3)).on(dims(3, 2)),
        of1("argsort", x -> x.argsort(1), x -> places(x, false, 0, x.dims()[1]))
            .values(1, 2, 3)
            .on(dims(3, 5))
            .on(dims(2, 60))
            .notDifferentiable(),
        of1("argsort falling", x -> x.argsort(1, true, true), x -> places(x, true, 0, x.dims()[1]))
            .values(1, 2, 3)
            .on(dims(3, 5))
            .on(dims(2, 60))
            .notDifferentiable(),
        of1("kthvalue", x -> x.kthvalue(2, 1, true).values(), x -> ordered(x, false, 1, 1))
            .on(dims(3, 5))
            .on(dims(2, 60)),
        of1("kthvalue index", x -> x.kthvalue(3, 1, true).indices(), x -> places(x, false, 2, 1))
            .values(1, 2, 3)
            .on(dims(3, 5))
            .on(dims(2, 60))
            .notDifferentiable(),
        of1(
                "kthvalue of columns",
                x -> x.kthvalue(3, 0).values(),
                x -> new Grid(dims(2), columns(false, 2, 1).apply(x).values()))
            .on(dims(3, 2)),
        of1(
                "max and min of rows",
                x -> x.max(1).values().mul(x.min(1).values()),
                x -> {
                  Grid last = ordered(x, true, 0, 1);
                  Grid first = ordered(x, false, 0, 1);
                  return Grid.of(dims(x.dims()[0]), i -> last.at(i[0], 0) * first.at(i[0], 0));
                })
            .on(dims(3, 4)),

        // shapes by the data
        of("maskedSelect", x -> x[0].maskedSelect(x[1]), IndexingCases::selected)
            .shapedByData()
            .on(number(4, 2), PLACES.gt(1))
            .on(number(4, 2), PLACES.gt(2))
            .on(number(4, 2), PLACES.narrow(0, 0, 1).gt(1)) // broadcasts
            .on(number(2), PLACES.gt(0))
            .on(number(0, 2), PLACES.narrow(0, 0, 0).gt(0)),
        of1("nonzero", Tensor::nonzero, IndexingCases::nonzero)
            .shapedByData()
            .values(0, 0, 1, -2)
            .on(dims(3, 4))
            .on(dims(2, 2, 2))
            .on(dims(0, 2))
            .on(dims())
            .notDifferentiable(Nonzero.class),
        of1("unique", Tensor::unique, IndexingCases::distinct)
            .shapedByData()
            .on(dims(2, 3))
            .on(dims())
            .on(dims(0)),
        several(
                "unique with places and counts",
                x -> {
                  var distinct = x[0].unique(true, true, true);
                  Tensor places = distinct.inverse().to(x[0].dtype());
                  Tensor counts = distinct.counts().to(x[0].dtype());
                  return new Tensor[] {distinct.values(), places, counts};
                },
                x -> {
                  Grid values = distinct(x[0]);
                  return new Grid[] {
                    values,
                    Grid.of(x[0].dims(), i -> Arrays.binarySearch(values.values(), x[0].at(i))),
                    Grid.of(
                        values.dims(),
                        k -> Arrays.stream(x[0].values()).filter(v -> v == values.at(k)).count())
                  };
                })
            .shapedByData()
            .values(-1, 0.5, 2)
            .on(dims(3, 4))
            .on(dims(60))
            .notDifferentiable());
  }

  private static Grid at(Grid x, Grid rows, Grid columns) {
    return Grid.of(
        Grid.broadcast(rows, columns),
        i ->
            x.at(
                Math.floorMod((int) rows.at(i), x.dims()[0]),
                Math.floorMod((int) columns.at(i), x.dims()[1])));
  }

  /** Rows of the third in place of those of the first that the second names, the last counts. */
  private static Grid put(Grid... x) {
    return Grid.of(
        x[0].dims(),
        i -> {
          double value = x[0].at(i);
          for (int k = 0; k < x[1].dims()[0]; k++) {
            value = x[1].at(k) == i[0] ? x[2].at(k, i[1]) : value;
          }
          return value;
        });
  }

  private static Grid lastAndFirst(Grid x) {
    return Grid.of(dims(2), i -> x.at(i[0] == 0 ? x.dims()[0] - 1 : 0));
  }

  private static Grid selected(Grid... x) {
    double[] chosen =
        Grid.of(Grid.broadcast(x), i -> x[1].at(i) == 0 ? Double.NaN : x[0].at(i)).values();
    double[] values = Arrays.stream(chosen).filter(v -> !Double.isNaN(v)).toArray();
    return new Grid(dims(values.length), values);
  }

  private static Grid nonzero(Grid x) {
    var indices = new ArrayList<Double>();
    Grid.of(
        x.dims(),
        i -> {
          if (x.at(i) != 0) {
            Arrays.stream(i).forEach(d -> indices.add((double) d));
          }
          return 0;
        });
    int rank = x.dims().length;
    int n = (int) Arrays.stream(x.values()).filter(v -> v != 0).count();
    return new Grid(dims(n, rank), indices.stream().mapToDouble(d -> d).toArray());
  }

  private static Grid distinct(Grid x) {
    double[] values = Arrays.stream(x.values()).sorted().distinct().toArray();
    return new Grid(dims(values.length), values);
  }

  private static final DoubleBinaryOperator MIN = Math::min;
  private static final DoubleBinaryOperator MAX = Math::max;

  /** Elements of each row, or of a vector, from place {@code from} of their order on. */
  private static Grid ordered(Grid x, boolean falling, int from, int count) {
    Grid places = places(x, falling, from, count);
    return Grid.of(
        places.dims(),
        i -> {
          int[] at = i.clone();
          at[i.length - 1] = (int) places.at(i);
          return x.at(at);
        });
  }

  private static Grid places(Grid x, boolean falling, int from, int count) {
    int n = x.dims()[x.dims().length - 1];
    int[] dims = x.dims().clone();
    dims[dims.length - 1] = count;
    return Grid.of(
        dims,
        i -> {
          int row = i.length == 1 ? 0 : i[0];
          Comparator<Integer> rising = Comparator.comparing(j -> x.values()[row * n + j]);
          return IntStream.range(0, n)
              .boxed()
              .sorted(falling ? rising.reversed() : rising)
              .skip(from + i[i.length - 1])
              .findFirst()
              .orElseThrow();
        });
  }

  /** As {@link #ordered}, of columns. */
  private static UnaryOperator<Grid> columns(boolean falling, int from, int count) {
    return x -> {
      Grid rows = Grid.of(dims(x.dims()[1], x.dims()[0]), i -> x.at(i[1], i[0]));
      Grid y = ordered(rows, falling, from, count);
      return Grid.of(dims(count, x.dims()[1]), i -> y.at(i[1], i[0]));
    };
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
