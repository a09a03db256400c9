package gradus.op;

import static gradus.Autograd.ALLOW_UNUSED;
import static gradus.Autograd.CREATE_GRAPH;
import static gradus.Autograd.RETAIN_GRAPH;
import static org.assertj.core.api.Assertions.assertThat;

import gradus.Autograd;
import gradus.DType;
import gradus.Tensor;
import gradus.Vmap;
import gradus.check.GradCheck;
import gradus.kernel.threads.ArrayPool;
import gradus.op.Programs.Program;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.constraints.IntRange;

/** Derivatives of random programs. */
class ProgramProperties {
  /** With a fixed seed: programs that branch on equal numbers have no derivative to measure. */
  @Property(tries = 60, seed = "20250922", shrinking = ShrinkingMode.BOUNDED)
  void derivativesAgreeWithDifferences(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 10) int n) {
    Program program = Programs.random(seed, n);
    var report =
        GradCheck.DEFAULT
            .withRtol(1e-5)
            .withAtol(1e-6)
            .withOrder(2)
            .run(program::run, Programs.inputs(seed));
    assertThat(report.ok()).as("%s\n%s", program, report).isTrue();
  }

  /** {@code <w, J u> = <J'w, u>}: no differences, so programs may be long. */
  @Property(tries = 150, shrinking = ShrinkingMode.BOUNDED)
  void forwardAgreesWithReverse(@ForAll long seed, @ForAll @IntRange(min = 10, max = 60) int n) {
    Program program = Programs.random(seed, n);
    Tensor[] in = Programs.inputs(seed);
    Tensor u = OpCase.random("u" + seed, -1, 1, 3, 3);
    UnaryOperator<Tensor> f = x -> program.run(x, in[1], in[2]);
    Tensor w = OpCase.random("w" + seed, -1, 1, f.apply(in[0]).shape().dims());
    double forward = Autograd.jvp(f, in[0], u).mul(w).sum().item();
    Tensor back = Autograd.vjp(f, in[0], w);
    double reverse = back.mul(u).sum().item();
    double size = back.abs().sum().item();
    assertThat(Math.abs(forward - reverse))
        .as("%s", program)
        .isLessThanOrEqualTo(1e-11 * (1 + size));
  }

  /** Values, gradients and tangents of a batch, of which some inputs are the same for all. */
  @Property(tries = 100, seed = "20250922", shrinking = ShrinkingMode.BOUNDED)
  void aBatchIsOneExampleAfterTheOther(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 25) int n,
      @ForAll @IntRange(min = 1, max = 7) int batched) {
    Program program = Programs.random(seed, n);
    List<Tensor[]> examples = List.of(Programs.inputs(seed), Programs.inputs(seed + 1));
    Tensor[] xs = Programs.inputs(seed);
    int[] dims = new int[xs.length];
    for (int i = 0; i < xs.length; i++) {
      int input = i;
      boolean differ = (batched >>> i & 1) != 0;
      dims[i] = differ ? 0 : Vmap.NONE;
      xs[i] = differ ? Tensor.stack(examples.stream().map(e -> e[input]).toList(), 0) : xs[i];
      examples.get(1)[i] = differ ? examples.get(1)[i] : xs[i];
    }
    List<Tensor> all = new Vmap().withInDims(dims).applyAll(x -> derivatives(program, x), xs);
    for (int b = 0; b < 2; b++) {
      List<Tensor> expected = derivatives(program, List.of(examples.get(b)));
      for (int k = 0; k < expected.size(); k++) {
        double size = 1 + expected.get(k).abs().sum().item();
        assertThat(all.get(k).select(0, b).sub(expected.get(k)).abs().sum().item())
            .as("%s\nexample %d, %d", program, b, k)
            .isLessThanOrEqualTo(1e-11 * size);
      }
    }
  }

  /** The sum of the result, its gradients, and their tangents along the first input. */
  private static List<Tensor> derivatives(Program program, List<Tensor> in) {
    Function<List<Tensor>, Tensor> f = x -> program.run(x.toArray(Tensor[]::new)).sum();
    var all = new ArrayList<Tensor>();
    all.add(f.apply(in));
    all.addAll(Autograd.grad(f, in));
    all.addAll(
        Autograd.hvp(
            f, in, List.of(in.get(0), Tensor.zerosLike(in.get(1)), Tensor.zerosLike(in.get(2)))));
    return all;
  }

  /** A graph walked for all inputs at once, for each on its own, and through the leaves. */
  @Property(tries = 100, shrinking = ShrinkingMode.BOUNDED)
  void allWaysToAskGiveTheSameBits(@ForAll long seed, @ForAll @IntRange(min = 1, max = 30) int n) {
    Program program = Programs.random(seed, n);
    Tensor[] in = leaves(Programs.inputs(seed));
    List<Tensor> together = Autograd.grad(program.run(in).sum(), List.of(in), ALLOW_UNUSED);
    List<Tensor> recorded =
        Autograd.grad(program.run(in).sum(), List.of(in), ALLOW_UNUSED, CREATE_GRAPH);
    Tensor y = program.run(in).sum();
    if (y.requiresGrad()) {
      y.backward();
    }
    for (int i = 0; i < in.length; i++) {
      double[] expected = together.get(i).toDoubles();
      Tensor alone = Autograd.grad(program.run(in).sum(), List.of(in[i]), ALLOW_UNUSED).getFirst();
      assertThat(alone.toDoubles()).as("%s", program).containsExactly(expected);
      assertThat(recorded.get(i).toDoubles()).as("%s", program).containsExactly(expected);
      Tensor leaf = in[i].grad();
      assertThat(leaf == null ? new double[expected.length] : leaf.toDoubles())
          .containsExactly(expected);
    }
  }

  @Example
  void zerosOutsideOfASliceKeepTheirSignHoweverOneAsks() {
    Tensor x = Tensor.of(new double[] {3, 4}).requiresGrad(true);
    Tensor y = x.mul(2);
    Tensor sum = y.slice(0, 0, 1).sum().add(y.mul(-0.0).sum());
    Tensor plain = Autograd.grad(sum, List.of(x), RETAIN_GRAPH).getFirst();
    Tensor recorded = Autograd.grad(sum, List.of(x), CREATE_GRAPH).getFirst();
    assertThat(plain.toDoubles()).containsExactly(2, -0.0);
    assertThat(recorded.toDoubles()).containsExactly(2, -0.0);
  }

  /**
   * A pass leaves alone what earlier passes gave, and its own memory for the next shows nowhere.
   */
  @Property(tries = 60, shrinking = ShrinkingMode.BOUNDED)
  void memoryUsedAgainShowsNowhere(@ForAll long seed, @ForAll @IntRange(min = 1, max = 30) int n) {
    int width = ArrayPool.SHORTEST / 16;
    Program program = Programs.random(seed, n);
    Tensor[] in = leaves(Programs.inputs(seed, width));
    Tensor y = program.run(in).sum();
    List<Tensor> recorded = Autograd.grad(y, List.of(in), ALLOW_UNUSED, CREATE_GRAPH);
    List<Tensor> first = Autograd.grad(y, List.of(in), ALLOW_UNUSED, RETAIN_GRAPH);
    Tensor[] other = leaves(Programs.inputs(seed + 1, width));
    for (Tensor[] x : List.of(other, in, other)) {
      Tensor z = program.run(x).sum();
      if (z.requiresGrad()) {
        z.backward();
      }
    }
    List<Tensor> again = Autograd.grad(y, List.of(in), ALLOW_UNUSED);
    for (int i = 0; i < in.length; i++) {
      double[] expected = recorded.get(i).toDoubles();
      assertThat(first.get(i).toDoubles()).as("%s", program).containsExactly(expected);
      assertThat(again.get(i).toDoubles()).as("%s", program).containsExactly(expected);
      Tensor leaf = in[i].grad();
      assertThat(leaf == null ? new double[expected.length] : leaf.toDoubles())
          .containsExactly(expected);
    }
  }

  private static Tensor[] leaves(Tensor... in) {
    return Arrays.stream(in).map(t -> t.requiresGrad(true)).toArray(Tensor[]::new);
  }

  /** Float32 programs give gradients near those of float64. */
  @Property(tries = 50, seed = "20250922", shrinking = ShrinkingMode.BOUNDED)
  void singlePrecisionFollowsDouble(@ForAll long seed) {
    Program program = Programs.random(seed, 8);
    Tensor[] fine = Programs.inputs(seed);
    Tensor x = fine[0].to(DType.FLOAT32).requiresGrad(true);
    Tensor z = x.detach().to(DType.FLOAT64).requiresGrad(true);
    Tensor r = fine[1].to(DType.FLOAT32);
    Tensor s = fine[2].to(DType.FLOAT32);
    Tensor coarse = Autograd.grad(program.run(x, r, s).sum(), List.of(x), ALLOW_UNUSED).getFirst();
    Tensor exact =
        Autograd.grad(
                program.run(z, r.to(DType.FLOAT64), s.to(DType.FLOAT64)).sum(),
                List.of(z),
                ALLOW_UNUSED)
            .getFirst();
    double size = 1 + exact.abs().sum().item();
    assertThat(coarse.to(DType.FLOAT64).sub(exact).abs().sum().item())
        .as("%s", program)
        .isLessThan(1e-4 * size);
  }
}
