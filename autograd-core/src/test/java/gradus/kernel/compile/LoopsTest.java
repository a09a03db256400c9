package gradus.kernel.compile;

import static org.assertj.core.api.Assertions.assertThat;

import gradus.formula.Expr;
import gradus.formula.Expressions;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** Tapes and generated loops against the interpreter, bit by bit, NaN as NaN. */
class LoopsTest {
  private static final double[] SETTINGS = {0.75, -3};
  private static final int N = 32;

  @Property(tries = 150)
  void floatLoopsMeanWhatTheInterpreterSays(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 40) int nodes) {
    check(Compute.FLOAT, new Random(seed), nodes);
  }

  @Property(tries = 150)
  void doubleLoopsMeanWhatTheInterpreterSays(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 40) int nodes) {
    check(Compute.DOUBLE, new Random(seed), nodes);
  }

  @Property(tries = 150)
  void longLoopsMeanWhatTheInterpreterSays(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 40) int nodes) {
    check(Compute.LONG, new Random(seed), nodes);
  }

  private static void check(Compute compute, Random random, int nodes) {
    int outputs = random.nextInt(1, 4);
    List<Expr> formula =
        compute == Compute.LONG
            ? Expressions.integral(random, nodes, outputs)
            : Expressions.primitive(random, nodes, outputs);
    var operands = new Object[3];
    for (int i = 0; i < 3; i++) {
      operands[i] = Numbers.array(compute, random, N);
    }
    int free = random.nextInt(8);
    int[] steps = new int[outputs + 3];
    long moving = 0;
    for (int k = 0; k < steps.length; k++) {
      steps[k] = k < outputs ? 1 : free >>> (k - outputs) & 1;
      moving |= (long) steps[k] << k;
    }
    Object[] wanted = interpret(compute, formula, operands, steps);
    assertSame(formula, wanted, run(compute, Tape.of(compute, formula), operands, steps));
    var scalar = new ScalarWriter(compute, formula).define();
    assertSame(formula, wanted, run(compute, scalar, operands, steps));
    if (compute != Compute.LONG && !Boolean.getBoolean("gradus.test.scalar")) {
      for (int bits = 128; bits <= 512; bits *= 2) {
        var vector = new VectorWriter(compute, formula, bits, moving).define();
        assertSame(formula, wanted, run(compute, vector, operands, steps));
      }
    }
  }

  private static Object[] run(Compute compute, Loop loop, Object[] operands, int[] steps) {
    int outputs = steps.length - 3;
    var arrays = new Object[steps.length];
    for (int k = 0; k < outputs; k++) {
      arrays[k] = compute.newArray(N);
    }
    System.arraycopy(operands, 0, arrays, outputs, 3);
    int half = N / 2;
    int[] rowStep = new int[steps.length];
    for (int k = 0; k < rowStep.length; k++) {
      rowStep[k] = half * steps[k];
    }
    loop.run(arrays, new int[steps.length], steps, rowStep, 2, 0, half, SETTINGS);
    return Arrays.copyOf(arrays, outputs);
  }

  private static Object[] interpret(
      Compute compute, List<Expr> formula, Object[] operands, int[] steps) {
    var results = new Object[formula.size()];
    for (int k = 0; k < results.length; k++) {
      results[k] = compute.newArray(N);
    }
    for (int i = 0; i < N; i++) {
      int[] at = new int[3];
      for (int k = 0; k < 3; k++) {
        at[k] = i * steps[formula.size() + k];
      }
      Numbers.interpret(compute, formula, operands, at, SETTINGS, results, i);
    }
    return results;
  }

  private static void assertSame(List<Expr> formula, Object[] wanted, Object[] got) {
    for (int k = 0; k < wanted.length; k++) {
      assertThat(Numbers.text(got[k])).as("%s", formula).isEqualTo(Numbers.text(wanted[k]));
    }
  }
}
