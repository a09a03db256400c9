// Reports: google-deepmind/optax#896, pytorch/xla#2553, OpenBMB/ModelCenter#14, huggingface/trl#7221.
// Cross-entropy -sum t log p with 0 log 0 = 0 (the limit, and the convention of information theory). Logits (0, -inf), target
// (1, 0): p = (1, 0), so the loss is 0 and its slope p - t = 0. With class indices the same. Target (0.5, 0.5): +inf.
// Label smoothing gives the masked class a share: +inf.
import module gradus;

void main() {
  double none = Double.NEGATIVE_INFINITY;
  Tensor x = Tensor.of(new double[][] {{0, none}}).requiresGrad(true);
  Tensor soft = F.crossEntropy(x, Tensor.of(new double[][] {{1, 0}}));
  soft.backward();
  near("soft target (1, 0)", soft.detach().item(), 0, 0);
  near("slope 0", x.grad().get(0, 0), 0, 0);
  near("slope 1", x.grad().get(0, 1), 0, 0);
  x.setGrad(null);
  Tensor hard = F.crossEntropy(x, Tensor.of(new long[] {0}));
  hard.backward();
  near("class 0", hard.detach().item(), 0, 0);
  near("slope 0", x.grad().get(0, 0), 0, 0);
  near("slope 1", x.grad().get(0, 1), 0, 0);
  near("soft target (0.5, 0.5)", F.crossEntropy(x.detach(), Tensor.of(new double[][] {{0.5, 0.5}})).item(), Double.POSITIVE_INFINITY, 0);
  near("class 1", F.crossEntropy(x.detach(), Tensor.of(new long[] {1})).item(), Double.POSITIVE_INFINITY, 0);
  near("smoothed", new CrossEntropyLoss().withLabelSmoothing(0.1).forward(x.detach(), Tensor.of(new long[] {0})).item(), Double.POSITIVE_INFINITY, 0);
  // A vocabulary of three, one impossible: logits (0, 0, -inf), target (0.25, 0.75, 0): log 2, slope (0.25, -0.25, 0).
  Tensor y = Tensor.of(new double[][] {{0, 0, none}}).requiresGrad(true);
  Tensor loss = F.crossEntropy(y, Tensor.of(new double[][] {{0.25, 0.75, 0}}));
  loss.backward();
  near("three classes", loss.detach().item(), Math.log(2), 1e-6);
  same("slopes", y.grad().toDoubles(), new double[] {0.25, -0.25, 0});
  end();
}
