package gradus;

import gradus.op.creation.Arange;
import gradus.op.creation.Eye;
import gradus.op.creation.Full;
import gradus.op.creation.Linspace;
import gradus.op.elementwise.Arithmetic;
import gradus.op.elementwise.Exponentials;
import gradus.op.elementwise.Logic;
import gradus.op.movement.Cat;
import java.util.List;

/** The ways to make a tensor; callers write {@code Tensor.zeros(2, 3)}. Part of {@link Tensor}. */
abstract sealed class Creation permits Application {
  Creation() {}

  // --- from Java arrays and numbers ---

  /** A row of one number, float32; {@link #scalar} has no dimension. */
  public static Tensor of(double value) {
    return NestedArray.tensor(new double[] {value}, DType.FLOAT32);
  }

  /** A row of numbers, float32. */
  public static Tensor of(double... values) {
    return NestedArray.tensor(values, DType.FLOAT32);
  }

  /**
   * A tensor from a Java array or {@link List} of any depth, rows of equal length; boxed numbers
   * are numbers, too. As in PyTorch, they become float32 (from double and float) or int64 (from int
   * and long), booleans bool, bytes uint8; {@link #of(Object, DType)} chooses.
   *
   * @throws ShapeException if rows differ in length, saying where
   */
  public static Tensor of(Object array) {
    return NestedArray.tensor(array, NestedArray.usualType(array));
  }

  /** A tensor of the given type from a Java array or list of any depth, or from a single number. */
  public static Tensor of(Object array, DType dtype) {
    return NestedArray.tensor(array, dtype);
  }

  /** A single number, float32. */
  public static Tensor scalar(double value) {
    return scalar(value, DType.FLOAT32);
  }

  /** A single number. */
  public static Tensor scalar(double value, DType dtype) {
    return full(Shape.of(), value, dtype);
  }

  // --- filled ---

  /** Zeros, float32. */
  public static Tensor zeros(int... dims) {
    return zeros(Shape.of(dims), DType.FLOAT32);
  }

  public static Tensor zeros(Shape shape) {
    return zeros(shape, DType.FLOAT32);
  }

  public static Tensor zeros(Shape shape, DType dtype) {
    return full(shape, 0, dtype);
  }

  public static Tensor zerosLike(Tensor t) {
    return zeros(t.shape(), t.dtype());
  }

  /** Ones, float32. */
  public static Tensor ones(int... dims) {
    return ones(Shape.of(dims), DType.FLOAT32);
  }

  public static Tensor ones(Shape shape) {
    return ones(shape, DType.FLOAT32);
  }

  public static Tensor ones(Shape shape, DType dtype) {
    return full(shape, 1, dtype);
  }

  public static Tensor onesLike(Tensor t) {
    return ones(t.shape(), t.dtype());
  }

  /** One number everywhere, float32. */
  public static Tensor full(Shape shape, double value) {
    return full(shape, value, DType.FLOAT32);
  }

  public static Tensor full(Shape shape, double value, DType dtype) {
    return new Full(shape, value, dtype).apply();
  }

  public static Tensor fullLike(Tensor t, double value) {
    return full(t.shape(), value, t.dtype());
  }

  /** Arbitrary elements, float32. */
  public static Tensor empty(int... dims) {
    return empty(Shape.of(dims));
  }

  public static Tensor empty(Shape shape) {
    return Tensor.empty(shape, DType.FLOAT32);
  }

  public static Tensor emptyLike(Tensor t) {
    return Tensor.empty(t.shape(), t.dtype());
  }

  /** The identity matrix [n, n], float32. */
  public static Tensor eye(int n) {
    return eye(n, DType.FLOAT32);
  }

  public static Tensor eye(int n, DType dtype) {
    return eye(n, n, dtype);
  }

  /** Ones on the main diagonal of a matrix [rows, columns], float32. */
  public static Tensor eye(int rows, int columns) {
    return eye(rows, columns, DType.FLOAT32);
  }

  public static Tensor eye(int rows, int columns, DType dtype) {
    return new Eye(Shape.of(rows, columns), dtype).apply();
  }

  // --- ranges ---

  /** 0, 1, ... end - 1, int64. */
  public static Tensor arange(long end) {
    return arange(0, end, 1);
  }

  /** {@code start, start + 1, ...} below {@code end}, int64. */
  public static Tensor arange(long start, long end) {
    return arange(start, end, 1);
  }

  /** {@code start, start + step, ...} up to {@code end}, without it, int64. */
  public static Tensor arange(long start, long end, long step) {
    return arange(start, end, step, DType.INT64);
  }

  /** {@code start, start + step, ...} up to {@code end}, without it, float32. */
  public static Tensor arange(double start, double end, double step) {
    return arange(start, end, step, DType.FLOAT32);
  }

