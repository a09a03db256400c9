// Report: pytorch/pytorch#103963, #103749, ml-explore/mlx#2626, iree-org/iree#24175, robertknight/rten#1321.
// scaledDotProduct: "A row in which nothing is allowed gives 0", whichever way the mask says so. Here 2 queries, 2 keys:
// row 0 sees key 0 only, so its result is v[0] = 10; row 1 sees nothing: 0, and no gradient is NaN.
import module gradus;

void main() {
  double none = Double.NEGATIVE_INFINITY;
  Tensor q = Tensor.of(new double[][] {{1, 2}, {3, 4}});
  Tensor bool = Tensor.of(new boolean[][] {{true, false}, {false, false}});
  Tensor number = Tensor.of(new double[][] {{0, none}, {none, none}});
  check("bool mask", q, bool, 0);
  check("mask of numbers", q, number, 0);
  check("mask of numbers, dropout 1e-9 (the other way of computing)", q, number, 1e-9);
  check("bool mask, dropout 1e-9", q, bool, 1e-9);
  // No keys at all: an empty sum.
  Tensor empty = F.scaledDotProductAttention(q, Tensor.zeros(0, 2), Tensor.zeros(0, 3));
  same("no keys", empty.toDoubles(), new double[6]);
  end();
}

void check(String what, Tensor query, Tensor mask, double dropout) {
  Tensor q = query.detach().requiresGrad(true);
  Tensor k = Tensor.of(new double[][] {{1, 0}, {0, 1}}).requiresGrad(true);
  Tensor v = Tensor.of(new double[][] {{10}, {20}}).requiresGrad(true);
  Tensor y = F.scaledDotProductAttention(q, k, v, mask, dropout, false, null, false);
  near(what + ": row 0", y.detach().get(0, 0), 10, 1e-6);
  near(what + ": row 1", y.detach().get(1, 0), 0, 0);
  y.sum().backward();
  for (Tensor t : List.of(q, k, v)) near(what + ": NaNs in a gradient", t.grad().isnan().sum().item(), 0, 0);
  near(what + ": gradient of v[0]", v.grad().get(0, 0), 1, 1e-6);
  near(what + ": gradient of v[1]", v.grad().get(1, 0), 0, 0);
}
