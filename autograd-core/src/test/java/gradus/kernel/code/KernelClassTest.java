package gradus.kernel.code;

import static java.lang.constant.ConstantDescs.CD_double;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.invoke.MethodHandles;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class KernelClassTest {
  /** A kernel of which nothing but the body is generated. */
  abstract static class Sample {
    final int number;

    Sample() {
      this(0);
    }

    Sample(int number) {
      this.number = number;
    }

    abstract void run(int n, int[] out, Object array, boolean condition);

    int[] run(int n, boolean condition, double... array) {
      int[] out = new int[8];
      run(n, out, array, condition);
      return out;
    }
  }

  /** The parameters of a sample. */
  private record Body(Code code, Variable n, Variable out, Variable array, Variable condition) {
    void set(int at, Value value) {
      code.set(out, Value.of(at), value);
    }
  }

  private static KernelClass<Sample> sample(Consumer<Body> body) {
    return new KernelClass<>(MethodHandles.lookup(), Sample.class, "Made")
        .method(
            "run",
            code -> {
              code.keepOutOfLine();
              Scalars doubles = new Scalars(CD_double);
              body.accept(new Body(code, code.in(), code.in(), code.in(doubles), code.in()));
            });
  }

  @Test
  void indicesAreExpressions() {
    Sample made =
        sample(
                b -> {
                  b.set(0, b.n.plus(b.n.times(10)).minus(3));
                  b.set(1, b.n.times(0).plus(b.n.times(1)).plus(0));
                  b.set(2, b.n.minus(b.n.times(b.n)));
                  b.set(3, b.array.at(b.n).to(ConstantDescs.CD_int));
                })
            .make();
    assertThat(made.run(2, false, 0, 0, 77.5)).startsWith(19, 2, -2, 77);
  }

  @Test
  void loopsCountUpAndDown() {
    Sample made =
        sample(
                b -> {
                  Variable sum = b.code.let(Value.of(0));
                  Variable last = b.code.let(Value.of(-1));
                  for (Variable i : b.code.loop(b.n)) {
                    for (Variable j : b.code.loop(i, 2)) {
                      b.code.set(sum, sum.plus(j));
                    }
                    b.code.set(last, i);
                  }
                  b.set(0, sum);
                  b.set(1, last);
                  Variable left = b.code.let(b.n);
                  Variable rounds = b.code.let(Value.of(0));
                  for (Variable _ : b.code.loop(left, Value.of(0), -1)) {
                    b.code.set(rounds, rounds.plus(1));
                  }
                  b.set(2, rounds);
                })
            .make();
    assertThat(made.run(6, false)).startsWith(0 + 0 + 0 + 2 + 2 + 6, 5, 6);
    assertThat(made.run(0, false)).startsWith(0, -1, 0);
  }

  @Test
  void branchesAreTaken() {
    Sample made =
        sample(
                b -> {
                  b.code.ifLess(b.n, Value.of(5), () -> b.set(0, Value.of(1)));
                  b.code.ifElse(
                      b.condition, () -> b.set(1, Value.of(2)), () -> b.set(1, Value.of(3)));
                })
            .make();
    assertThat(made.run(4, true)).startsWith(1, 2);
    assertThat(made.run(5, false)).startsWith(0, 3);
  }

  @Test
  void constantsAreComputedOnceAndTheConstructorGetsItsNumbers() {
    var system = ClassDesc.of("java.lang.System");
    var clock = Value.call(system, "nanoTime", ConstantDescs.CD_long);
    var type = new KernelClass<>(MethodHandles.lookup(), Sample.class, "Constant");
    Value start = type.constant(clock);
    Sample made =
        type.method(
                "run",
                code -> {
                  code.in();
                  Value difference = Value.operator("SUB", start, start);
                  code.set(code.in(), Value.of(0), difference.to(ConstantDescs.CD_int));
                })
            .make(42);
    int[] out = {1};
    made.run(0, out, new double[0], false);
    assertThat(out).containsExactly(0);
    assertThat(made.number).isEqualTo(42);
  }

  @Test
  void aMethodThatIsNotAbstractCannotBeWritten() {
    var type = new KernelClass<>(MethodHandles.lookup(), Sample.class, "Wrong");
    assertThatThrownBy(() -> type.method("walk", code -> {}).bytes())
        .hasMessageContaining("no abstract method walk");
  }
}