  /**
   * {@code start, start + step, ...} up to {@code end}, without it: ceil((end - start) / step)
   * numbers.
   *
   * @throws IllegalArgumentException if the step leads away from the end
   */
  public static Tensor arange(double start, double end, double step, DType dtype) {
    double n = Math.ceil((end - start) / step);
    if (!(n >= 0) || n > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "arange: no range from %s to %s in steps of %s".formatted(start, end, step));
    }
    return new Arange(start, step, (int) n, dtype).apply();
  }

  /** {@code n} numbers from {@code start} to {@code end}, both included, float32. */
  public static Tensor linspace(double start, double end, int n) {
    return linspace(start, end, n, DType.FLOAT32);
  }

  /** {@code n} numbers from {@code start} to {@code end}, both included. */
  public static Tensor linspace(double start, double end, int n, DType dtype) {
    return new Linspace(start, end, n, dtype).apply();
  }

  // --- random; each call draws anew from Generator.current() ---

  /** Uniform in [0, 1), float32. */
  public static Tensor rand(int... dims) {
    return rand(Shape.of(dims));
  }

  public static Tensor rand(Shape shape) {
    return rand(shape, DType.FLOAT32);
  }

  public static Tensor rand(Shape shape, DType dtype) {
    return Generator.current().uniform(shape, dtype);
  }

  public static Tensor randLike(Tensor t) {
    return rand(t.shape(), t.dtype());
  }

  /** Standard normal, float32. */
  public static Tensor randn(int... dims) {
    return randn(Shape.of(dims));
  }

  public static Tensor randn(Shape shape) {
    return randn(shape, DType.FLOAT32);
  }

  public static Tensor randn(Shape shape, DType dtype) {
    return Generator.current().normal(shape, dtype);
  }

  public static Tensor randnLike(Tensor t) {
    return randn(t.shape(), t.dtype());
  }

  /** Whole numbers from {@code low} to below {@code high}, int64. */
  public static Tensor randint(long low, long high, int... dims) {
    return randint(low, high, Shape.of(dims));
  }

  public static Tensor randint(long low, long high, Shape shape) {
    return Generator.current().integers(low, high, shape);
  }

  /** The numbers 0 to n - 1 in random order, int64. */
  public static Tensor randperm(int n) {
    return Generator.current().permutation(n);
  }

  // --- from tensors ---

  /** {@code number - x}. */
  public static Tensor sub(double number, Tensor x) {
    return Arithmetic.NUMBER_SUB.with(number).apply(x);
  }

  /** {@code number / x}. */
  public static Tensor div(double number, Tensor x) {
    return Arithmetic.NUMBER_DIV.with(number).apply(x);
  }

  /** {@code number} to the power x. */
  public static Tensor pow(double number, Tensor x) {
    return Exponentials.NUMBER_POW.with(number).apply(x);
  }

  /** Tensors one after the other along dimension 0: {@code torch.cat}. */
  public static Tensor cat(Tensor... tensors) {
    return cat(List.of(tensors), 0);
  }

  public static Tensor cat(List<? extends Tensor> tensors) {
    return cat(tensors, 0);
  }

  /**
   * Tensors one after the other along an existing dimension: {@code torch.cat}.
   *
   * @throws ShapeException if they differ in another dimension
   */
  public static Tensor cat(List<? extends Tensor> tensors, int dim) {
    return joined("cat", tensors, dim);
  }

  private static Tensor joined(String operator, List<? extends Tensor> tensors, int dim) {
    if (tensors.isEmpty()) {
      throw new IllegalArgumentException(operator + ": needs at least one tensor");
    }
    int axis = tensors.getFirst().shape().axis(operator, dim);
    return new Cat(axis).apply(tensors.toArray(Tensor[]::new));
  }

  /** Tensors of one shape along a new dimension 0: {@code torch.stack}. */
  public static Tensor stack(Tensor... tensors) {
    return stack(List.of(tensors), 0);
  }

  public static Tensor stack(List<? extends Tensor> tensors) {
    return stack(tensors, 0);
  }

  /**
   * Tensors along a new dimension: {@code torch.stack}.
   *
   * @throws ShapeException unless all have one shape
   */
  public static Tensor stack(List<? extends Tensor> tensors, int dim) {
    for (int k = 1; k < tensors.size(); k++) {
      if (!tensors.get(k).shape().equals(tensors.getFirst().shape())) {
        throw new ShapeException(
            "stack: tensor %d %s and tensor 0 %s must have one shape; pad or crop them first"
                .formatted(k, tensors.get(k).shape(), tensors.getFirst().shape()));
      }
    }
    return joined("stack", tensors.stream().map(t -> t.unsqueeze(dim)).toList(), dim);
  }

  /**
   * {@code a} where the bool {@code condition} holds, else {@code b}; broadcasts.
   *
   * @throws DTypeException if the condition is not bool
   */
  public static Tensor where(Tensor condition, Tensor a, Tensor b) {
    if (condition.dtype() != DType.BOOL) {
      throw new DTypeException(
          "where: the condition must be bool, got %s; compare first, as in x.gt(0)"
              .formatted(condition.dtype()));
    }
    return Logic.WHERE.apply(condition, a, b);
  }
}
