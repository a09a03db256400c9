// Report: pytorch/pytorch#49844, #102894, #135359 (NaN for infinite logits).
// -(t log s + (1-t) log(1-s)), s = sigmoid(x). At x = +inf: s = 1, so for t = 1 the loss is -log 1 = 0; at x = -inf,
// t = 0: 0. Their slopes s - t are 0. For the opposite target the loss is +inf and the slope +-1.
import module gradus;

void main() {
  double inf = Double.POSITIVE_INFINITY;
  Tensor x = Tensor.of(inf, -inf, inf, -inf).requiresGrad(true);
  Tensor loss = F.binaryCrossEntropyWithLogits(x, Tensor.of(1, 0, 0, 1), Reduction.NONE);
  loss.backward(Tensor.ones(4));
  double[] value = {0, 0, inf, inf};
  double[] slope = {0, 0, 1, -1};
  for (int i = 0; i < 4; i++) {
    near("loss " + i, loss.detach().get(i), value[i], 0);
    near("slope " + i, x.grad().get(i), slope[i], 0);
  }
  end();
}
