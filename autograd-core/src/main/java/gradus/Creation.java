package gradus;

import gradus.op.creation.Full;
import gradus.op.elementwise.Where;
import java.util.List;

/** The ways to make a tensor; callers write {@code Tensor.zeros(2, 3)}. Part of {@link Tensor}. */
public abstract sealed class Creation permits Application {
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
   * A tensor from a Java array of any depth, rows of equal length. As in PyTorch, plain numbers
   * become float32 (from double and float) or int64 (from int and long), booleans bool, bytes
   * uint8; {@link #of(Object, DType)} chooses.
   *
   * @throws ShapeException if rows differ in length, saying where
   */
  public static Tensor of(Object array) {
    return NestedArray.tensor(array, NestedArray.usualType(array));
  }

  /** A tensor of the given type from a Java array of any depth, or from a single number. */
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

  public static Tensor ones(Shape shape, DType dtype) {
    return full(shape, 1, dtype);
  }

  public static Tensor onesLike(Tensor t) {
    return ones(t.shape(), t.dtype());
  }

  public static Tensor full(Shape shape, double value, DType dtype) {
    return new Full(shape, value, dtype).apply();
  }

  public static Tensor fullLike(Tensor t, double value) {
    return full(t.shape(), value, t.dtype());
  }

  /** The identity matrix [n, n], float32. */
  public static Tensor eye(int n) {
    return eye(n, DType.FLOAT32);
  }

  public static Tensor eye(int n, DType dtype) {
    Tensor t = Tensor.allocate(Shape.of(n, n), dtype);
    for (int i = 0; i < n; i++) {
      t.storage().set(i * n + i, 1);
    }
    return t;
  }

  // --- ranges ---

  /** 0, 1, ... n - 1, int64. */
  public static Tensor arange(int n) {
    return arange(0, n, 1, DType.INT64);
  }

  /** {@code start, start + step, ...} below {@code end}: ceil((end - start) / step) numbers. */
  public static Tensor arange(double start, double end, double step, DType dtype) {
    double n = Math.ceil((end - start) / step);
    if (!(n >= 0) || n > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "arange: no range from %s to %s in steps of %s".formatted(start, end, step));
    }
    Tensor t = Tensor.allocate(Shape.of((int) n), dtype);
    for (int i = 0; i < (int) n; i++) {
      t.storage().set(i, start + i * step);
    }
    return t;
  }

  /** {@code n} numbers from {@code start} to {@code end}, both included, float32. */
  public static Tensor linspace(double start, double end, int n) {
    return linspace(start, end, n, DType.FLOAT32);
  }

  /** {@code n} numbers from {@code start} to {@code end}, both included. */
  public static Tensor linspace(double start, double end, int n, DType dtype) {
    Tensor t = Tensor.allocate(Shape.of(n), dtype);
    double step = n > 1 ? (end - start) / (n - 1) : 0;
    for (int i = 0; i < n; i++) {
      // From the nearer end, so that the last is exact.
      t.storage().set(i, i < n / 2 || n == 1 ? start + i * step : end - (n - 1 - i) * step);
    }
    return t;
  }

  // --- random; each call draws anew from Generator.current() ---

  /** Uniform in [0, 1), float32. */
  public static Tensor rand(int... dims) {
    return Generator.current().uniform(Shape.of(dims), DType.FLOAT32);
  }

  /** Standard normal, float32. */
  public static Tensor randn(int... dims) {
    return Generator.current().normal(Shape.of(dims), DType.FLOAT32);
  }

  /** Whole numbers from {@code low} to below {@code high}, int64. */
  public static Tensor randint(long low, long high, int... dims) {
    return Generator.current().integers(low, high, Shape.of(dims));
  }

  /** The numbers 0 to n - 1 in random order, int64. */
  public static Tensor randperm(int n) {
    return Generator.current().permutation(n);
  }

  // --- from tensors ---

  /** Tensors one after the other along an existing dimension: {@code torch.cat}. */
  public static Tensor concat(List<Tensor> tensors, int dim) {
    return Movement.concat(tensors, dim);
  }

  /** Tensors of one shape along a new dimension: {@code torch.stack}. */
  public static Tensor stack(List<Tensor> tensors, int dim) {
    return Movement.stack(tensors, dim);
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
    return Where.OP.apply(condition, a, b);
  }
}
