package gradus.op.creation;

import static gradus.op.OpCase.dims;
import static gradus.op.OpCase.of;

import gradus.DType;
import gradus.Shape;
import gradus.Tensor;
import gradus.op.Grid;
import gradus.op.OpCase;
import java.util.List;

/** The operators without inputs. What draws look like: {@code GeneratorTest}. */
public final class CreationCases {
  private static final Shape SHAPE = Shape.of(2, 3);

  private CreationCases() {}

  public static List<OpCase> all() {
    return List.of(
        of(
                "full",
                x -> new Full(SHAPE, 2.5, DType.FLOAT64).apply(),
                x -> Grid.of(dims(2, 3), i -> 2.5))
            .on(new Tensor[0])
            .notDifferentiable(Full.class),
        of(
                "zeros",
                x -> new Full(SHAPE, 0, DType.FLOAT32).apply(),
                x -> Grid.of(dims(2, 3), i -> 0))
            .on(new Tensor[0])
            .notDifferentiable(),
        of(
                "eye",
                x -> Tensor.eye(2, 3, DType.FLOAT64),
                x -> Grid.of(dims(2, 3), i -> i[0] == i[1] ? 1 : 0))
            .on(new Tensor[0])
            .notDifferentiable(Eye.class),
        of(
                "arange",
                x -> Tensor.arange(2, -1, -0.5, DType.FLOAT64),
                x -> Grid.of(dims(6), i -> 2 - 0.5 * i[0]))
            .on(new Tensor[0])
            .notDifferentiable(Arange.class),
        of(
                "linspace",
                x -> Tensor.linspace(-1, 1, 5, DType.FLOAT64),
                x -> Grid.of(dims(5), i -> -1 + 0.5 * i[0]))
            .on(new Tensor[0])
            .notDifferentiable(Linspace.class),
        of(
                "bernoulli that is certain",
                x -> draw(new RandomDraw.Bernoulli(1, 1.25)).apply(),
                x -> Grid.of(dims(2, 3), i -> 1.25))
            .on(new Tensor[0])
            .notDifferentiable(RandomDraw.class));
  }

  private static RandomDraw draw(RandomDraw.Distribution distribution) {
    return new RandomDraw(distribution, SHAPE, DType.FLOAT64, 1, 0);
  }
}
