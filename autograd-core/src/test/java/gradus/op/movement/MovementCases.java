package gradus.op.movement;

import static gradus.op.OpCase.dims;
import static gradus.op.OpCase.of;
import static gradus.op.OpCase.of1;
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
        of1("flip", x -> x.flip(1), x -> Grid.of(x.dims(), i -> x.at(i[0], x.dims()[1] - 1 - i[1])))
            .on(dims(2, 3))
            .on(dims(2, 0))
            .on(dims(2, 1)),
        of("concat", x -> Tensor.concat(List.of(x), 1), MovementCases::besides)
            .on(dims(2, 1), dims(2, 3))
            .on(dims(2, 0), dims(2, 3))
            .on(dims(0, 1), dims(0, 3)),
        of(
                "stack",
                x -> Tensor.stack(List.of(x), 0),
                x -> Grid.of(dims(2, 3, 2), i -> x[i[0]].at(i[1], i[2])))
            .on(dims(3, 2), dims(3, 2)),
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
        of("addInPlace", x -> x[0].copy().addInPlace(x[1]), x -> sum(1, x))
            .on(dims(2, 3), dims(3))
            .on(dims(2, 3), dims())
            .on(dims(0, 3), dims(3))
            .notDifferentiable(Assign.ADD),
        of("addInPlace scaled", x -> x[0].copy().addInPlace(x[1], -0.5), x -> sum(-0.5, x))
            .on(dims(2, 3), dims(2, 1))
            .notDifferentiable(Assign.ADD_SCALED),
        unary("mulInPlace", x -> x.copy().mulInPlace(-3), x -> x * -3)
            .notDifferentiable(Assign.SCALE),
        unary("fill", x -> x.copy().fill(2.5), x -> 2.5).notDifferentiable(),
        of("copyInPlace", x -> x[0].copy().copyInPlace(x[1]), x -> Grid.of(x[0].dims(), x[1]::at))
            .on(dims(2, 3), dims(2, 1))
            .on(dims(2, 3), dims(2, 3))
            .notDifferentiable());
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
