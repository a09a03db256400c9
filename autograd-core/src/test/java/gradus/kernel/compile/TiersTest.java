package gradus.kernel.compile;

import static org.assertj.core.api.Assertions.assertThat;

import gradus.formula.Expr;
import gradus.kernel.array.Strided;
import gradus.kernel.code.VectorForm;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a kernel gives while it rises from tape to compiled vectors, and updates in place. */
class TiersTest {
  private static final long PATIENCE_NANOS = 700_000_000;
  private static final int N = 2003;

  private static Map<String, Expr> formulas() {
    Expr x = Expr.arg(0);
    Expr y = Expr.arg(1);
    var formulas = new LinkedHashMap<String, Expr>();
    formulas.put("choice", x.lt(y).or(x.isNaN()).select(x.min(y), x.max(y).abs().sqrt()));
    formulas.put("gelu", x.mul(0.5).mul(x.mul(Math.sqrt(0.5)).erf().add(1)).fma(y, x));
    formulas.put("log", x.abs().log().div(y.exp().add(Expr.setting(0))));
    return formulas;
  }

  @ParameterizedTest
  @EnumSource(names = {"FLOAT", "DOUBLE"})
  void theBitsStayWhileTheCodeGetsFaster(Compute compute) {
    var random = new Random(5);
    Object x = Numbers.array(compute, random, N);
    Object y = Numbers.array(compute, random, N);
    double[] settings = {1.5};
    formulas()
        .forEach(
            (name, formula) -> {
              var assignment = new KernelOutputs(List.of(formula), false);
              var rising =
                  new ElementwiseKernel(assignment, new VectorForm(VectorForm.Mode.AUTO, 0));
              var risen =
                  new ElementwiseKernel(assignment, new VectorForm(VectorForm.Mode.SIMD, 0));
              String first = null;
              long start = System.nanoTime();
              while (System.nanoTime() - start < PATIENCE_NANOS) {
                Object out = compute.newArray(N);
                var kernel = first == null || random.nextBoolean() ? rising : risen;
                for (int i = 0; i < 20; i++) {
                  kernel.run(compute, settings, vectors(N, out, x, y));
                }
                String now = Numbers.text(out);
                first = first == null ? now : first;
                assertThat(now.equals(first)).as("%s in %s", name, compute).isTrue();
              }
            });
  }

  @Test
  void adamUpdatesThreeArraysInOnePass() {
    Expr p = Expr.arg(0);
    Expr g = Expr.arg(3);
    Expr m = Expr.arg(1).fma(Expr.constant(0.9), g.mul(0.1));
    Expr v = Expr.arg(2).fma(Expr.constant(0.99), g.square().mul(0.01));
    Expr update = p.sub(Expr.setting(0).mul(m).div(v.sqrt().add(1e-8)));
    int bits = Boolean.getBoolean("gradus.test.scalar") ? 0 : 128; // 0: what there is
    var assignment = new KernelOutputs(List.of(update, m, v), true);
    for (var mode : VectorForm.Mode.values()) {
      var kernel = new ElementwiseKernel(assignment, new VectorForm(mode, bits));
      var random = new Random(3);
      int n = 1001;
      var ps = (double[]) Numbers.array(Compute.DOUBLE, random, n);
      var gs = (double[]) Numbers.array(Compute.DOUBLE, random, n);
      var ms = (double[]) Numbers.array(Compute.DOUBLE, random, n);
      var vs = new double[n];
      double[] wanted = new double[n];
      for (int i = 0; i < n; i++) {
        double mean = Math.fma(ms[i], 0.9, gs[i] * 0.1);
        double square = Math.fma(0.0, 0.99, gs[i] * gs[i] * 0.01);
        wanted[i] = ps[i] - 0.5 * mean / (Math.sqrt(square) + 1e-8);
      }
      kernel.run(Compute.DOUBLE, new double[] {0.5}, vectors(n, ps, ms, vs, gs));
      assertThat(ps).as("%s", mode).isEqualTo(wanted);
    }
  }

  private static Strided[] vectors(int n, Object... arrays) {
    return Arrays.stream(arrays).map(a -> Strided.dense(a, 0, n)).toArray(Strided[]::new);
  }
}
