// Reports: numpy/numpy#1683, #5241, #6119, pytorch/pytorch#48401, numba/numba#6949, sonots/cumo#473.
// In place means: as if the right side had been copied first. So a += a' is symmetric, x - x[0] uses the old x[0], a shift by
// one moves each element once, also for tensors larger than any buffer (300 x 300).
import module gradus;

void main() {
  for (int n : new int[] {2, 3, 91, 300}) {
    Tensor a = Tensor.arange(0, n * n, 1, DType.FLOAT32).reshape(n, n);
    Tensor want = a.add(a.transpose()).clone();
    a.addInPlace(a.transpose());
    same(n + ": a += a'", a.toFloats(), want.toFloats());
    Tensor x = Tensor.arange(1, n * n + 1, 1, DType.FLOAT64);
    x.addInPlace(x.select(0, 0), -1);
    near(n + ": x -= x[0], first", x.get(0), 0, 0);
    near(n + ": x -= x[0], last", x.get(n * n - 1), n * n - 1, 0);
    Tensor s = Tensor.arange(n * n);
    s.slice(0, 1, n * n).copyInPlace(s.slice(0, 0, n * n - 1));
    near(n + ": shift right, last", s.get(n * n - 1), n * n - 2, 0);
    s = Tensor.arange(n * n);
    s.slice(0, 0, n * n - 1).copyInPlace(s.slice(0, 1, n * n));
    near(n + ": shift left, first", s.get(0), 1, 0);
    s = Tensor.arange(n * n);
    s.copyInPlace(s.flip(0));
    near(n + ": reversed, last", s.get(n * n - 1), 0, 0);
    Tensor m = Tensor.arange(0, n * n, 1, DType.FLOAT32).reshape(n, n);
    m.copyInPlace(m.transpose());
    near(n + ": transposed in place", m.get(0, n - 1), n * (n - 1), 0);
  }
  end();
}
