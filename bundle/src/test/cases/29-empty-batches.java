// Reports: pytorch/pytorch#12013, #34202, PR #32612, FluxML/NNlib.jl#760, pytorch/xla#892 (torch.split of an empty dimension). Definitions: a sum over nothing
// is 0, so gradients of weights exist and are 0; shapes are kept; a mean over nothing is NaN.
import module gradus;

void main() {
  Gradus.seed(2);
  grads("Linear", new Linear(3, 2), new int[] {0, 3}, Shape.of(0, 2));
  grads("Conv2d", new Conv2d(3, 2, 3), new int[] {0, 3, 8, 8}, Shape.of(0, 2, 6, 6));
  grads("LayerNorm", new LayerNorm(3), new int[] {0, 3}, Shape.of(0, 3));
  grads("GroupNorm", new GroupNorm(1, 3), new int[] {0, 3, 4}, Shape.of(0, 3, 4));
  grads("BatchNorm1d", new BatchNorm1d(3), new int[] {0, 3}, Shape.of(0, 3));
  grads("ReLU", new ReLU(), new int[] {0, 3}, Shape.of(0, 3));
  same("maxPool2d", F.maxPool2d(Tensor.zeros(0, 2, 4, 4), 2).shape(), Shape.of(0, 2, 2, 2));
  same("softmax", Tensor.zeros(0, 4).softmax(1).shape(), Shape.of(0, 4));
  same("argmax(1)", Tensor.zeros(0, 4).argmax(1).shape(), Shape.of(0));
  near("cross-entropy, mean", F.crossEntropy(Tensor.zeros(0, 4), Tensor.zeros(Shape.of(0), DType.INT64)).item(), Double.NaN, 0);
  near("cross-entropy, sum", F.crossEntropy(Tensor.zeros(0, 4), Tensor.zeros(Shape.of(0), DType.INT64), Reduction.SUM).item(), 0, 0);
  near("mse, mean", F.mseLoss(Tensor.zeros(0, 4), Tensor.zeros(0, 4)).item(), Double.NaN, 0);
  var lstm = new LSTM(3, 2);
  same("LSTM with n = 0", lstm.forward(Tensor.zeros(5, 0, 3)).output().shape(), Shape.of(5, 0, 2));
  same("batch matmul", Tensor.zeros(0, 2, 3).matmul(Tensor.zeros(3, 4)).shape(), Shape.of(0, 2, 4));
  Tensor w = Tensor.ones(3, 4).requiresGrad(true);
  Tensor.zeros(0, 2, 3).matmul(w).sum().backward();
  near("gradient of a shared factor", w.grad().abs().sum().item(), 0, 0);
  same("attention, n = 0", F.scaledDotProductAttention(Tensor.zeros(0, 2, 3), Tensor.zeros(0, 4, 3), Tensor.zeros(0, 4, 5)).shape(), Shape.of(0, 2, 5));
  same("split of nothing, joined again", joined(), Shape.of(0, 2));
  end();
}

Object joined() {
  try {
    return Tensor.cat(Tensor.zeros(0, 2).split(3, 0), 0).shape();
  } catch (RuntimeException e) {
    return e;
  }
}

void grads(String name, Layer layer, int[] dims, Shape want) {
  try {
    Tensor x = Tensor.zeros(dims).requiresGrad(true);
    Tensor y = layer.forward(x);
    same(name, y.shape(), want);
    y.sum().backward();
    same(name + ", gradient of the input", x.grad() == null ? null : x.grad().shape(), x.shape());
    layer.namedParameters().forEach((n, p) -> {
      yes(name + "." + n + " has a gradient", p.grad() != null);
      if (p.grad() != null) near(name + "." + n, p.grad().abs().sum().item(), 0, 0);
    });
  } catch (RuntimeException e) {
    say(false, name, e, want);
  }
}
