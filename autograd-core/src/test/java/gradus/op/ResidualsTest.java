package gradus.op;

import static gradus.Autograd.ALLOW_UNUSED;
import static gradus.Autograd.CREATE_GRAPH;
import static gradus.Autograd.RETAIN_GRAPH;
import static org.assertj.core.api.Assertions.assertThat;

import gradus.Autograd;
import gradus.Tensor;
import gradus.op.attention.ScaledDotProduct;
import gradus.op.normalization.Normalization;
import gradus.op.reduction.Axes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Residuals exist only where a recorded derivative looks at them, and their memory is not used
 * again before the last pass has read it.
 */
class ResidualsTest {
  private static final ScaledDotProduct ATTENTION = new ScaledDotProduct(0.5, false, false);
  private static final Normalization NORMALIZATION =
      new Normalization(new Axes(2, true), 1e-5, true);

  /** An operator that notes how many outputs each computation makes. */
  private record Watched(Primitive op, List<Integer> outputs) implements Primitive {
    @Override
    public List<Spec> results(Tensor... in) {
      return op.results(in);
    }

    @Override
    public List<Spec> residuals(Tensor... in) {
      return op.residuals(in);
    }

    @Override
    public boolean overwrites() {
      return op.overwrites();
    }

    @Override
    public void forward(Tensor[] in, Tensor[] out) {
      outputs.add(out.length);
      op.forward(in, out);
    }

    @Override
    public @Nullable Tensor[] vjp(boolean[] wanted, Gradients g, Call call) {
      return op.vjp(wanted, g, call);
    }

    @Override
    public Reads reads(int i) {
      return op.reads(i);
    }
  }

  /** How many outputs an application makes, and how many of them are handed out. */
  private static void requireOutputs(Primitive op, int made, int results, Tensor... in) {
    var outputs = new ArrayList<Integer>();
    assertThat(new Watched(op, outputs).applyAll(in)).hasSize(results);
    assertThat(outputs).containsExactly(made);
  }

  @Test
  void attentionInInferenceHasNone() {
    Tensor q = Tensor.randn(3, 4);
    Tensor k = Tensor.randn(5, 4);
    Tensor v = Tensor.randn(5, 2);
    requireOutputs(ATTENTION, 1, 1, q, k, v);
    requireOutputs(ATTENTION, 2, 1, q, k, v.detach().requiresGrad(true));
    Tensor mask = Tensor.randn(3, 5).requiresGrad(true); // its derivative reads inputs only
    requireOutputs(ATTENTION, 1, 1, q, k, v, mask);
    Tensor leaf = q.detach().requiresGrad(true);
    requireOutputs(ATTENTION, 2, 1, leaf, k, v);
    try (var _ = Autograd.noGrad()) {
      requireOutputs(ATTENTION, 1, 1, leaf, k, v);
    }
  }

  @Test
  void attentionHasTheSameBitsWithAndWithout() {
    Tensor[] in = {Tensor.randn(2, 200, 8), Tensor.randn(2, 300, 8), Tensor.randn(2, 300, 5)};
    Tensor[] with = ATTENTION.evaluateAll(true, in);
    Tensor[] without = ATTENTION.evaluateAll(false, in);
    assertThat(with).hasSize(2);
    assertThat(without).hasSize(1);
    assertThat(without[0].toFloats()).containsExactly(with[0].toFloats());
    Tensor scores = in[0].matmul(in[1].transpose()).mul(0.5);
    Tensor logSums = scores.exp().sum(-1).log();
    assertThat(with[1].shape()).isEqualTo(logSums.shape());
    assertThat(with[1].sub(logSums).abs().max().item()).isLessThan(1e-5);
  }

  @Test
  void normalizationInInferenceHasNone() {
    Tensor x = Tensor.randn(3, 4);
    Tensor w = Tensor.ones(4);
    Tensor b = Tensor.zeros(4);
    requireOutputs(NORMALIZATION, 3, 3, x, w, b);
    requireOutputs(NORMALIZATION, 3, 3, x, w, b.detach().requiresGrad(true));
    requireOutputs(NORMALIZATION, 4, 3, x, w.detach().requiresGrad(true), b);
    Tensor leaf = x.detach().requiresGrad(true);
    requireOutputs(NORMALIZATION, 4, 3, leaf, w, b);
    try (var _ = Autograd.noGrad()) {
      requireOutputs(NORMALIZATION, 3, 3, leaf, w, b);
    }
  }

  // --- their memory ---

  @Test
  void attentionOverARetainedGraphHasTheSameBitsAgain() {
    retained(ATTENTION, Tensor.randn(2, 1024, 2), Tensor.randn(2, 3, 2), Tensor.randn(2, 3, 2));
  }

  @Test
  void normalizationOverARetainedGraphHasTheSameBitsAgain() {
    retained(NORMALIZATION, Tensor.randn(1024, 4), Tensor.randn(4), Tensor.randn(4));
  }

  /** With residuals long enough to be used again, as others take and return such memory. */
  private static void retained(Primitive op, Tensor... values) {
    Tensor[] in = Arrays.stream(values).map(t -> t.requiresGrad(true)).toArray(Tensor[]::new);
    List<Tensor> wanted = List.of(in);
    Tensor y = op.applyAll(in)[0];
    Tensor g = Tensor.randn(y.shape().dims());
    List<Tensor> first = Autograd.grad(y, g, wanted, RETAIN_GRAPH);
    another(op, wanted);
    List<Tensor> second = Autograd.grad(y, g, wanted, RETAIN_GRAPH);
    requireEqual(first, second);
    List<Tensor> recorded = Autograd.grad(y, g, wanted, CREATE_GRAPH, RETAIN_GRAPH);
    requireEqual(first, recorded);
    another(op, wanted);
    requireEqual(first, Autograd.grad(y, g, wanted)); // frees the first graph
    another(op, wanted);
    List<Tensor> composed =
        Autograd.grad(((Composite) op).composedAll(in)[0], g, wanted, CREATE_GRAPH);
    List<Tensor> expected = Autograd.grad(squares(composed), wanted, ALLOW_UNUSED);
    List<Tensor> actual = Autograd.grad(squares(recorded), wanted, ALLOW_UNUSED);
    for (int i = 0; i < in.length; i++) {
      Tensor scale = expected.get(i).abs().max().add(1);
      Tensor error = actual.get(i).sub(expected.get(i)).abs().max().div(scale);
      assertThat(error.item()).isLessThan(1e-4);
    }
  }

  /** An application to twice the inputs, and its backward pass. */
  private static void another(Primitive op, List<Tensor> in) {
    Tensor[] other =
        in.stream().map(t -> t.detach().mul(2).requiresGrad(true)).toArray(Tensor[]::new);
    op.applyAll(other)[0].sum().backward();
  }

  private static Tensor squares(List<Tensor> tensors) {
    return tensors.stream().map(t -> t.square().sum()).reduce(Tensor::add).orElseThrow();
  }

  private static void requireEqual(List<Tensor> expected, List<Tensor> actual) {
    for (int i = 0; i < expected.size(); i++) {
      assertThat(actual.get(i).toFloats()).containsExactly(expected.get(i).toFloats());
    }
  }
}
