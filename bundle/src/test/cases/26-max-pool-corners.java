// Reports: pytorch/pytorch PR #23161, #1465 (windows of -inf lose their gradient or write to index -1), #114216 (a dilated window
// that lies in padding only gives -inf), denizyuret/Knet.jl#182.
// A window of equal elements, also all -inf, gives its gradient to the first of them. With ceil mode, kernel 2, stride 2
// on length 5: windows {0,1}, {2,3}, {4}. Kernel 3, dilation 2, padding 1 on length 4: positions -1, 1, 3 and 0, 2, 4(outside).
import module gradus;

void main() {
  double none = Double.NEGATIVE_INFINITY;
  Tensor x = Tensor.of(new double[][][] {{{none, none, none, 1}}}).requiresGrad(true);
  Tensor y = F.maxPool1d(x, 2);
  y.backward(Tensor.ones(1, 1, 2));
  same("values", y.detach().toDoubles(), new double[] {none, 1});
  same("gradient", x.grad().toDoubles(), new double[] {1, 0, 0, 1});
  Tensor r = Tensor.of(new double[][][] {{{5, 1, 4, 2, 3}}}).requiresGrad(true);
  Tensor c = F.maxPool1d(r, 2, 2, 0, 1, true);
  c.backward(Tensor.of(new double[][][] {{{1, 10, 100}}}));
  same("ceil mode", c.detach().toDoubles(), new double[] {5, 4, 3});
  same("its gradient", r.grad().toDoubles(), new double[] {1, 0, 10, 0, 100});
  same("dilated, padded", F.maxPool1d(Tensor.of(new double[][][] {{{5, 1, 4, 2}}}), 3, 1, 1, 2, false).toDoubles(), new double[] {2, 5});
  // With padding 1 and ceil mode a last window must begin inside or in the left padding: length 4, kernel 3, stride 3, padding 1:
  // windows begin at -1, 2: {0,1}, {2,3}; another would begin at 5, outside.
  same("no window in the right padding", F.maxPool1d(Tensor.of(new double[][][] {{{1, 2, 3, 4}}}), 3, 3, 1, 1, true).toDoubles(), new double[] {2, 4});
  // A window that sees nothing but padding must be refused or documented, not invented: height 1, kernel 3, dilation 2, padding 1
  // has rows -1, 1, 3 only.
  try {
    double v = F.maxPool2d(Tensor.ones(1, 1, 1, 8), 3, 6, 1, 2, true).amax().item();
    say(v != none, "a window in padding only", v, "refused, or a number of the input");
  } catch (ShapeException e) {
    IO.println("  refused: " + e.getMessage());
  }
  // avg: divisor counts padding but nothing beyond it (PyTorch's rule, documented): length 3, kernel 2, stride 2, ceil: {0,1}/2, {2}/1.
  same("avg, ceil mode", F.avgPool1d(Tensor.of(new double[][][] {{{2, 4, 6}}}), 2, 2, 0, true, true, 0).toDoubles(), new double[] {3, 6});
  end();
}
