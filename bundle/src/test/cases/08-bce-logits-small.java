// Report: pytorch/pytorch#49844 (its table shows 4.54177e-05 at 10 where log1p(exp(-10)) = 4.53989e-05), #24933.
// The doc says "accurate for large inputs too". For target 0 the loss is log(1 + e^x): at x = -20
// 2.0611536203143808e-09, at -10 4.5398899216864647e-05; slope sigmoid(x): 2.0611536181902037e-09,
// 4.5397868702434395e-05 (50 digits). Float32 holds these with 7 digits; log1p and sigmoid deliver them. And 1 - t is exact.
import module gradus;

void main() {
  double[] at = {-5, -10, -20, -50};
  double[] value = {0.0067153484891180684, 4.5398899216864647e-05, 2.0611536203143808e-09, 1.9287498479639178e-22};
  double[] slope = {0.0066928509242848554, 4.5397868702434395e-05, 2.0611536181902037e-09, 1.9287498479639178e-22};
  Tensor x = Tensor.of(at).requiresGrad(true);
  Tensor loss = F.binaryCrossEntropyWithLogits(x, Tensor.zeros(4), Reduction.NONE);
  loss.backward(Tensor.ones(4));
  for (int i = 0; i < at.length; i++) {
    near("loss of target 0 at " + at[i], loss.detach().get(i), value[i], 1e-4);
    near("slope", x.grad().get(i), slope[i], 1e-4);
  }
  // The mirror image: target 1 at +|x|.
  Tensor z = Tensor.of(5, 10, 20, 50).requiresGrad(true);
  Tensor mirrored = F.binaryCrossEntropyWithLogits(z, Tensor.ones(4), Reduction.NONE);
  mirrored.backward(Tensor.ones(4));
  for (int i = 0; i < at.length; i++) {
    near("loss of target 1 at " + -at[i], mirrored.detach().get(i), value[i], 1e-4);
    near("slope", z.grad().get(i), -slope[i], 1e-4);
  }
  end();
}
