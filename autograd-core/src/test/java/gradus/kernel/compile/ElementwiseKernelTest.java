package gradus.kernel.compile;

import static org.assertj.core.api.Assertions.assertThat;

import gradus.formula.Expr;
import gradus.formula.Expressions;
import gradus.kernel.code.VectorForm;
import gradus.kernel.threads.Workers;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.lifecycle.AfterTry;

/**
 * Whole calls: any sizes, strides, offsets, array types, tiers and threads, against the
 * interpreter.
 */
class ElementwiseKernelTest {
  private static final double[] SETTINGS = {0.75, -3};
  private static final Class<?>[] TYPES = {
    float.class, double.class, int.class, long.class, byte.class
  };
  private static final VectorForm TAPE = new VectorForm(VectorForm.Mode.AUTO, 256);
  private static final VectorForm SCALAR = new VectorForm(VectorForm.Mode.SCALAR, 256);
  private static final VectorForm NARROW = new VectorForm(VectorForm.Mode.SIMD, 128);
  private static final VectorForm WIDE = new VectorForm(VectorForm.Mode.SIMD, 512);
  private final int threads = Workers.threads();

  @AfterTry
  void restoreThreads() {
    Workers.setThreads(threads);
  }

  @Property(tries = 250)
  void everyLayoutGivesTheInterpretersBits(@ForAll long seed) {
    var random = new Random(seed);
    Workers.setThreads(new int[] {1, 2, 3, 7}[random.nextInt(4)]);
    Compute compute = Compute.values()[random.nextInt(3)];
    int outputs = random.nextInt(1, 4);
    int[] sizes = new int[random.nextInt(5)];
    for (int d = 0; d < sizes.length; d++) {
      sizes[d] = random.nextInt(12) == 0 ? random.nextInt(2) : random.nextInt(1, 12);
    }
    boolean ownType = random.nextBoolean();
    var arrays = new Strided[outputs + 3];
    for (int k = 0; k < arrays.length; k++) {
      Class<?> type =
          ownType ? compute.array().componentType() : TYPES[random.nextInt(TYPES.length)];
      arrays[k] = Strided.random(random, type, sizes, k >= outputs);
    }
    if (random.nextInt(3) == 0) {
      arrays[outputs] = arrays[random.nextInt(outputs)]; // in place
    }
    List<Expr> formula =
        compute == Compute.LONG
            ? Expressions.integral(random, 12, outputs)
            : Expressions.primitive(random, 12, outputs);
    check(formula, compute, sizes, arrays);
  }

  @Example
  void largeCallsAreCutIntoParts() {
    var random = new Random(1);
    int[][] shapes = {{70_003}, {12_000, 3}, {3, 40_001}, {20, 60, 41}};
    int[] threads = {1, 2, 3, 7};
    for (int i = 0; i < shapes.length; i++) {
      Workers.setThreads(threads[i]);
      var arrays = new Strided[4];
      for (int k = 0; k < arrays.length; k++) {
        arrays[k] = Strided.random(random, float.class, shapes[i], k > 0);
      }
      arrays[1] = arrays[0]; // in place: work done twice would show
      var formula = List.of(Expr.arg(0).fma(Expr.arg(1), Expr.arg(2).max(Expr.setting(0))));
      check(formula, Compute.FLOAT, shapes[i], arrays);
    }
  }

  @Example
  void operandsOfOtherTypesMayBeRepeated() {
    var random = new Random(2);
    int[] sizes = {9, 8, 30, 20};
    for (int i = 0; i < 12; i++) {
      Compute compute = Compute.values()[i % 3];
      var arrays = new Strided[4];
      for (int k = 0; k < arrays.length; k++) {
        Class<?> type = k == 0 ? compute.array().componentType() : TYPES[(i + k) % TYPES.length];
        arrays[k] = Strided.random(random, type, sizes, k > 0);
      }
      var formula =
          compute == Compute.LONG
              ? Expressions.integral(random, 6, 1)
              : Expressions.primitive(random, 6, 1);
      check(formula, compute, sizes, arrays);
    }
  }

