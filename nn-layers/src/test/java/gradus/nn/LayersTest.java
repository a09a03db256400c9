package gradus.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import gradus.DType;
import gradus.Generator;
import gradus.GeneratorState;
import gradus.Gradus;
import gradus.Parameter;
import gradus.Scope;
import gradus.Shape;
import gradus.ShapeException;
import gradus.Tensor;
import gradus.check.GradCheck;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class LayersTest {
  private static Tensor random(int... dims) {
    return new Generator(7).uniform(-2, 2, Shape.of(dims), DType.FLOAT64);
  }

  @Test
  void linearIsXTimesTransposedWeightPlusBias() {
    var linear =
        new Linear(
            new Parameter(Tensor.of(new double[][] {{1, 2, 3}, {4, 5, 6}})),
            new Parameter(Tensor.of(10, 20)));

    assertThat(linear.forward(Tensor.of(new double[][] {{1, 0, -1}})).toFloats())
        .containsExactly(8, 18);
    assertThat(linear.forward(Tensor.of(1, 0, -1)).toFloats()).containsExactly(8, 18);
    assertThat(linear.forward(Tensor.zeros(2, 5, 3)).shape()).isEqualTo(Shape.of(2, 5, 2));
  }

  @Test
  void linearStartsUniformWithinOneOverRootIn() {
    Gradus.seed(1);
    var linear = new Linear(100, 400);
    double[] w = linear.weight().toDoubles();

    assertThat(linear.weight().shape()).isEqualTo(Shape.of(400, 100));
    assertThat(linear.weight().abs().max().item()).isBetween(0.09, 0.1);
    // The variance of a uniform variable over +-0.1 is 0.01 / 3.
    assertThat(linear.weight().var().item()).isCloseTo(0.01 / 3, within(1e-4));
    assertThat(linear.bias().abs().max().item()).isBetween(0.09, 0.1);
    Gradus.seed(1);
    assertThat(new Linear(100, 400).weight().toDoubles()).containsExactly(w);
    assertThat(new Linear(100, 400).weight().toDoubles()).isNotEqualTo(w);
  }

  @Test
  void linearTellsWhatItNeeds() {
    assertThatThrownBy(() -> new Linear(784, 10).forward(Tensor.zeros(2, 28, 28)))
        .isInstanceOf(ShapeException.class)
        .hasMessage(
            "Linear(in=784, out=10, bias=true): the input must end in 784, got [2, 28, 28]; is a"
                + " flatten(1) missing?");
    assertThatThrownBy(
            () -> new Linear(new Parameter(Tensor.zeros(2, 3)), new Parameter(Tensor.zeros(3))))
        .isInstanceOf(ShapeException.class)
        .hasMessageContaining("needs a bias [2], got [3]");
  }

  @Test
  void flattenKeepsTheBatch() {
    assertThat(new Flatten().forward(Tensor.zeros(2, 3, 4, 5)).shape()).isEqualTo(Shape.of(2, 60));
    assertThat(new Flatten(0, 1).forward(Tensor.zeros(2, 3, 4)).shape()).isEqualTo(Shape.of(6, 4));
  }

  @Test
  void dropoutScalesWhatItKeeps() {
    var dropout = new Dropout(0.25, new Generator(3));
    double[] y = dropout.forward(Tensor.ones(100, 100)).toDoubles();

    assertThat(y).containsOnly(0, (float) (1 / 0.75));
    long zeros = Arrays.stream(y).filter(v -> v == 0).count();
    assertThat(zeros).isBetween(2300L, 2700L);
    assertThat(dropout.forward(Tensor.ones(100, 100)).toDoubles()).isNotEqualTo(y);
    assertThat(new Dropout(0.25, new Generator(3)).forward(Tensor.ones(100, 100)).toDoubles())
        .containsExactly(y);
    dropout.eval();
    assertThat(dropout.forward(Tensor.ones(100, 100)).toDoubles()).containsOnly(1);
    assertThat(new Dropout(1).forward(Tensor.ones(5)).toDoubles()).containsOnly(0);
    assertThatThrownBy(() -> new Dropout(1.5)).hasMessageContaining("[0, 1], got 1.5");
  }

  @Test
  void dropoutAsksForTheGeneratorAtEachDraw() {
    Tensor x = Tensor.ones(20, 20);
    var asking = new Dropout(0.5);
    var given = new Dropout(0.5, new Generator(3));
    double[] first = new Dropout(0.5, new Generator(3)).forward(x).toDoubles();
    Scope scope = Gradus.scope().seed(3);

    assertThat(scope.call(() -> asking.forward(x)).toDoubles()).containsExactly(first);
    assertThat(scope.call(() -> asking.forward(x)).toDoubles()).containsExactly(first);
    assertThat(asking.forward(x).toDoubles()).isNotEqualTo(first);
    scope.run(
        () -> {
          assertThat(given.forward(x).toDoubles()).containsExactly(first);
          assertThat(given.forward(x).toDoubles()).isNotEqualTo(first);
          assertThat(Generator.current().state()).isEqualTo(new GeneratorState(3, 0));
        });
  }

  @Test
  void startingValuesComeFromTheScope() {
    Gradus.seed(5);
    double[] expected = new Linear(3, 4).weight().toDoubles();
    double[] normal = Init.normal(Tensor.zeros(7), 0, 1).toDoubles();
    GeneratorState state = Generator.current().state();
    Gradus.scope()
        .seed(5)
        .run(
            () -> {
              assertThat(new Linear(3, 4).weight().toDoubles()).containsExactly(expected);
              assertThat(Init.normal(Tensor.zeros(7), 0, 1).toDoubles()).containsExactly(normal);
            });
    assertThat(Generator.current().state()).isEqualTo(state);
  }

  @Test
  void dropoutPassesTheGradientOfWhatItKept() {
    Tensor x = Tensor.ones(50).requiresGrad(true);
    Tensor y = new Dropout(0.5, new Generator(3)).forward(x);
    y.sum().backward();

    assertThat(x.grad().toFloats()).containsExactly(y.toFloats());
  }

  @Test
  void activationsHaveTheirValues() {
    Tensor x = Tensor.of(new double[] {-1, 0, 2}, DType.FLOAT64);

    close(new Identity().forward(x), -1, 0, 2);
    close(new ReLU().forward(x), 0, 0, 2);
    close(new Tanh().forward(x), Math.tanh(-1), 0, Math.tanh(2));
    close(new Sigmoid().forward(x), 1 / (1 + Math.E), 0.5, 1 / (1 + Math.exp(-2)));
    close(new SiLU().forward(x), -1 / (1 + Math.E), 0, 2 / (1 + Math.exp(-2)));
    // Values of the normal distribution function at -1 and 2.
    close(new GELU().forward(x), -0.15865525393145707, 0, 2 * 0.9772498680518208);
    close(new GELU("tanh").forward(x), -0.15880800939172324, 0, 1.9545976940877752);
    close(
        new Softplus().forward(x), Math.log1p(Math.exp(-1)), Math.log(2), Math.log1p(Math.exp(2)));
    close(new Softplus(3, 5).forward(x), Math.log1p(Math.exp(-3)) / 3, Math.log(2) / 3, 2);
    double z = Math.exp(-1) + 1 + Math.exp(2);
    close(new Softmax(0).forward(x), Math.exp(-1) / z, 1 / z, Math.exp(2) / z);
    close(new LogSoftmax(-1).forward(x), -1 - Math.log(z), -Math.log(z), 2 - Math.log(z));
  }

  private static void close(Tensor actual, double... expected) {
    assertThat(actual.toDoubles()).containsExactly(expected, within(1e-14));
  }

  @TestFactory
  Stream<DynamicTest> derivativesAreRight() {
    return Stream.<Layer>of(
            new Linear(3, 4),
            new Linear(3, 2, false),
            new Sequential(new Linear(3, 5), new Tanh(), new Linear(5, 2)),
            new ReLU(),
            new GELU(),
            new GELU("tanh"),
            new Tanh(),
            new Sigmoid(),
            new SiLU(),
            new Softplus(),
            new Softplus(2),
            new Softmax(1),
            new LogSoftmax(1),
            // The gradient that comes back depends on the result.
            new Sequential(new Softmax(1), Tensor::square),
            new Sequential(new LogSoftmax(1), Tensor::square),
            new Flatten(),
            new Identity())
        .map(layer -> DynamicTest.dynamicTest(layer.toString(), () -> check(layer)));
  }

  /** With respect to the input and to every parameter. */
  private static void check(Layer layer) {
    layer.to(DType.FLOAT64);
    Tensor x = random(2, 3);
    GradCheck.secondOrder(layer::forward, x).assertOk();
    List<Parameter> parameters = layer.parameters();
    if (!parameters.isEmpty()) {
      layer.forward(x).square().sum().backward();
    }
    for (Parameter p : parameters) {
      Tensor exact = p.grad();
      for (int i = 0; i < p.numel(); i++) {
        assertThat(exact.reshape(-1).get(i)).isCloseTo(slope(layer, x, p, i), within(1e-7));
      }
    }
  }

  private static double slope(Layer layer, Tensor x, Parameter p, int i) {
    double h = 1e-5;
    double[] values = p.storage().doubles();
    double old = values[i];
    values[i] = old + h;
    double up = layer.forward(x).square().sum().item();
    values[i] = old - h;
    double down = layer.forward(x).square().sum().item();
    values[i] = old;
    return (up - down) / (2 * h);
  }
}
