package gradus.kernel.compile;

import static org.assertj.core.api.Assertions.assertThat;

import gradus.formula.Expr;
import gradus.formula.Expressions;
import java.util.ArrayList;
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
    for (Loop loop : loops(compute, new KernelOutputs(formula, false), moving)) {
      assertSame(formula, wanted, run(compute, loop, operands, steps));
    }
    // In place, the operands that are overwritten move as well.
    int[] slots = Arrays.copyOfRange(steps, outputs, steps.length);
    Arrays.fill(slots, 0, outputs, 1);
    System.arraycopy(slots, 0, steps, outputs, 3);
    wanted = interpret(compute, formula, operands, steps);
    for (Loop loop :
        loops(
            compute, new KernelOutputs(formula, true), moving >>> outputs | (1L << outputs) - 1)) {
      assertSame(formula, wanted, runInPlace(loop, operands, slots, outputs));
    }
  }

  /** Operands in one array, some distance apart, are as good as operands of their own. */
  @Property(tries = 50)
  void operandsMayShareAnArray(@ForAll long seed, @ForAll @IntRange(min = 1, max = 20) int apart) {
    var random = new Random(seed);
    List<Expr> formula = Expressions.primitive(random, 20, 2);
    var all = (double[]) Numbers.array(Compute.DOUBLE, random, N + 2 * apart);
    var operands = new Object[3];
    Arrays.setAll(operands, i -> Arrays.copyOfRange(all, i * apart, i * apart + N));
    Object[] wanted = interpret(Compute.DOUBLE, formula, operands, new int[] {1, 1, 1, 1, 1});
    for (Loop loop : loops(Compute.DOUBLE, new KernelOutputs(formula, false, 3, apart), 7)) {
      var arrays = new Object[] {new double[N], new double[N], all};
      runTwoRows(loop, arrays, new int[] {1, 1, 1});
      assertSame(formula, wanted, Arrays.copyOf(arrays, 2));
    }
  }

  private static List<Loop> loops(Compute compute, KernelOutputs assignment, long moving) {
    var loops = new ArrayList<Loop>();
    loops.add(RegisterInterpreter.of(compute, assignment));
    loops.add(LoopWriter.scalar(compute, assignment));
    if (compute != Compute.LONG && !Boolean.getBoolean("gradus.test.scalar")) {
      for (int bits = 128; bits <= 512; bits *= 2) {
        loops.add(LoopWriter.vector(compute, assignment, bits, moving));
      }
    }
    return loops;
  }

  private static Object[] run(Compute compute, Loop loop, Object[] operands, int[] steps) {
    int outputs = steps.length - 3;
    var arrays = new Object[steps.length];
    for (int k = 0; k < outputs; k++) {
      arrays[k] = compute.newArray(N);
    }
    System.arraycopy(operands, 0, arrays, outputs, 3);
    runTwoRows(loop, arrays, steps);
    return Arrays.copyOf(arrays, outputs);
  }

  private static Object[] runInPlace(Loop loop, Object[] operands, int[] steps, int outputs) {
    Object[] arrays = Arrays.stream(operands).map(Numbers::copy).toArray();
    runTwoRows(loop, arrays, steps);
    return Arrays.copyOf(arrays, outputs);
  }

  private static void runTwoRows(Loop loop, Object[] arrays, int[] steps) {
    int half = N / 2;
    int[] both = new int[2 * steps.length];
    for (int k = 0; k < steps.length; k++) {
      both[2 * k] = steps[k];
      both[2 * k + 1] = half * steps[k];
    }
    loop.run(arrays, new int[steps.length], both, 2, 0, half, SETTINGS);
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
