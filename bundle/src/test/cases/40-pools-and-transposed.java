// Reports: adaptive pools whose windows are uneven, transposed convolutions with output padding (many). Definitions: window i of k
// over n elements is floor(i n/k) to ceil((i+1) n/k); a transposed convolution is the adjoint: <conv(x), y> = <x, convT(y)>.
import module gradus;

void main() {
  for (int n : new int[] {1, 5, 7}) for (int k : new int[] {1, 3, 5, 8}) {
    Tensor x = Tensor.arange(1, n + 1, 1, DType.FLOAT32).reshape(1, 1, n);
    double[] mean = new double[k], max = new double[k];
    for (int i = 0; i < k; i++) {
      int from = i * n / k, to = Math.ceilDiv((i + 1) * n, k);
      mean[i] = IntStream.range(from, to).mapToDouble(j -> j + 1).average().orElse(Double.NaN);
      max[i] = to;
    }
    near("adaptive mean " + n + " -> " + k, distance(F.adaptiveAvgPool1d(x, k), mean), 0, 1e-6);
    near("adaptive max " + n + " -> " + k, distance(F.adaptiveMaxPool1d(x, k), max), 0, 0);
  }
  Gradus.seed(6);
  int[][] settings = {{1, 0, 0, 1, 1}, {2, 1, 1, 1, 1}, {3, 2, 2, 2, 2}, {2, 0, 0, 3, 4}, {4, 1, 3, 1, 1}};
  for (int[] s : settings) {
    Tensor small = Tensor.randn(2, 4, 3, 4);
    Tensor kernel = Tensor.randn(4, 4 / s[4], 3, 3);
    Tensor large = F.convTranspose2d(small, kernel, null, s[0], s[1], s[2], s[4], s[3]);
    same("size " + Arrays.toString(s), large.size(2), (3 - 1) * s[0] - 2 * s[1] + s[3] * 2 + s[2] + 1);
    Tensor y = Tensor.randn(large.shape().dims());
    double left = F.conv2d(y, kernel, null, s[0], s[1], s[3], s[4]).mul(small).sum().item();
    near("adjoint " + Arrays.toString(s), large.mul(y).sum().item(), left, 2e-4);
  }
  throwsA("output padding as large as the stride", IllegalArgumentException.class,
      () -> F.convTranspose2d(Tensor.ones(1, 1, 3, 3), Tensor.ones(1, 1, 3, 3), null, 2, 0, 2, 1, 1));
  throwsA("kernel larger than the padded input", ShapeException.class, () -> F.conv2d(Tensor.ones(1, 1, 2, 2), Tensor.ones(1, 1, 5, 5), null, 1, 1));
  end();
}

double distance(Tensor t, double... want) {
  double worst = t.numel() == want.length ? 0 : Double.NaN;
  for (int i = 0; i < want.length; i++) worst = Math.max(worst, Math.abs(t.get(0, 0, i) - want[i]));
  return worst;
}
