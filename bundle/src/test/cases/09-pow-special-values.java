// Report: moonbitlang/core#4059, dotnet/coreclr#9807, tc39/ecma262#196, w3c/csswg-drafts#4157.
// IEEE 754-2019 section 9.2.1: pow(-1, +-inf) = 1; pow(1, y) = 1 for every y, even NaN; pow(-inf, y) = +inf for y > 0
// that is no odd integer, so pow(-inf, 0.5) = +inf, unlike sqrt. pow(x, 0) = 1. pow(-0, 0.5) = +0.
// At least the three ways to write a power should agree.
import module gradus;

void main() {
  double inf = Double.POSITIVE_INFINITY;
  double nan = Double.NaN;
  double[][] cases = {{-1, inf, 1}, {-1, -inf, 1}, {1, nan, 1}, {1, inf, 1}, {-inf, 0.5, inf}, {nan, 0, 1},
      {-0.0, 3, -0.0}, {-0.0, -3, -inf}, {-8, 1 / 3.0, nan}, {0, -inf, inf}, {2, -inf, 0}, {-inf, -3, -0.0}};
  for (double[] c : cases) {
    Tensor a = Tensor.of(new double[] {c[0]}, DType.FLOAT64);
    Tensor b = Tensor.of(new double[] {c[1]}, DType.FLOAT64);
    near("pow(" + c[0] + ", tensor " + c[1] + ")", a.pow(b).get(0), c[2], 0);
    near("pow(" + c[0] + ", number " + c[1] + ")", a.pow(c[1]).get(0), c[2], 0);
    near("pow(number " + c[0] + ", " + c[1] + ")", Tensor.pow(c[0], b).get(0), c[2], 0);
  }
  end();
}
