package gradus.op;

import static gradus.Autograd.ALLOW_UNUSED;
import static gradus.Autograd.CREATE_GRAPH;
import static gradus.Autograd.RETAIN_GRAPH;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicContainer.dynamicContainer;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import gradus.Autograd;
import gradus.AutogradException;
import gradus.DType;
import gradus.Shape;
import gradus.Tensor;
import gradus.Vmap;
import gradus.check.GradCheck;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Every operator on its {@link OpCase}s: values, derivatives of two orders, layouts of inputs and
 * of the gradient that comes back, recorded and unrecorded passes, types.
 */
class OpCasesTest {
  private static final GradCheck CHECK = GradCheck.DEFAULT.withOrder(2);

  @TestFactory
  Stream<DynamicNode> operators() {
    return OpCases.all().stream().map(OpCasesTest::tests);
  }

  private static DynamicNode tests(OpCase c) {
    var tests = new ArrayList<DynamicNode>();
    for (Tensor[] in : c.samples()) {
      String on = " " + Arrays.stream(in).map(t -> t.shape().toString()).toList();
      tests.add(dynamicTest("values" + on, () -> values(c, in)));
      tests.add(dynamicTest("layouts" + on, () -> layouts(c, in)));
      if (c.differentiable) {
        tests.add(dynamicTest("derivatives" + on, () -> derivatives(c, in)));
        tests.add(dynamicTest("tangents" + on, () -> tangents(c, in)));
        tests.add(dynamicTest("recorded" + on, () -> recordedLikeUnrecorded(c, in)));
        tests.add(dynamicTest("seeds" + on, () -> seeds(c, in)));
      }
      tests.add(dynamicTest("examples" + on, () -> examples(c, in)));
    }
    for (OpCase.Boundary b : c.boundaries) {
      String at =
          Arrays.stream(b.in()).map(t -> Arrays.toString(t.toDoubles())).toList().toString();
      tests.add(dynamicTest("boundary " + at, () -> boundary(c, b)));
    }
    return dynamicContainer(c.name, tests);
  }

  // --- values ---

  private static void values(OpCase c, Tensor... in) {
    requireValues(c, 1e-13, in);
    requireValues(c, 2e-6, to(DType.FLOAT32, in));
  }

  /** Equal to the reference, to a fraction of the element and of the largest one. */
  private static void requireValues(OpCase c, double accuracy, Tensor... in) {
    Grid expected = c.reference.apply(Arrays.stream(in).map(Grid::of).toArray(Grid[]::new));
    Tensor actual = c.op.apply(in);
    assertEquals(Shape.of(expected.dims()), actual.shape(), "shape");
    double[] values = actual.toDoubles();
    double largest =
        Arrays.stream(expected.values()).map(Math::abs).filter(Double::isFinite).max().orElse(0);
    for (int k = 0; k < values.length; k++) {
      double e = expected.values()[k];
      assertTrue(
          Double.compare(e + 0.0, values[k] + 0.0) == 0
              || Math.abs(e - values[k]) <= accuracy * (Math.abs(e) + largest),
          "element %d: %s, expected %s".formatted(k, values[k], e));
    }
  }

  private static Tensor[] to(DType dtype, Tensor... in) {
    return Arrays.stream(in)
        .map(t -> t.dtype().isFloating() ? t.to(dtype) : t)
        .toArray(Tensor[]::new);
  }

  // --- derivatives ---

  private static void derivatives(OpCase c, Tensor... in) {
    CHECK.run(c.op, in).assertOk();
    if (Arrays.stream(in).allMatch(t -> t.dtype() == DType.FLOAT64)) {
      requireSingleLikeDouble(c, in);
    }
    if (!Coverage.composites(c.op.apply(leaves(in))).isEmpty()) {
      requireComposed(c, in);
    }
  }

