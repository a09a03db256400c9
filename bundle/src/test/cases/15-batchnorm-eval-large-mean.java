// Report: pytorch/pytorch#100048 (eval differs from the formula), fastmachinelearning/hls4ml#133 and tenstorrent/tt-metal#45968
// (cancellation with a mean that is large against the deviation).
// Definition: (x - mean) / sqrt(var + eps), here from the float32 values in double: x - mean is exact in float32 (Sterbenz),
// so the formula as it stands has an error of a few 1e-7. x scale + (-mean scale) subtracts numbers near 1e6 from
// each other. Kelvin, years, prices look like that; training mode computes x - mean first.
import module gradus;

void main() {
  var bn = new BatchNorm1d(1);
  bn.runningMean().fillInPlace(10000.1);
  bn.runningVar().fill(1e-4);
  double mean = bn.runningMean().get(0);
  double var = bn.runningVar().get(0);
  bn.eval();
  for (double v : new double[] {10000.1, 10000.11, 10000.2, 9999.9}) {
    Tensor x = Tensor.of(new double[][] {{v}});
    double exact = (x.get(0, 0) - mean) / Math.sqrt(var + 1e-5);
    near("eval of " + x.get(0, 0), bn.forward(x).detach().get(0, 0), exact, 1e-4);
  }
  end();
}
