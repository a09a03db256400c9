package gradus.op;

import static gradus.Autograd.ALLOW_UNUSED;
import static gradus.Autograd.CREATE_GRAPH;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicContainer.dynamicContainer;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import gradus.Autograd;
import gradus.DType;
import gradus.Shape;
import gradus.Tensor;
import gradus.check.GradCheck;
import gradus.tape.Node;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Every operator on its {@link OpCase}s: values, derivatives of two orders, layouts, types. */
class OpCasesTest {
  private static final GradCheck CHECK = GradCheck.DEFAULT.order(2);

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
      }
    }
    for (OpCase.Boundary b : c.boundaries) {
      String at = Arrays.stream(b.in()).map(t -> Arrays.toString(t.toDoubles())).toList().toString();
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
    double largest = Arrays.stream(expected.values()).map(Math::abs).filter(Double::isFinite).max().orElse(0);
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
    if (c.op.apply(leaves(in)).node() instanceof Node.Operation made
        && made.op() instanceof Fused fused
        && made.arity() == in.length) {
      requireComposed(c, fused, in);
    }
  }

  /** A fused operator is its composition: values, gradients, and those of the gradients. */
  private static void requireComposed(OpCase c, Fused fused, Tensor... in) {
    Function<Tensor[], Tensor> composed = fused::composed;
    assertClose(1e-12, composed.apply(in).toDoubles(), c.op.apply(in).toDoubles(), "composed value");
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
      CHECK.order(c.boundaryOrder).run(c.op, b.in()).assertOk();
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
    sameBits(c, "expanded", map(Tensor::copy, expanded), expanded);
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
        if (y.node() instanceof Node.Operation made && made.arity() == in.length) {
          coverage.composed(made.op());
        }
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

  /** Of the result weighted at random; none for inputs that are not floating. */
  private static double[][] gradients(Function<Tensor[], Tensor> f, Tensor... in) {
    return gradients(f, Double.NaN, in);
  }

  private static double[][] gradients(Function<Tensor[], Tensor> f, double weight, Tensor... in) {
    Tensor[] x = leaves(in);
    Tensor y = f.apply(x);
    var random = new Random(7);
    int[] dims = y.shape().dims();
    Grid w = Grid.of(dims, i -> Double.isNaN(weight) ? random.nextInt(-8, 9) / 4.0 : weight);
    List<Tensor> wanted = Arrays.stream(x).filter(Tensor::requiresGrad).toList();
    var found = Autograd.grad(y, w.tensor(y.dtype()), wanted, ALLOW_UNUSED).iterator();
    return Arrays.stream(x)
        .map(t -> t.requiresGrad() ? found.next().toDoubles() : new double[0])
        .toArray(double[][]::new);
  }

  private static void assertClose(double accuracy, double[] expected, double[] actual, String what) {
    assertEquals(expected.length, actual.length, what);
    double largest = Arrays.stream(expected).map(Math::abs).filter(Double::isFinite).max().orElse(0);
    for (int k = 0; k < expected.length; k++) {
      assertTrue(
          Double.compare(expected[k] + 0.0, actual[k] + 0.0) == 0
              || Math.abs(expected[k] - actual[k]) <= accuracy * Math.max(1, largest),
          "%s, element %d: %s, expected %s".formatted(what, k, actual[k], expected[k]));
    }
  }
}