  /**
   * Forward mode: J u is the slope along u, by central differences, and agrees with reverse mode:
   * v' (J u) = (J' v)' u; the tangents of gradients are the gradients of gradients.
   */
  private static void tangents(OpCase c, Tensor... in) {
    var random = new Random(11);
    List<Integer> floating =
        IntStream.range(0, in.length).filter(i -> in[i].dtype().isFloating()).boxed().toList();
    List<Tensor> x = floating.stream().map(i -> in[i].to(DType.FLOAT64)).toList();
    List<Tensor> u = x.stream().map(t -> eighths(random, t.shape())).toList();
    Function<List<Tensor>, Tensor> f =
        at -> {
          Tensor[] all = in.clone();
          for (int k = 0; k < at.size(); k++) {
            all[floating.get(k)] = at.get(k);
          }
          return c.op.apply(all);
        };
    Tensor ju = Autograd.jvp(at -> List.of(f.apply(at)), x, u).getFirst();
    double h = 0x1p-17;
    Tensor slope = f.apply(moved(x, u, h)).sub(f.apply(moved(x, u, -h))).div(2 * h);
    assertClose(1e-6, slope.toDoubles(), ju.toDoubles(), "slope along a tangent");

    Tensor v = eighths(random, ju.shape());
    List<Tensor> jv = Autograd.vjp(at -> List.of(f.apply(at)), x, List.of(v));
    double forward = v.mul(ju).sum().item();
    double reverse = 0;
    for (int k = 0; k < x.size(); k++) {
      reverse += jv.get(k).mul(u.get(k)).sum().item();
    }
    assertClose(
        1e-11, new double[] {reverse}, new double[] {forward}, "v' (J u) against (J' v)' u");

    Function<List<Tensor>, Tensor> number = at -> f.apply(at).mul(v).sum();
    List<Tensor> expected = Autograd.vhp(number, x, u);
    List<Tensor> hu = Autograd.hvp(number, x, u);
    for (int k = 0; k < x.size(); k++) {
      assertClose(
          1e-10, expected.get(k).toDoubles(), hu.get(k).toDoubles(), "tangent of a gradient");
    }
  }

  private static List<Tensor> moved(List<Tensor> x, List<Tensor> u, double h) {
    return IntStream.range(0, x.size()).mapToObj(k -> x.get(k).add(u.get(k).mul(h))).toList();
  }

  private static Tensor eighths(Random random, Shape shape) {
    return Grid.of(shape.dims(), i -> random.nextInt(-8, 9) / 8.0).tensor(DType.FLOAT64);
  }

  /** A batch: values and gradients under vmap are those of one example after the other. */
  private static void examples(OpCase c, Tensor... in) {
    int size = 3;
    if (c.shapedByData) {
      Tensor[] xs = map(t -> Tensor.stack(List.of(t, t), 0), in);
      var refused =
          assertThrows(
              AutogradException.class,
              () -> new Vmap().applyAll(x -> List.of(c.op.apply(x.toArray(Tensor[]::new))), xs));
      assertTrue(refused.getMessage().contains("depends on its elements"), refused.getMessage());
      return;
    }
    for (int mask = 1; mask < 1 << in.length; mask++) {
      boolean some = Integer.bitCount(mask) > 1 && mask != (1 << in.length) - 1;
      if (some && in.length > 3 || c.inPlace && (mask & 1) == 0) {
        continue;
      }
      Tensor[] xs = in.clone();
      int[] dims = new int[in.length];
      for (int i = 0; i < in.length; i++) {
        boolean batched = (mask >>> i & 1) != 0;
        dims[i] = batched ? 0 : Vmap.NONE;
        xs[i] = batched ? rotatedExamples(size, in[i]) : in[i];
      }
      Vmap vmap = new Vmap().withInDims(dims);
      List<Tensor> all = vmap.applyAll(x -> withGradients(c, x), xs);
      for (int b = 0; b < size; b++) {
        var one = new ArrayList<Tensor>();
        for (int i = 0; i < in.length; i++) {
          one.add(dims[i] == 0 ? xs[i].select(0, b) : xs[i]);
        }
        List<Tensor> expected = withGradients(c, one);
        for (int k = 0; k < expected.size(); k++) {
          assertEquals(expected.get(k).shape(), all.get(k).select(0, b).shape(), "shape");
          assertClose(
              1e-11,
              expected.get(k).toDoubles(),
              all.get(k).select(0, b).toDoubles(),
              "example %d, %s, inputs %s"
                  .formatted(
                      b, k == 0 ? "value" : "gradient " + (k - 1), Integer.toBinaryString(mask)));
        }
      }
    }
  }

