// Report: pytorch/pytorch#59421 (dropout of inf is NaN on the CPU); tinygrad/tinygrad#11760 ("mask * x is wrong because
// 0 * inf is nan"). The doc: "sets each element to zero with probability p and scales the others". So what is dropped is 0
// and what is kept is inf; nothing is NaN. With p = 1 all is 0. And the gradient of a dropped element is 0.
import module gradus;

void main() {
  Gradus.seed(1);
  Tensor x = Tensor.full(Shape.of(1000), Double.POSITIVE_INFINITY, DType.FLOAT32).requiresGrad(true);
  Tensor y = new Dropout(0.5).forward(x);
  near("NaNs among 1000, p = 0.5", y.detach().isnan().sum().item(), 0, 0);
  yes("some dropped", y.detach().eq(0).sum().item() > 300);
  Tensor all = new Dropout(1).forward(x);
  near("NaNs, p = 1", all.detach().isnan().sum().item(), 0, 0);
  Tensor z = Tensor.ones(1000).requiresGrad(true); // an infinite gradient from behind
  new Dropout(0.5).forward(z).backward(Tensor.full(Shape.of(1000), Double.POSITIVE_INFINITY, DType.FLOAT32));
  near("NaNs in the gradient", z.grad().isnan().sum().item(), 0, 0);
  end();
}
