package gradus;

import gradus.op.creation.RandomDraw;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Random tensors from a seed: {@code torch.Generator}. Every draw takes the next stream of a
 * counter-based generator, and element i of a draw is a function of (seed, stream, i) alone: it
 * depends neither on threads nor on what other generators do.
 */
public final class Generator {
  private final AtomicReference<GeneratorState> state;

  public Generator(long seed) {
    this(new GeneratorState(seed, 0));
  }

  private Generator(GeneratorState state) {
    this.state = new AtomicReference<>(state);
  }

  /** A generator that goes on from a state, with the draws that follow there. */
  public static Generator of(GeneratorState state) {
    return new Generator(state);
  }

  /**
   * The generator of everything that is not given another: that of the {@link Scope} in which this
   * thread runs, outside of any that of the process. Ask at each draw; scopes may differ.
   */
  public static Generator current() {
    return Settings.current().generator();
  }

  /** Starts anew from a seed. */
  public void seed(long seed) {
    setState(new GeneratorState(seed, 0));
  }

  /** Where it stands, for {@link #setState} and {@link #of}: {@code get_state}. */
  public GeneratorState state() {
    return state.get();
  }

  /** Goes on from a state that this generator or another had: {@code set_state}. */
  public void setState(GeneratorState state) {
    this.state.set(state);
  }

  /** Uniform in [0, 1). */
  public Tensor uniform(Shape shape, DType dtype) {
    return uniform(0, 1, shape, dtype);
  }

  /** Uniform in [low, high). */
  public Tensor uniform(double low, double high, Shape shape, DType dtype) {
    return floating("uniform", new RandomDraw.Uniform(low, high), shape, dtype);
  }

  /** Normal with mean 0 and standard deviation 1. */
  public Tensor normal(Shape shape, DType dtype) {
    return normal(0, 1, shape, dtype);
  }

  /** Normal with this mean and standard deviation. */
  public Tensor normal(double mean, double deviation, Shape shape, DType dtype) {
    return floating("normal", new RandomDraw.Normal(mean, deviation), shape, dtype);
  }

  /** Whole numbers from {@code low} to below {@code high}, int64. */
  public Tensor integers(long low, long high, Shape shape) {
    if (low >= high) {
      throw new IllegalArgumentException(
          "randint: there is no whole number from %d to below %d".formatted(low, high));
    }
    return draw(new RandomDraw.Integers(low, high), shape, DType.INT64);
  }

  /** The numbers 0 to n - 1 in random order, int64. */
  public Tensor permutation(int n) {
    return draw(new RandomDraw.Permutation(), Shape.of(n), DType.INT64);
  }

  /**
   * What inverted dropout multiplies by: 0 with probability {@code p}, else 1 / (1 - p).
   *
   * @throws IllegalArgumentException unless 0 &lt;= p &lt; 1
   */
  public Tensor dropoutMask(double p, Shape shape, DType dtype) {
    if (!(p >= 0 && p < 1)) {
      throw new IllegalArgumentException("dropout: p must be in [0, 1), got " + p);
    }
    return floating("dropout", new RandomDraw.Bernoulli(1 - p, 1 / (1 - p)), shape, dtype);
  }

  private Tensor floating(
      String operator, RandomDraw.Distribution distribution, Shape shape, DType dtype) {
    if (!dtype.isFloating()) {
      throw new DTypeException(
          "%s: random numbers are float32 or float64, got %s".formatted(operator, dtype));
    }
    return draw(distribution, shape, dtype);
  }

  private Tensor draw(RandomDraw.Distribution distribution, Shape shape, DType dtype) {
    GeneratorState s = state.getAndUpdate(GeneratorState::next);
    return new RandomDraw(distribution, shape, dtype, s.seed(), s.stream()).apply();
  }
}
