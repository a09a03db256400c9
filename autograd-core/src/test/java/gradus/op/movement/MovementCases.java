package gradus.op.movement;

import static gradus.op.OpCase.dims;
import static gradus.op.OpCase.of;
import static gradus.op.OpCase.of1;
import static gradus.op.OpCase.several;
import static gradus.op.OpCase.unary;

import gradus.DType;
import gradus.Shape;
import gradus.Tensor;
import gradus.op.Grid;
import gradus.op.OpCase;
import java.util.List;

/** Sample inputs and references for each operator of this package. */
public final class MovementCases {
  private MovementCases() {}

  public static List<OpCase> all() {
    return List.of(
        of1(
                "reshape",
                x -> x.reshape(3, -1),
                x -> new Grid(dims(3, x.values().length / 3), x.values()))
            .on(dims(2, 3))
            .on(dims(6))
            .on(dims(3, 2, 2)),
        of1("reshape to a number", x -> x.reshape(), x -> new Grid(dims(), x.values()))
            .on(dims(1))
            .on(dims(1, 1)),
        of1("flatten", x -> x.flatten(1), x -> new Grid(dims(2, x.values().length / 2), x.values()))
            .on(dims(2, 3, 2))
            .on(dims(2, 3))
            .on(dims(2, 1, 0)),
        of1(
                "permute",
                x -> x.permute(2, 0, 1),
                x ->
                    Grid.of(
                        dims(x.dims()[2], x.dims()[0], x.dims()[1]), i -> x.at(i[1], i[2], i[0])))
            .on(dims(2, 3, 4))
            .on(dims(2, 0, 1)),
        of1(
                "transpose",
                x -> x.transpose(),
                x -> Grid.of(dims(x.dims()[1], x.dims()[0]), i -> x.at(i[1], i[0])))
            .on(dims(2, 3)),
        of1("expand", x -> x.expand(Shape.of(2, 3, 4)), x -> Grid.of(dims(2, 3, 4), x::at))
            .on(dims(3, 1))
            .on(dims(4))
            .on(dims())
            .on(dims(2, 3, 4)),
        of1("expand to nothing", x -> x.expand(Shape.of(0, 3)), x -> Grid.of(dims(0, 3), x::at))
            .on(dims(1, 3))
            .on(dims(3)),
        of1("squeeze", x -> x.squeeze(1), x -> Grid.of(dims(2, 3), i -> x.at(i[0], 0, i[1])))
            .on(dims(2, 1, 3)),
        of1("unsqueeze", x -> x.unsqueeze(-1), x -> Grid.of(dims(2, 3, 1), i -> x.at(i[0], i[1])))
            .on(dims(2, 3)),
        of1("narrow", x -> x.narrow(1, 1, 2), x -> Grid.of(dims(2, 2), i -> x.at(i[0], i[1] + 1)))
            .on(dims(2, 4)),
        of1(
                "slice",
                x -> x.slice(1, -4, 5, 2),
                x -> Grid.of(dims(2, 2), i -> x.at(i[0], 1 + 2 * i[1])))
            .on(dims(2, 5)),
        of1("slice of nothing", x -> x.slice(0, 4, 2), x -> Grid.of(dims(0, 2), i -> 0))
            .on(dims(5, 2)),
        of1("select", x -> x.select(0, -1), x -> Grid.of(dims(3), i -> x.at(1, i[0])))
            .on(dims(2, 3)),
        of1("select of columns", x -> x.select(-1, 1), x -> Grid.of(dims(2), i -> x.at(i[0], 1)))
            .on(dims(2, 3)),
        of1(
                "selects and slices of one tensor",
                x -> x.select(0, 1).mul(x.select(0, 2)).mul(x.slice(0, 0, 3, 2).sum(0)),
                x ->
                    Grid.of(
                        dims(2),
                        i -> x.at(1, i[0]) * x.at(2, i[0]) * (x.at(0, i[0]) + x.at(2, i[0]))))
            .on(dims(3, 2)),
        of1("flip", x -> x.flip(1), x -> Grid.of(x.dims(), i -> x.at(i[0], x.dims()[1] - 1 - i[1])))
            .on(dims(2, 3))
            .on(dims(2, 0))
            .on(dims(2, 1)),
        of("concat", x -> Tensor.cat(List.of(x), 1), MovementCases::besides)
            .on(dims(2, 1), dims(2, 3))
            .on(dims(2, 0), dims(2, 3))
            .on(dims(0, 1), dims(0, 3)),
        of(
                "stack",
                x -> Tensor.stack(List.of(x), 0),
                x -> Grid.of(dims(2, 3, 2), i -> x[i[0]].at(i[1], i[2])))
            .on(dims(3, 2), dims(3, 2)),
        several("split", x -> views(x[0].split(2, 1)), x -> pieces(x[0], 2, 2, 1))
            .on(dims(2, 5))
            .on(dims(0, 5)),
        several(
                "split by sizes",
                x -> views(x[0].split(dims(3, 0, 1), 1)),
                x -> pieces(x[0], 3, 0, 1))
            .on(dims(2, 4)),
        several("split into one", x -> views(x[0].split(7, 1)), x -> pieces(x[0], 3))
            .on(dims(2, 3)),
        several("chunk", x -> views(x[0].chunk(3, -1)), x -> pieces(x[0], 2, 2)).on(dims(3, 4)),
        of1("one piece of a split", x -> x.split(2, 1).get(1), x -> pieces(x, 2, 2, 1)[1])
            .on(dims(2, 5)),
        of1(
                "two pieces of a split",
                x -> product(x.split(dims(1, 2, 1, 1), 1)),
                x -> Grid.of(dims(2, 1), i -> x.at(i[0], 3) * x.at(i[0], 0)))
            .on(dims(2, 5)),
        several(
                "unbind",
                x -> views(x[0].unbind(1)),
                x -> new Grid[] {column(x[0], 0), column(x[0], 1), column(x[0], 2)})
            .on(dims(2, 3))
            .on(dims(0, 3)),
        several("unbind one", x -> views(x[0].unbind(1)), x -> new Grid[] {column(x[0], 0)})
            .on(dims(2, 1)),
        of1(
                "two of unbind",
                x -> {
                  List<Tensor> columns = x.unbind(1);
                  return columns.get(2).mul(columns.get(1));
                },
                x -> Grid.of(dims(2), i -> x.at(i[0], 2) * x.at(i[0], 1)))
            .on(dims(2, 3)),
        of(
                "selectScatter",
                x -> x[0].selectScatter(x[1], 1, -2),
                x -> Grid.of(x[0].dims(), i -> i[1] == 1 ? x[1].at(i[0]) : x[0].at(i)))
            .on(dims(2, 3), dims(2))
            .on(dims(0, 3), dims(0)),
        of(
                "selectScatter into a vector",
                x -> x[0].selectScatter(x[1], 0, 2),
                x -> Grid.of(x[0].dims(), i -> i[0] == 2 ? x[1].at() : x[0].at(i)))
            .on(dims(4), dims()),
        of(
                "sliceScatter",
                x -> x[0].sliceScatter(x[1], 1, 1, 9, 2),
                x ->
                    Grid.of(x[0].dims(), i -> i[1] % 2 == 1 ? x[1].at(i[0], i[1] / 2) : x[0].at(i)))
            .on(dims(2, 5), dims(2, 2))
            .on(dims(2, 4), dims(2, 2)),
        of("sliceScatter of nothing", x -> x[0].sliceScatter(x[1], 0, 2, 1, 1), x -> x[0])
            .on(dims(3, 2), dims(0, 2)),
        unary("to float64", x -> x.to(DType.FLOAT32).to(DType.FLOAT64), x -> x)
            .values(-1.5, 0.25, 3)
            .notDifferentiable(Cast.class), // in exact arithmetic; its gradient: TensorTest
        unary("to int64", x -> x.to(DType.INT64), x -> (long) x)
            .values(-1.5, -0.5, 0, 0.75, 2.5)
            .notDifferentiable(),
        unary("to bool", x -> x.to(DType.BOOL), x -> x == 0 ? 0 : 1)
            .values(-1.5, 0, 0.25)
            .notDifferentiable(),

        // in place, on a copy
        of("addInPlace", x -> x[0].detach().clone().addInPlace(x[1]), x -> sum(1, x))
            .on(dims(2, 3), dims(3))
            .on(dims(2, 3), dims())
            .on(dims(0, 3), dims(3))
            .inPlace(),
        of(
                "addInPlace scaled",
                x -> x[0].detach().clone().addInPlace(x[1], -0.5),
                x -> sum(-0.5, x))
            .on(dims(2, 3), dims(2, 1))
            .inPlace(),
        unary("mulInPlace", x -> x.detach().clone().mulInPlace(-3), x -> x * -3).inPlace(),
        unary("fill", x -> x.detach().clone().fillInPlace(2.5), x -> 2.5).inPlace(),
        of(
                "copyInPlace",
                x -> x[0].detach().clone().copyInPlace(x[1]),
                x -> Grid.of(x[0].dims(), x[1]::at))
            .on(dims(2, 3), dims(2, 1))
            .on(dims(2, 3), dims(2, 3))
            .inPlace());
  }

