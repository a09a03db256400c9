package gradus.formula;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PrinterTest {
  private final Expr x = Expr.arg(0);
  private final Expr y = Expr.arg(1);

  @Test
  void infixAndCalls() {
    assertThat(x.add(y).mul(Expr.setting(0))).hasToString("(x0 + x1) * s0");
    assertThat(x.add(y).tanh().neg()).hasToString("-tanh(x0 + x1)");
    assertThat(x.lt(0).select(x.mul(0.5), y)).hasToString("select(x0 < 0, x0 * 0.5, x1)");
    assertThat(x.ne(y)).hasToString("!(x0 == x1)");
    assertThat(x.fma(y, Expr.constant(-0.0))).hasToString("fma(x0, x1, -0.0)");
  }

  @Test
  void sharedPartsAreNamed() {
    Expr t = x.add(y).tanh();
    assertThat(t.mul(t).add(t)).hasToString("(t0 * t0) + t0 where t0 = tanh(x0 + x1)");
    assertThat(x.square().add(x.square())).hasToString("(x0 * x0) + (x0 * x0)");
  }

  @Test
  void aDeepGraphPrintsInLinearLength() {
    Expr e = x;
    for (int i = 0; i < 200; i++) {
      e = e.mul(e).add(y);
    }
    assertThat(e.toString()).hasSizeLessThan(10_000).endsWith("t198 = (t197 * t197) + x1");
  }
}
