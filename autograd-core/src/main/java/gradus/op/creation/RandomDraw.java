package gradus.op.creation;

import gradus.DType;
import gradus.Shape;
import gradus.Tensor;
import gradus.kernel.array.Strided;
import gradus.kernel.random.Distributions;
import gradus.op.Draw;

/**
 * Random numbers. Element i is a function of (seed, stream, i), so the same settings give the same
 * numbers: a draw is a function like any other, and {@link gradus.Generator} hands out the streams.
 */
public record RandomDraw(Distribution distribution, Shape size, DType type, long seed, long stream)
    implements Constant, Draw {

  /** What is drawn. */
  public sealed interface Distribution {}

  /** Uniform in [low, high). */
  public record Uniform(double low, double high) implements Distribution {}

  /** Normal with this mean and standard deviation. */
  public record Normal(double mean, double deviation) implements Distribution {}

  /** Whole numbers from {@code low} to below {@code high}. */
  public record Integers(long low, long high) implements Distribution {}

  /** {@code value} with probability {@code p}, else 0. */
  public record Bernoulli(double p, double value) implements Distribution {}

  /** The numbers 0 to n - 1 in random order, along the last dimension. */
  public record Permutation() implements Distribution {}

  @Override
  public String name() {
    String s = distribution.getClass().getSimpleName();
    return Character.toLowerCase(s.charAt(0)) + s.substring(1);
  }

  @Override
  public void forward(Tensor[] in, Tensor out) {
    var draw = new Distributions(seed, stream);
    Strided to = out.strided();
    switch (distribution) {
      case Uniform d -> draw.uniform(d.low, d.high, to);
      case Normal d -> draw.normal(d.mean, d.deviation, to);
      case Bernoulli d -> draw.bernoulli(d.p, d.value, to);
      case Integers d -> draw.integers(d.low, d.high, to);
      case Permutation d -> permutations((long[]) to.array());
    }
  }

  /** Each row has a seed of its own, that of the first is this draw's. */
  private void permutations(long[] out) {
    int n = size.dim(-1);
    for (int row = 0; row * n < out.length; row++) {
      int[] order = new Distributions(seed + row * 0x9E3779B97F4A7C15L, stream).permutation(n);
      for (int i = 0; i < n; i++) {
        out[row * n + i] = order[i];
      }
    }
  }

  @Override
  public RandomDraw forExamples(int examples) {
    return new RandomDraw(distribution, size.insert(0, examples), type, seed, stream);
  }
}
