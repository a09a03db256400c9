// Reports: pytorch/pytorch#6759 (chunk(0) hangs), #20056 (products of sizes that overflow), #8686: reshape(-1) of nothing, flatten whose product exceeds an int, results of more than
// 2^31 - 1 elements, expand with -1, empty slices at the end, views of views written in place.
import module gradus;

void main() {
  throwsA("65536 x 65536 by broadcasting", ShapeException.class, () -> Tensor.ones(65536, 1).add(Tensor.ones(1, 65536)));
  throwsA("65536 x 65536 by matmul", ShapeException.class, () -> Tensor.ones(65536, 1).matmul(Tensor.ones(1, 65536)));
  throwsA("expand", ShapeException.class, () -> Tensor.ones(1).expand(65536, 65536));
  throwsA("reshape(-1, 0) of nothing", ShapeException.class, () -> Tensor.zeros(0, 3).reshape(-1, 0));
  throwsA("reshape(-1, -1)", ShapeException.class, () -> Tensor.zeros(4).reshape(-1, -1));
  throwsA("reshape(-2, -2)", ShapeException.class, () -> Tensor.zeros(4).reshape(-2, -2));
  same("reshape(0, -1, 2)... of [0, 3]", Tensor.zeros(0, 3).reshape(-1, 3).shape(), Shape.of(0, 3));
  throwsA("flatten(1) of [0, 65536, 65536]: 2^32 does not fit", ShapeException.class, () -> Tensor.zeros(0, 65536, 65536).flatten(1));
  same("expand(2, -1)", Tensor.ones(1, 3).expand(2, -1).shape(), Shape.of(2, 3));
  throwsA("expand(-1, 3) of [3]", ShapeException.class, () -> Tensor.ones(3).expand(-1, 3));
  same("slice(0, 3, 3)", Tensor.ones(3).slice(0, 3, 3).toDoubles(), new double[0]);
  same("slice(0, -100, 100)", Tensor.of(1, 2, 3).slice(0, -100, 100).toDoubles(), new double[] {1, 2, 3});
  same("slice(0, 2, 1)", Tensor.of(1, 2, 3).slice(0, 2, 1).toDoubles(), new double[0]);
  same("slice with step", Tensor.arange(10).slice(0, 1, 10, 4).toLongs(), new long[] {1, 5, 9});
  same("slice with the largest step", Tensor.arange(10).slice(0, 1, 10, Integer.MAX_VALUE).toLongs(), new long[] {1});
  Tensor x = Tensor.arange(24).reshape(2, 3, 4);
  Tensor view = x.transpose(0, 2).slice(0, 1, 4, 2).flip(1).select(2, 1); // [2, 3]: x[1, 2 - j, 1 + 2 i]
  same("view", view.toLongs(), new long[] {21, 17, 13, 23, 19, 15});
  view.fillInPlace(-1);
  same("written through the view", x.toLongs(), new long[] {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, -1, 14, -1, 16, -1, 18, -1, 20, -1, 22, -1});
  throwsA("expanded, written", ShapeException.class, () -> Tensor.ones(3, 1).expand(3, 4).fillInPlace(2));
  throwsA("expanded, added to", ShapeException.class, () -> Tensor.ones(1).expand(4).addInPlace(Tensor.ones(4)));
  throwsA("expanded, set", ShapeException.class, () -> Tensor.ones(1).expand(4).set(2, 0));
  throwsA("broadcast into a smaller one", ShapeException.class, () -> Tensor.ones(2, 1).addInPlace(Tensor.ones(2, 3)));
  same("toArray of [2, 0]", Tensor.zeros(2, 0).toArray(), new float[2][0]);
  same("0-d: sum()", Tensor.scalar(3).sum().item(), 3.0);
  throwsA("0-d: sum(0)", ShapeException.class, () -> Tensor.scalar(3).sum(0));
  throwsA("rows with null", IllegalArgumentException.class, () -> Tensor.of(new double[][] {{1}, null}));
  throwsA("ragged", ShapeException.class, () -> Tensor.of(new double[][] {{1}, {1, 2}}));
  throwsA("chunk(0)", IllegalArgumentException.class, () -> Tensor.ones(3).chunk(0, 0));
  same("chunk(5) of 3", Tensor.ones(3).chunk(5, 0).size(), 3);
  end();
}
