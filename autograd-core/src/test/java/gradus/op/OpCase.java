package gradus.op;

import gradus.DType;
import gradus.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.BinaryOperator;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * How an operator is tested: the operator, a reference in plain Java, and inputs. One line makes
 * one:
 *
 * <pre>{@code
 * unary("log", Tensor::log, Math::log).from(0.1, 4)
 * unary("relu", Tensor::relu, x -> Math.max(x, 0)).slope(0, 0)      // the convention at the kink
 * of("matmul", x -> x[0].matmul(x[1]), x -> product(x[0], x[1])).on(dims(2, 3), dims(3, 4))
 * }</pre>
 *
 * <p>{@link OpCasesTest} runs them all. A method that returns this changes it.
 */
public final class OpCase {
  private static final int[][] UNARY = {{2, 3}, {}, {1}, {5}, {0}, {2, 0, 3}};
  private static final int[][][] BINARY = {
    {{2, 3}, {2, 3}},
    {{2, 3}, {3}},
    {{2, 1}, {1, 3}},
    {{}, {2, 2}},
    {{2, 2}, {}},
    {{}, {}},
    {{2, 1, 2}, {3, 1}},
    {{1}, {1}},
    {{0, 3}, {1, 3}},
    {{0}, {}}
  };

  final String name;
  final Function<Tensor[], Tensor> op;
  final Function<Grid[], Grid> reference;
  final List<Tensor[]> samples = new ArrayList<>();
  final List<Boundary> boundaries = new ArrayList<>();
  final List<Object> covered = new ArrayList<>();
  boolean differentiable = true;
  boolean inPlace;
  boolean shapedByData;
  int boundaryOrder = 2;

  private final Random random;
  private final int[][][] shapes;
  private double low = -2;
  private double high = 2;
  private double[] choices = {};

  /** Inputs at which slopes are a matter of convention, and the slopes of the sum of the result. */
  record Boundary(Tensor[] in, double[][] slopes) {}

  private OpCase(
      String name,
      Function<Tensor[], Tensor> op,
      Function<Grid[], Grid> reference,
      int[][]... shapes) {
    this.name = name;
    this.op = op;
    this.reference = reference;
    this.shapes = shapes;
    this.random = new Random(name.hashCode());
  }

  /** An elementwise operator of one tensor, on the usual shapes. */
  public static OpCase unary(String name, UnaryOperator<Tensor> op, DoubleUnaryOperator reference) {
    return new OpCase(
        name,
        x -> op.apply(x[0]),
        x -> Grid.of(x[0].dims(), i -> reference.applyAsDouble(x[0].at(i))),
        Arrays.stream(UNARY).map(s -> new int[][] {s}).toArray(int[][][]::new));
  }

  /** An elementwise operator of two tensors, on the usual shapes, which broadcast. */
  public static OpCase binary(
      String name, BinaryOperator<Tensor> op, DoubleBinaryOperator reference) {
    return new OpCase(
        name,
        x -> op.apply(x[0], x[1]),
        x -> Grid.of(Grid.broadcast(x), i -> reference.applyAsDouble(x[0].at(i), x[1].at(i))),
        BINARY);
  }

  /** Any operator; its inputs come by {@link #on}. */
  public static OpCase of(
      String name, Function<Tensor[], Tensor> op, Function<Grid[], Grid> reference) {
    return new OpCase(name, op, reference);
  }

  /**
   * An operator with several results; its inputs come by {@link #on}. Its floating results are
   * compared and differentiated as one vector.
   */
  public static OpCase several(
      String name, Function<Tensor[], Tensor[]> op, Function<Grid[], Grid[]> reference) {
    return new OpCase(name, x -> pack(op.apply(x)), x -> Grid.pack(reference.apply(x)));
  }

  /** All elements of floating tensors as one vector; a single tensor as it is. */
  static Tensor pack(Tensor... results) {
    List<Tensor> floating = Arrays.stream(results).filter(t -> t.dtype().isFloating()).toList();
    return floating.size() == 1
        ? floating.getFirst()
        : Tensor.cat(floating.stream().map(Tensor::flatten).toList(), 0);
  }

  /** Any operator of one tensor; its inputs come by {@link #on}. */
  public static OpCase of1(String name, UnaryOperator<Tensor> op, UnaryOperator<Grid> reference) {
    return new OpCase(name, x -> op.apply(x[0]), x -> reference.apply(x[0]));
  }

  /** Float64 numbers between two bounds, the same for the same seed and shape. */
  public static Tensor random(String seed, double low, double high, int... dims) {
    var random = new Random(seed.hashCode() + Arrays.hashCode(dims));
    return Grid.of(dims, i -> low + (high - low) * random.nextDouble()).tensor(DType.FLOAT64);
  }

  public static int[] dims(int... dims) {
    return dims;
  }

  /** Draws inputs from this interval instead of [-2, 2]. */
  public OpCase from(double low, double high) {
    this.low = low;
    this.high = high;
    return this;
  }

  /** Draws inputs from these numbers. */
  public OpCase values(double... choices) {
    this.choices = choices;
    return this;
  }

  /** One more sample: float64 inputs of these shapes. */
  public OpCase on(int[]... shapes) {
    samples.add(Arrays.stream(shapes).map(this::draw).toArray(Tensor[]::new));
    return this;
  }

  /** One more sample: these inputs. */
  public OpCase on(Tensor... inputs) {
    samples.add(inputs);
    return this;
  }

  /** A boundary: the slope that is due at x. */
  public OpCase slope(double x, double slope) {
    return boundary(new double[][] {{x}}, new double[] {slope});
  }

  /** A boundary: the slopes that are due at (a, b). */
  public OpCase slope(double a, double b, double slopeA, double slopeB) {
    return boundary(new double[][] {{a}, {b}}, new double[] {slopeA}, new double[] {slopeB});
  }

  /** A boundary: the gradients that are due for inputs that are vectors. */
  public OpCase boundary(double[][] in, double[]... slopes) {
    Tensor[] tensors =
        Arrays.stream(in).map(v -> Tensor.of(v, DType.FLOAT64)).toArray(Tensor[]::new);
    boundaries.add(new Boundary(tensors, slopes));
    return this;
  }

  /** How often the operator can be differentiated at its boundaries, if not twice. */
  public OpCase boundariesToOrder(int order) {
    boundaryOrder = order;
    return this;
  }

  /** What no gradient's graph shows: operators of integers and conditions, changes in place. */
  public OpCase covers(Object... classesOrFormulas) {
    covered.addAll(List.of(classesOrFormulas));
    return this;
  }

  /** The first input is changed: in a batch, it is batched. */
  public OpCase inPlace() {
    inPlace = true;
    return notDifferentiable();
  }

  /** The data decides the shape of the result: a batch refuses it. */
  public OpCase shapedByData() {
    shapedByData = true;
    return this;
  }

  /** There is no derivative: the result is not floating, or not recorded. */
  public OpCase notDifferentiable(Object... covers) {
    differentiable = false;
    return covers(covers);
  }

  /** All samples: those given, or the usual ones. */
  List<Tensor[]> samples() {
    if (samples.isEmpty()) {
      for (int[][] s : shapes) {
        on(s);
      }
    }
    return samples;
  }

  private Tensor draw(int... dims) {
    return Grid.of(
            dims,
            i ->
                choices.length > 0
                    ? choices[random.nextInt(choices.length)]
                    : low + (high - low) * random.nextDouble())
        .tensor(DType.FLOAT64);
  }

  @Override
  public String toString() {
    return name;
  }
}