  /** Examples that differ: the elements of an input, each time from another one on. */
  private static Tensor rotatedExamples(int size, Tensor t) {
    var all = new ArrayList<Tensor>();
    Tensor row = t.flatten();
    for (int b = 0; b < size; b++) {
      int from = t.numel() == 0 ? 0 : b % t.numel();
      List<Tensor> halves = List.of(row.narrow(0, from, t.numel() - from), row.narrow(0, 0, from));
      all.add(Tensor.cat(halves, 0).reshape(t.shape()));
    }
    return Tensor.stack(all, 0);
  }

  /** The value, and the gradients of its weighted sum for the floating inputs. */
  static List<Tensor> withGradients(OpCase c, List<Tensor> x) {
    var results = new ArrayList<Tensor>();
    results.add(c.op.apply(x.toArray(Tensor[]::new)));
    for (int i = 0; i < x.size() && c.differentiable; i++) {
      if (x.get(i).dtype().isFloating()) {
        int input = i;
        results.add(
            Autograd.grad(
                at -> {
                  Tensor[] in = x.toArray(Tensor[]::new);
                  in[input] = at;
                  Tensor y = c.op.apply(in);
                  Tensor w = Tensor.arange(y.numel()).to(y.dtype()).add(1).reshape(y.shape());
                  return y.mul(w).sum();
                },
                x.get(i)));
      }
    }
    return results;
  }

  /** A fused operator is its composition: values, gradients, and those of the gradients. */
  private static void requireComposed(OpCase c, Tensor... in) {
    Function<Tensor[], Tensor> composed = x -> new Decomposing().run(() -> c.op.apply(x));
    assertClose(
        1e-12, composed.apply(in).toDoubles(), c.op.apply(in).toDoubles(), "composed value");
    CHECK.run(composed, in).assertOk();
    double[][] expected = gradients(composed, in);
    double[][] actual = gradients(c.op, in);
    for (int i = 0; i < in.length; i++) {
      assertClose(1e-11, expected[i], actual[i], "gradient of input %d as composed".formatted(i));
    }
  }

  /** The gradients in float32 are those in float64, of the same inputs, to its precision. */
  private static void requireSingleLikeDouble(OpCase c, Tensor... in) {
    Tensor[] single = to(DType.FLOAT32, in);
    double[][] coarse = gradients(c.op, single);
    double[][] fine = gradients(c.op, to(DType.FLOAT64, single));
    for (int i = 0; i < in.length; i++) {
      assertClose(2e-5, fine[i], coarse[i], "float32 gradient of input " + i);
    }
  }

  // --- recorded passes ---

  /**
   * A gradient is the same whether the pass that finds it is recorded or not; so is the gradient of
   * that gradient. The inputs depend on one another, and the gradient that comes back depends on
   * the result, as in a network.
   */
  private static void recordedLikeUnrecorded(OpCase c, Tensor... in) {
    Tensor[] x = leaves(in);
    List<Tensor> wanted = Arrays.stream(x).filter(Tensor::requiresGrad).toList();
    Tensor y = c.op.apply(dependent(x));
    Tensor loss = y.add(y.square().mul(0.5)).mul(weights(y)).sum();
    for (int order = 1; order <= 2; order++) {
      List<Tensor> unrecorded = Autograd.grad(loss, wanted, RETAIN_GRAPH, ALLOW_UNUSED);
      List<Tensor> recorded = Autograd.grad(loss, wanted, CREATE_GRAPH, ALLOW_UNUSED);
      Tensor sum = Tensor.scalar(0, DType.FLOAT64);
      for (int i = 0; i < wanted.size(); i++) {
        Tensor g = recorded.get(i);
        assertClose(
            1e-11,
            unrecorded.get(i).toDoubles(),
            g.toDoubles(),
            "recorded gradient of input %d, order %d".formatted(i, order));
        sum = sum.add(g.mul(weights(g)).sum());
      }
      if (!sum.requiresGrad()) {
        return;
      }
      loss = sum;
    }
  }

