// Reports: pytorch/pytorch#22301, torch/torch7#1019, apache/tvm#20372, tenstorrent/tt-metal#55680 (a fractional number is cut to an
// integer before it meets an integer tensor; bool + 1 stays bool). Right: arithmetic of the numbers that stand there.
import module gradus;

void main() {
  Tensor x = Tensor.of(new long[] {1, 2, 3});
  Tensor b = Tensor.of(new boolean[] {true, false, true});
  same("x * 0.5", x.mul(0.5).toDoubles(), new double[] {0.5, 1, 1.5});
  same("x + 0.5", x.add(0.5).toDoubles(), new double[] {1.5, 2.5, 3.5});
  same("0.5 - x", x.rsub(0.5).toDoubles(), new double[] {-0.5, -1.5, -2.5});
  same("x < 1.5", x.lt(1.5).toLongs(), new long[] {1, 0, 0});
  same("x == 0.5", x.eq(0.5).toLongs(), new long[] {0, 0, 0});
  same("x >= 1.5", x.ge(1.5).toLongs(), new long[] {0, 1, 1});
  same("bool * 2.5", b.mul(2.5).toDoubles(), new double[] {2.5, 0, 2.5});
  same("bool + 1", b.add(1).toDoubles(), new double[] {2, 1, 2});
  same("bool + bool", b.add(b).toDoubles(), new double[] {2, 0, 2});
  same("bool - bool", b.sub(b.logicalNot()).toDoubles(), new double[] {1, -1, 1});
  same("x / 2", x.div(2).toDoubles(), new double[] {0.5, 1, 1.5});
  same("1 / x", Tensor.div(1, x).to(DType.FLOAT64).mul(6).round().toDoubles(), new double[] {6, 3, 2});
  same("clamp(1.5, 2.5)", x.clamp(1.5, 2.5).toDoubles(), new double[] {1.5, 2, 2.5});
  same("maskedFill 0.5", x.maskedFill(b, 0.5).toDoubles(), new double[] {0.5, 2, 0.5});
  same("4 ^ 0.5", Tensor.of(new long[] {4, 9}).pow(0.5).toDoubles(), new double[] {2, 3});
  same("x ^ -1", Tensor.of(new long[] {1, 2, 4}).pow(-1).toDoubles(), new double[] {1, 0.5, 0.25});
  same("float32 matrix times float64 number", Tensor.ones(2, 2).mul(Tensor.scalar(3, DType.FLOAT64)).dtype(), DType.FLOAT32);
  same("int64 times float32 number", x.mul(Tensor.scalar(0.5)).toDoubles(), new double[] {0.5, 1, 1.5});
  Tensor f = Tensor.scalar(0.5).requiresGrad(true);
  x.mul(f).sum().backward();
  near("gradient through an integer factor", f.grad().item(), 6, 0);
  end();
}
