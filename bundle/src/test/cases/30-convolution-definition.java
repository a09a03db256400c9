// Reports: convolutions that go wrong only for some combination of stride, padding larger than the kernel, dilation, groups, and
// views as input (many in pytorch/pytorch, apache/mxnet). Definition: out[n,o,i,j] = sum over c, a, b of
// x[n, c, i s + a d - p, j s + b d - p] w[o, c', a, b], zero outside; computed here by plain loops in double.
import module gradus;

void main() {
  Gradus.seed(7);
  int[][] settings = { // h, w, kernel, stride, padding, dilation, groups
    {5, 7, 3, 1, 4, 1, 1}, {5, 7, 3, 5, 0, 1, 1}, {9, 4, 2, 3, 3, 3, 2}, {1, 1, 3, 2, 1, 1, 1}, {8, 8, 3, 1, 1, 1, 4},
    {7, 7, 1, 4, 2, 1, 2}, {6, 5, 5, 1, 2, 1, 1}, {4, 4, 4, 4, 0, 1, 1}, {10, 3, 2, 1, 1, 2, 4}, {16, 16, 3, 1, 1, 1, 1}};
  for (int[] s : settings) {
    for (boolean view : new boolean[] {false, true}) {
      Tensor x = view ? Tensor.randn(s[1], 4, s[0], 2).permute(3, 1, 2, 0).flip(2) : Tensor.randn(2, 4, s[0], s[1]);
      Tensor w = Tensor.randn(4, 4 / s[6], s[2], s[2]);
      Tensor a = x.detach().requiresGrad(true), b = w.detach().requiresGrad(true);
      Tensor y = F.conv2d(a, b, null, s[3], s[4], s[5], s[6]);
      Tensor g = Tensor.randn(y.shape().dims());
      y.backward(g);
      double[] worst = compare(x, w, y.detach(), g, a.grad(), b.grad(), s);
      for (int k = 0; k < 3; k++)
        near(Arrays.toString(s) + (view ? " view " : " ") + List.of("value", "gradient of x", "gradient of w").get(k), worst[k], 0, 2e-5);
    }
  }
  end();
}

double[] compare(Tensor x, Tensor w, Tensor y, Tensor g, Tensor gx, Tensor gw, int[] s) {
  int out = 4 / s[6], in = 4 / s[6];
  double[][][][] dx = new double[2][4][s[0]][s[1]], dw = new double[4][in][s[2]][s[2]];
  double[] worst = new double[3];
  for (int n = 0; n < 2; n++) for (int o = 0; o < 4; o++) for (int i = 0; i < y.size(2); i++) for (int j = 0; j < y.size(3); j++) {
    double sum = 0, scale = 1;
    for (int c = 0; c < in; c++) for (int a = 0; a < s[2]; a++) for (int b = 0; b < s[2]; b++) {
      int r = i * s[3] + a * s[5] - s[4], q = j * s[3] + b * s[5] - s[4], ch = o / out * in + c;
      if (r < 0 || q < 0 || r >= s[0] || q >= s[1]) continue;
      double term = x.get(n, ch, r, q) * w.get(o, c, a, b);
      sum += term;
      scale += Math.abs(term);
      dx[n][ch][r][q] += g.get(n, o, i, j) * w.get(o, c, a, b);
      dw[o][c][a][b] += g.get(n, o, i, j) * x.get(n, ch, r, q);
    }
    worst[0] = Math.max(worst[0], Math.abs(y.get(n, o, i, j) - sum) / scale);
  }
  for (int n = 0; n < 2; n++) for (int c = 0; c < 4; c++) for (int i = 0; i < s[0]; i++) for (int j = 0; j < s[1]; j++)
    worst[1] = Math.max(worst[1], Math.abs(gx.get(n, c, i, j) - dx[n][c][i][j]) / (1 + Math.abs(dx[n][c][i][j])));
  for (int o = 0; o < 4; o++) for (int c = 0; c < in; c++) for (int a = 0; a < s[2]; a++) for (int b = 0; b < s[2]; b++)
    worst[2] = Math.max(worst[2], Math.abs(gw.get(o, c, a, b) - dw[o][c][a][b]) / (1 + Math.abs(dw[o][c][a][b])));
  return worst;
}
