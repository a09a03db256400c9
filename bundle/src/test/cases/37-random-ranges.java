// Reports: numpy/numpy#26978, #10803, cupy/cupy#4139, VoidStarKat/half-rs#152 (the upper bound of [low, high) comes out by rounding),
// randint over the whole range (high - low overflows), the same seed after reseeding, permutations that miss or repeat.
import module gradus;

void main() {
  Gradus.seed(9);
  int n = 200_000;
  double[][] ranges = {{1, Math.nextUp(1f)}, {1e8, 1e8 + 8}, {-1, 1}, {-3e38, 3e38}, {0, Float.MIN_VALUE}, {5, 5}};
  for (double[] r : ranges) {
    Tensor t = Generator.current().uniform(r[0], r[1], Shape.of(n), DType.FLOAT32);
    double low = t.amin().item(), high = t.amax().item();
    yes("float32 in [" + r[0] + ", " + r[1] + "): " + low + " to " + high, low >= (float) r[0] && (high < (float) r[1] || r[0] == r[1] && high == r[0]));
  }
  double up = Math.nextUp(1.0);
  Tensor d = Generator.current().uniform(1, up, Shape.of(n), DType.FLOAT64);
  yes("float64 in [1, nextUp(1))", d.amin().item() == 1 && d.amax().item() == 1);
  Tensor whole = Tensor.randint(Long.MIN_VALUE, Long.MAX_VALUE, n);
  long negative = whole.lt(0).sum().itemLong();
  yes("about half of all longs are negative: " + negative, Math.abs(negative - n / 2) < 1500); // 6 deviations of sqrt(n)/2
  same("randint(3, 4)", Tensor.randint(3, 4, 5).toLongs(), new long[] {3, 3, 3, 3, 3});
  throwsA("randint(3, 3)", IllegalArgumentException.class, () -> Tensor.randint(3, 3, 5));
  for (int size : new int[] {0, 1, 2, 1000}) {
    long[] p = Tensor.randperm(size).toLongs();
    Arrays.sort(p);
    same("randperm(" + size + ")", p, LongStream.range(0, size).toArray());
  }
  Gradus.seed(42);
  float[] a = Tensor.randn(1000).toFloats();
  Gradus.seed(42);
  same("same seed, other threads", threaded(1), a);
  Gradus.seed(43);
  yes("other seed", !Arrays.equals(Tensor.randn(1000).toFloats(), a));
  Gradus.seed(42 + (1L << 32));
  yes("a seed that differs in its upper half only", !Arrays.equals(Tensor.randn(1000).toFloats(), a));
  double mean = Tensor.randn(n).mean().item();
  yes("mean of normals " + mean, Math.abs(mean) < 6 / Math.sqrt(n));
  near("kept share of dropout 0.1", Generator.current().dropoutMask(0.1, Shape.of(n), DType.FLOAT32).ne(0).sum().item() / n, 0.9, 0.005);
  end();
}

float[] threaded(int threads) {
  int before = Gradus.threads();
  Gradus.threads(threads);
  float[] a = Tensor.randn(1000).toFloats();
  Gradus.threads(before);
  return a;
}
