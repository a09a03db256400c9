package gradus.formula;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;

class ExprTest {
  private final Expr x = Expr.arg(0);
  private final Expr y = Expr.arg(1);

  @Test
  void equalExpressionsAreOneObject() {
    assertThat(x.add(y).tanh()).isSameAs(Expr.arg(0).add(Expr.arg(1)).tanh());
    assertThat(x.add(y)).isNotSameAs(y.add(x));
    assertThat(Expr.constant(0.0)).isNotSameAs(Expr.constant(-0.0));
  }

  @Test
  void expressionsThatNobodyRefersToAreForgotten() throws InterruptedException {
    Expr kept = x.mul(1e-3).add(y);
    for (int i = 0; i < 50_000; i++) {
      assertThat(x.mul(i + 0.125).argument(1).value()).isEqualTo(i + 0.125);
    }
    for (int i = 0; i < 100 && Interned.count() > 50_000; i++) {
      System.gc();
      Thread.sleep(10);
      assertThat(x.mul(1e-3).add(Expr.constant(-i).mul(y)).argument(0))
          .isSameAs(kept.argument(0)); // new ones make room
    }
    assertThat(Interned.count()).isLessThan(50_000);
    assertThat(Expr.arg(0).mul(1e-3).add(Expr.arg(1))).isSameAs(kept);
  }

  @Test
  void onlyWhatKeepsEveryBitIsSimplified() {
    assertThat(x.mul(1)).isSameAs(x);
    assertThat(x.sub(0)).isSameAs(x);
    assertThat(x.neg().neg()).isSameAs(x);
    assertThat(Expr.constant(2).mul(Expr.constant(3))).isSameAs(Expr.constant(6));
    assertThat(x.add(0).fn()).as("-0 + 0 is +0").isEqualTo(Fn.ADD);
    assertThat(x.mul(0).fn()).as("infinity * 0 is NaN").isEqualTo(Fn.MUL);
    assertThat(x.sub(x).fn()).as("NaN - NaN is NaN").isEqualTo(Fn.SUB);
  }

  @Test
  void argumentsAreChecked() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Expr.of(Fn.ADD, x))
        .withMessage("ADD takes 2 arguments, got 1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Expr.of(Fn.SELECT, x, x, y))
        .withMessage("SELECT: argument 0 must be a condition, got x0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Expr.of(Fn.ADD, x.lt(y), y))
        .withMessage("ADD: argument 0 must be a number, got x0 < x1");
  }

  @Test
  void nodesComeAfterTheirArguments() {
    Expr t = x.add(y);
    assertThat(t.mul(t).nodes()).containsExactly(x, y, t, t.mul(t));
    assertThat(Expr.nodes(List.of(t, t.neg()))).containsExactly(x, y, t, t.neg());
  }

  @Test
  void aLongChainNeedsNoDeepStack() {
    Expr e = x;
    for (int i = 0; i < 20_000; i++) {
      e = e.add(y);
    }
    assertThat(e.substitute(y, x).nodes()).hasSize(20_002);
    assertThat(e.derivative(1).fn()).isEqualTo(Fn.CONST);
  }

  @Test
  void substitutionReplacesOperands() {
    assertThat(x.sub(y).substitute(y.exp(), x)).isSameAs(y.exp().sub(x));
    assertThat(x.neg().substitute(x.neg())).isSameAs(x);
    assertThat(x.neg().mul(y).substitute(y.neg(), x)).isSameAs(y.mul(x));
  }
}