  /** The same values, each floating one a function of those before it, with slope 1/2. */
  private static Tensor[] dependent(Tensor... x) {
    Tensor[] dependent = x.clone();
    Tensor before = Tensor.scalar(0, DType.FLOAT64);
    for (int i = 0; i < x.length; i++) {
      if (x[i].dtype().isFloating()) {
        dependent[i] = x[i].add(before.sub(before.detach())); // exactly 0 is added
        before = before.add(dependent[i].sum().mul(0.5));
      }
    }
    return dependent;
  }

  // --- edges ---

  private static void boundary(OpCase c, OpCase.Boundary b) {
    requireValues(c, 1e-13, b.in());
    requireValues(c, 2e-6, to(DType.FLOAT32, b.in()));
    double[][] slopes = gradients(c.op, 1, b.in());
    double[][] single = gradients(c.op, 1, to(DType.FLOAT32, b.in()));
    for (int i = 0; i < slopes.length; i++) {
      assertClose(1e-14, b.slopes()[i], slopes[i], "slope of input " + i);
      assertClose(1e-6, b.slopes()[i], single[i], "float32 slope of input " + i);
    }
    if (Arrays.stream(b.slopes()).flatMapToDouble(Arrays::stream).allMatch(Double::isFinite)) {
      CHECK.withOrder(c.boundaryOrder).run(c.op, b.in()).assertOk();
      forwardLikeReverse(c, b);
    }
  }

  /** The tangent of the sum along each input is the sum of its slopes. */
  private static void forwardLikeReverse(OpCase c, OpCase.Boundary b) {
    for (int i = 0; i < b.in().length; i++) {
      int input = i;
      UnaryOperator<Tensor> f =
          at -> {
            Tensor[] in = b.in().clone();
            in[input] = at;
            return c.op.apply(in).sum();
          };
      double[] tangent = Autograd.jvp(f, b.in()[i], Tensor.onesLike(b.in()[i])).toDoubles();
      double[] slope = {Arrays.stream(b.slopes()[i]).sum()};
      assertClose(1e-14, slope, tangent, "tangent of input " + i);
    }
  }

  // --- layouts ---

  /** Strides, offsets and gaps change no bit of values and gradients. */
  private static void layouts(OpCase c, Tensor... in) {
    Layouts.all().forEach((name, layout) -> sameBits(c, name, in, map(layout, in)));
    if (in.length > 1) {
      Tensor[] mixed = in.clone();
      mixed[0] = Layouts.permuted(in[0]);
      mixed[1] = Layouts.sliced(in[1]);
      sameBits(c, "permuted and sliced", in, mixed);
    }
    Tensor[] expanded = map(Layouts::expanded, in);
    sameBits(c, "expanded", map(Tensor::clone, expanded), expanded);
  }

  private static void sameBits(OpCase c, String layout, Tensor[] dense, Tensor... strided) {
    assertArrayEquals(
        c.op.apply(dense).toDoubles(), c.op.apply(strided).toDoubles(), layout + " values");
    if (c.differentiable) {
      double[][] a = gradients(c.op, dense);
      double[][] b = gradients(c.op, strided);
      for (int i = 0; i < a.length; i++) {
        assertArrayEquals(a[i], b[i], "%s gradient of input %d".formatted(layout, i));
      }
    }
  }

  /**
   * Strides, offsets and gaps of the gradient that comes back change no bit of what is passed on.
   */
  private static void seeds(OpCase c, Tensor... in) {
    Tensor[] x = leaves(in);
    List<Tensor> wanted = Arrays.stream(x).filter(Tensor::requiresGrad).toList();
    Tensor y = c.op.apply(x);
    Tensor dense = weights(y);
    Layouts.all().forEach((name, layout) -> sameBits(y, wanted, name, dense, layout.apply(dense)));
    Tensor expanded = Layouts.expanded(dense);
    sameBits(y, wanted, "expanded", expanded.clone(), expanded);
    Tensor one = Tensor.scalar(0.75, y.dtype()).expand(y.shape()); // as sum() passes it back
    sameBits(y, wanted, "a single number", one.clone(), one);
  }