  private static Tensor[] views(List<Tensor> pieces) {
    return pieces.toArray(Tensor[]::new);
  }

  /** Of the third piece and the first, which are the only ones with a gradient. */
  private static Tensor product(List<Tensor> pieces) {
    return pieces.get(2).mul(pieces.get(0));
  }

  /** The columns of a matrix in groups. */
  private static Grid[] pieces(Grid x, int... sizes) {
    Grid[] pieces = new Grid[sizes.length];
    int start = 0;
    for (int k = 0; k < sizes.length; k++) {
      int from = start;
      pieces[k] = Grid.of(dims(x.dims()[0], sizes[k]), i -> x.at(i[0], from + i[1]));
      start += sizes[k];
    }
    return pieces;
  }

  private static Grid column(Grid x, int j) {
    return Grid.of(dims(x.dims()[0]), i -> x.at(i[0], j));
  }

  private static Grid besides(Grid... x) {
    int left = x[0].dims()[1];
    return Grid.of(
        dims(x[0].dims()[0], left + x[1].dims()[1]),
        i -> i[1] < left ? x[0].at(i[0], i[1]) : x[1].at(i[0], i[1] - left));
  }

  private static Grid sum(double scale, Grid... x) {
    return Grid.of(x[0].dims(), i -> x[0].at(i) + scale * x[1].at(i));
  }
}