  @Example
  void kernelsThatNobodyAsksForAreForgotten() {
    List<Expr> often = List.of(Expr.arg(0).add(0.125));
    ElementwiseKernel first = scaling(0);
    ElementwiseKernel kept = ElementwiseKernel.of(often);
    double[] x = {3};
    double[] y = new double[1];
    for (int i = 0; i < 3 * ElementwiseKernel.RECENT; i++) {
      ElementwiseKernel kernel = scaling(i);
      if (i % 100 == 0) {
        kernel.run(
            gradus.kernel.array.Strided.dense(y, 0, 1), gradus.kernel.array.Strided.dense(x, 0, 1));
        assertThat(y).containsExactly(3 * (i + 0.375));
        assertThat(ElementwiseKernel.of(often)).isSameAs(kept);
      }
    }
    assertThat(scaling(0)).isNotSameAs(first);
  }

  private static ElementwiseKernel scaling(int i) {
    return ElementwiseKernel.of(List.of(Expr.arg(0).mul(i + 0.375)));
  }

  /** With arrays of the outputs' own, then with outputs in the place of the first operands. */
  private static void check(List<Expr> formula, Compute compute, int[] sizes, Strided[] arrays) {
    check(formula, false, compute, sizes, arrays);
    Strided[] same = arrays.clone();
    System.arraycopy(arrays, 0, same, formula.size(), formula.size());
    check(formula, true, compute, sizes, same);
  }

  private static void check(
      List<Expr> formula, boolean inPlace, Compute compute, int[] sizes, Strided[] arrays) {
    Object[] wanted = run(null, inPlace, formula, compute, sizes, arrays);
    boolean scalar = Boolean.getBoolean("gradus.test.scalar"); // the Vector API is left out
    for (VectorForm form : scalar ? List.of(TAPE, SCALAR) : List.of(TAPE, SCALAR, NARROW, WIDE)) {
      var kernel = new ElementwiseKernel(new KernelOutputs(formula, inPlace), form);
      Object[] got = run(kernel, inPlace, formula, compute, sizes, arrays);
      for (int k = 0; k < wanted.length; k++) {
        assertThat(Numbers.text(got[k]).equals(Numbers.text(wanted[k])))
            .as(
                "array %d of %s, in place %s, %s, %s, %s",
                k, formula, inPlace, compute, form, Arrays.toString(sizes))
            .isTrue();
      }
    }
  }

  /**
   * All arrays after a run on copies of them; what no output element covers must stay as it was.
   */
  private static Object[] run(
      ElementwiseKernel kernel,
      boolean inPlace,
      List<Expr> formula,
      Compute compute,
      int[] sizes,
      Strided[] arrays) {
    var copies = new Object[arrays.length];
    var views = new gradus.kernel.array.Strided[arrays.length];
    for (int k = 0; k < arrays.length; k++) {
      int first = Arrays.asList(arrays).indexOf(arrays[k]);
      copies[k] = first < k ? copies[first] : Numbers.copy(arrays[k].array());
      views[k] =
          new gradus.kernel.array.Strided(
              copies[k], arrays[k].offset(), sizes, arrays[k].strides());
    }
    int outputs = formula.size();
    if (kernel != null) {
      int first = inPlace ? outputs : 0;
      kernel.run(compute, SETTINGS, Arrays.copyOfRange(views, first, views.length));
      return copies;
    }
    var operands = Arrays.copyOfRange(copies, outputs, copies.length);
    var results = Arrays.copyOf(copies, outputs);
    int[] at = new int[operands.length];
    int[] to = new int[outputs];
    for (int[] index = new int[sizes.length]; index != null; index = next(index, sizes)) {
      for (int k = 0; k < arrays.length; k++) {
        int place = arrays[k].place(index);
        if (k < outputs) {
          to[k] = place;
        } else {
          at[k - outputs] = place;
        }
      }
      if (Arrays.stream(sizes).noneMatch(s -> s == 0)) {
        Numbers.interpret(compute, formula, operands, at, SETTINGS, results, to);
      }
    }
    return copies;
  }

  private static int[] next(int[] index, int[] sizes) {
    for (int d = sizes.length - 1; d >= 0; d--) {
      if (++index[d] < sizes[d]) {
        return index;
      }
      index[d] = 0;
    }
    return null;
  }
}