  private static void sameBits(
      Tensor y, List<Tensor> wanted, String layout, Tensor dense, Tensor strided) {
    List<Tensor> a = Autograd.grad(y, dense, wanted, RETAIN_GRAPH, ALLOW_UNUSED);
    List<Tensor> b = Autograd.grad(y, strided, wanted, RETAIN_GRAPH, ALLOW_UNUSED);
    for (int i = 0; i < wanted.size(); i++) {
      assertArrayEquals(
          a.get(i).toDoubles(),
          b.get(i).toDoubles(),
          "gradient of input %d, seed %s".formatted(i, layout));
    }
  }

  private static Tensor[] map(UnaryOperator<Tensor> f, Tensor... in) {
    return Arrays.stream(in).map(f).toArray(Tensor[]::new);
  }

  // --- coverage ---

  @Test
  void everyOperatorHasACase() throws Exception {
    var coverage = new Coverage();
    for (OpCase c : OpCases.all()) {
      c.covered.forEach(coverage::add);
      if (c.differentiable) {
        Tensor[] in = leaves(c.samples().getFirst());
        Tensor y = c.op.apply(in);
        assertTrue(y.requiresGrad(), c.name + ": its result has no history");
        Tensor w = Tensor.onesLike(y).requiresGrad(true);
        List<Tensor> wanted = Arrays.stream(in).filter(Tensor::requiresGrad).toList();
        coverage.add(y);
        Coverage.composites(y).forEach(coverage::composed);
        Autograd.grad(y, w, wanted, CREATE_GRAPH, ALLOW_UNUSED).forEach(coverage::add);
      }
    }
    assertEquals(Set.of(), coverage.missing(), "operators without a case, see OpCases");
  }

  // --- gradients ---

  private static Tensor[] leaves(Tensor... in) {
    return Arrays.stream(in)
        .map(t -> t.detach().requiresGrad(t.dtype().isFloating()))
        .toArray(Tensor[]::new);
  }

  /** Numbers at random that are exact in both floating types, one for each element. */
  private static Tensor weights(Tensor y) {
    var random = new Random(7);
    return Grid.of(y.shape().dims(), i -> random.nextInt(-8, 9) / 4.0).tensor(y.dtype());
  }

  /** Of the result weighted at random; none for inputs that are not floating. */
  private static double[][] gradients(Function<Tensor[], Tensor> f, Tensor... in) {
    return gradients(f, Double.NaN, in);
  }

  private static double[][] gradients(Function<Tensor[], Tensor> f, double weight, Tensor... in) {
    Tensor[] x = leaves(in);
    Tensor y = f.apply(x);
    Tensor w = Double.isNaN(weight) ? weights(y) : Tensor.full(y.shape(), weight, y.dtype());
    List<Tensor> wanted = Arrays.stream(x).filter(Tensor::requiresGrad).toList();
    var found = Autograd.grad(y, w, wanted, ALLOW_UNUSED).iterator();
    return Arrays.stream(x)
        .map(t -> t.requiresGrad() ? found.next().toDoubles() : new double[0])
        .toArray(double[][]::new);
  }

  private static void assertClose(
      double accuracy, double[] expected, double[] actual, String what) {
    assertEquals(expected.length, actual.length, what);
    double largest =
        Arrays.stream(expected).map(Math::abs).filter(Double::isFinite).max().orElse(0);
    for (int k = 0; k < expected.length; k++) {
      assertTrue(
          Double.compare(expected[k] + 0.0, actual[k] + 0.0) == 0
              || Math.abs(expected[k] - actual[k]) <= accuracy * Math.max(1, largest),
          "%s, element %d: %s, expected %s".formatted(what, k, actual[k], expected[k]));
    }
  }
}
