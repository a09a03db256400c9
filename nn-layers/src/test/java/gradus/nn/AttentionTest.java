package gradus.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import gradus.Autograd;
import gradus.DType;
import gradus.Generator;
import gradus.Shape;
import gradus.ShapeException;
import gradus.Tensor;
import gradus.check.GradCheck;
import gradus.nn.MultiheadAttention.Options;
import gradus.op.attention.ScaledDotProduct;
import java.util.List;
import org.junit.jupiter.api.Test;

class AttentionTest {
  private static Tensor random(int... dims) {
    return new Generator(dims.length).uniform(-1, 1, Shape.of(dims), DType.FLOAT64);
  }

  @Test
  void weightsOverTwoKeys() {
    Tensor q = Tensor.of(new double[][] {{1, 0}}, DType.FLOAT64);
    Tensor k = Tensor.of(new double[][] {{2, 0}, {0, 2}}, DType.FLOAT64);
    Tensor v = Tensor.of(new double[][] {{1}, {0}}, DType.FLOAT64);
    double e = Math.exp(2 / Math.sqrt(2));
    assertThat(F.scaledDotProductAttention(q, k, v).item()).isCloseTo(e / (e + 1), within(1e-14));
    assertThat(F.scaledDotProductAttention(q, k, v, null, 0, false, 0.5, false).item())
        .isCloseTo(Math.E / (Math.E + 1), within(1e-14));
  }

  @Test
  void masksOfBothKindsAgree() {
    Tensor q = random(2, 2, 3, 4);
    Tensor k = random(2, 2, 5, 4);
    Tensor v = random(2, 2, 5, 3);
    Tensor allowed = random(3, 5).gt(-0.5).logicalOr(Tensor.arange(5).eq(0));
    Tensor added =
        Tensor.zeros(Shape.of(3, 5), DType.FLOAT64)
            .maskedFill(allowed.logicalNot(), Double.NEGATIVE_INFINITY);
    assertThat(F.scaledDotProductAttention(q, k, v, allowed).toDoubles())
        .containsExactly(F.scaledDotProductAttention(q, k, v, added).toDoubles());
  }

  @Test
  void causalSeesNoFuture() {
    Tensor q = random(4, 2);
    Tensor k = random(4, 2);
    Tensor v = random(4, 3).requiresGrad(true);
    Tensor y = F.scaledDotProductAttention(q, k, v, null, 0, true);
    assertThat(y.select(0, 0).toDoubles()).containsExactly(v.select(0, 0).toDoubles());
    y.select(0, 1).sum().backward();
    assertThat(v.grad().narrow(0, 2, 2).toDoubles()).containsOnly(0);
    assertThat(v.grad().narrow(0, 0, 2).toDoubles()).doesNotContain(0);
  }

  @Test
  void aRowThatMaySeeNothingIsZeroAndSoIsItsGradient() {
    Tensor q = random(2, 2).requiresGrad(true);
    Tensor k = random(3, 2).requiresGrad(true);
    Tensor v = random(3, 2).requiresGrad(true);
    Tensor mask = Tensor.of(new boolean[][] {{false, false, false}, {true, false, true}});
    Tensor y = F.scaledDotProductAttention(q, k, v, mask);
    assertThat(y.select(0, 0).toDoubles()).containsOnly(0);
    y.square().sum().backward();
    assertThat(q.grad().select(0, 0).toDoubles()).containsOnly(0);
    assertThat(q.grad().isnan().to(DType.INT64).sum().item()).isZero();
    assertThat(v.grad().select(0, 1).toDoubles()).containsOnly(0);
    assertThat(k.grad().select(0, 0).abs().sum().item()).isPositive();
  }

  @Test
  void groupedQueriesShareHeads() {
    Tensor q = random(2, 4, 3, 2);
    Tensor k = random(2, 2, 5, 2);
    Tensor v = k.mul(2);
    Tensor y = F.scaledDotProductAttention(q, k, v, null, 0, false, null, true);
    for (int head = 0; head < 4; head++) {
      Tensor alone =
          F.scaledDotProductAttention(
              q.select(1, head), k.select(1, head / 2), v.select(1, head / 2));
      assertThat(y.select(1, head).toDoubles()).containsExactly(alone.toDoubles());
    }
    assertThatThrownBy(
            () -> F.scaledDotProductAttention(q.narrow(1, 0, 3), k, v, null, 0, false, null, true))
        .isInstanceOf(ShapeException.class)
        .hasMessageContaining("must be a multiple");
  }

  @Test
  void gradientsOfBothOrders() {
    GradCheck check = GradCheck.DEFAULT.withOrder(2);
    check
        .run(
            x -> F.scaledDotProductAttention(x[0], x[1], x[2], null, 0, true),
            random(2, 2, 2),
            random(2, 3, 2),
            random(2, 3, 1))
        .assertOk();
    check
        .run(
            x -> F.scaledDotProductAttention(x[0], x[1], x[2], x[3]),
            random(2, 2),
            random(3, 2),
            random(3, 2),
            random(2, 3))
        .assertOk();
    // Queries, keys and values that depend on one another.
    check.run(x -> F.scaledDotProductAttention(x, x, x), random(3, 2)).assertOk();
    check
        .run(
            q ->
                F.scaledDotProductAttention(q, q.square(), q.square().sin(), null, 0, true)
                    .square(),
            random(2, 2, 2))
        .assertOk();
    var layer = new MultiheadAttention(4, 2);
    layer.to(DType.FLOAT64);
    check.run(x -> layer.forward(x, x, x).output(), random(2, 1, 4)).assertOk();
  }

  @Test
  void manyBlocksAreTheWhole() {
    Tensor mask = random(2, 200, 300);
    Tensor late = Tensor.arange(300).lt(140); // whole blocks that see nothing
    mask = mask.maskedFill(late, Double.NEGATIVE_INFINITY);
    for (boolean causal : new boolean[] {false, true}) {
      equalsComposition(new ScaledDotProduct(0.5, causal, false), 200, 300);
      equalsComposition(new ScaledDotProduct(-0.5, causal, false), 300, 150);
    }
    equalsComposition(new ScaledDotProduct(9, false, false), 200, 300, mask);
  }

  private static void equalsComposition(ScaledDotProduct op, int l, int s, Tensor... mask) {
    Tensor q = random(2, l, 8).requiresGrad(true);
    Tensor k = random(2, s, 8).mul(2).requiresGrad(true);
    Tensor v = random(2, s, 5).requiresGrad(true);
    Tensor g = random(2, l, 5);
    Tensor[] in = mask.length == 0 ? new Tensor[] {q, k, v} : new Tensor[] {q, k, v, mask[0]};
    Tensor fused = op.applyAll(in)[0];
    Tensor composed = op.composedAll(in)[0];
    assertThat(fused.sub(composed).abs().max().item()).isLessThan(1e-13);
    List<Tensor> a = Autograd.grad(fused, g, List.of(q, k, v));
    List<Tensor> b = Autograd.grad(composed, g, List.of(q, k, v));
    for (int i = 0; i < 3; i++) {
      assertThat(a.get(i).sub(b.get(i)).abs().max().item()).isLessThan(1e-12);
    }
  }

  @Test
  void theResultLiesAsTheQueriesDo() {
    Tensor x = random(2, 3, 4, 5);
    Tensor heads = x.transpose(1, 2);
    Tensor y = F.scaledDotProductAttention(heads, heads, heads, null, 0, true);
    assertThat(y.transpose(1, 2).isContiguous()).isTrue();
    Tensor dense = heads.contiguous();
    assertThat(F.scaledDotProductAttention(dense, dense, dense, null, 0, true).isContiguous())
        .isTrue();
    assertThat(y.toDoubles())
        .containsExactly(
            F.scaledDotProductAttention(dense, dense, dense, null, 0, true).toDoubles());
  }

  @Test
  void dropoutDropsWeights() {
    Tensor v = Tensor.ones(Shape.of(50, 1), DType.FLOAT64);
    Tensor y =
        F.scaledDotProductAttention(
            random(200, 2), random(50, 2), v, null, 0.5, false, null, false);
    assertThat(y.mean().item()).isCloseTo(1, within(0.1));
    assertThat(y.std().item()).isPositive();
  }

  @Test
  void namesAndStartAreThoseOfPyTorch() {
    assertThat(new MultiheadAttention(8, 2).state().keySet())
        .containsExactly("in_proj_weight", "in_proj_bias", "out_proj.weight", "out_proj.bias");
    assertThat(new MultiheadAttention(8, 2).parameters().get(1).toFloats()).containsOnly(0);
    var other =
        new MultiheadAttention(new Options(8, 2).withKdim(3).withVdim(5).withAddBiasKv(true));
    assertThat(other.state().keySet())
        .containsExactly(
            "q_proj_weight",
            "k_proj_weight",
            "v_proj_weight",
            "in_proj_bias",
            "bias_k",
            "bias_v",
            "out_proj.weight",
            "out_proj.bias");
    // Xavier: uniform in +-sqrt(6 / (24 + 8)).
    Tensor w = new MultiheadAttention(8, 2).state().get("in_proj_weight");
    assertThat(w.abs().max().item()).isBetween(0.38, Math.sqrt(6.0 / 32));
  }

  @Test
  void otherWidthsAddedKeysAndAllHeads() {
    var layer =
        new MultiheadAttention(
            new Options(8, 2).withKdim(3).withVdim(5).withAddBiasKv(true).withAddZeroAttn(true));
    layer.to(DType.FLOAT64);
    MultiheadAttention.Result r =
        layer.forward(
            random(4, 2, 8), random(6, 2, 3), random(6, 2, 5), null, true, null, false, true);
    assertThat(r.output().shape()).isEqualTo(Shape.of(4, 2, 8));
    assertThat(r.weights().shape()).isEqualTo(Shape.of(2, 2, 4, 8));
    assertThat(r.weights().sum(-1).sub(1).abs().max().item()).isLessThan(1e-12);
    assertThat(r.weights().get(0, 0, 0, 1)).isZero(); // the future
    assertThat(r.weights().get(0, 0, 0, 6)).isPositive(); // what was added
  }

  @Test
  void weightsAreAveragedOverTheHeads() {
    var layer = new MultiheadAttention(new Options(6, 3).withBatchFirst(true));
    layer.to(DType.FLOAT64);
    Tensor q = random(2, 4, 6);
    Tensor k = random(2, 5, 6).mul(3);
    Tensor each = layer.forward(q, k, k, null, true, null, false, false).weights();
    Tensor average = layer.forward(q, k, k, null, true, null, true, false).weights();
    assertThat(each.shape()).isEqualTo(Shape.of(2, 3, 4, 5));
    assertThat(average.shape()).isEqualTo(Shape.of(2, 4, 5));
    for (int i = 0; i < 2; i++) {
      for (int s = 0; s < 5; s++) {
        double sum = each.get(i, 0, 1, s) + each.get(i, 1, 1, s) + each.get(i, 2, 1, s);
        assertThat(average.get(i, 1, s)).isCloseTo(sum / 3, within(1e-15));
      }
    }
    assertThat(each.select(1, 0).sub(each.select(1, 1)).abs().max().item()).isPositive();
    // The first head by hand: softmax of the projections of its two columns.
    Tensor in = layer.state().get("in_proj_weight");
    Tensor a = q.select(0, 0).matmul(in.narrow(0, 0, 2).transpose());
    Tensor b = k.select(0, 0).matmul(in.narrow(0, 6, 2).transpose());
    Tensor head = a.matmul(b.transpose()).div(Math.sqrt(2)).softmax(-1);
    assertThat(each.select(0, 0).select(0, 0).sub(head).abs().max().item()).isLessThan(1e-14);
    assertThat(layer.forward(q, k, k).weights().toDoubles()).containsExactly(average.toDoubles());
    assertThat(layer.forward(q, k, k, null, false, null, true, false).weights()).isNull();
  }

  @Test
  void withAndWithoutWeightsAgree() {
    var layer = new MultiheadAttention(new Options(8, 2).withBatchFirst(true));
    layer.to(DType.FLOAT64);
    Tensor x = random(2, 4, 8);
    Tensor padding =
        Tensor.of(new boolean[][] {{false, false, true, true}, {false, false, false, true}});
    Tensor added =
        Tensor.zeros(Shape.of(2, 4), DType.FLOAT64).maskedFill(padding, Double.NEGATIVE_INFINITY);
    Tensor future = Tensor.arange(4).gt(Tensor.arange(4).unsqueeze(1));
    double[] a = layer.forward(x, x, x, padding, true, future, true, false).output().toDoubles();
    double[] b = layer.forward(x, x, x, padding, false, null, true, true).output().toDoubles();
    double[] c =
        layer.forward(x, x, x.add(0), added, false, future, true, false).output().toDoubles();
    for (int i = 0; i < a.length; i++) {
      assertThat(b[i]).isCloseTo(a[i], within(1e-13));
      assertThat(c[i]).isCloseTo(a[i], within(1e-13));
    }
    MultiheadAttention.Result single =
        layer.forward(
            x.select(0, 0),
            x.select(0, 0),
            x.select(0, 0),
            padding.select(0, 0),
            true,
            future,
            true,
            false);
    assertThat(single.output().shape()).isEqualTo(Shape.of(4, 8));
    assertThat(single.weights().shape()).isEqualTo(Shape.of(4, 4));
    assertThat(single.output().get(2, 3)).isCloseTo(a[2 * 8 + 3], within(1e-13));
  }

  @Test
  void theyTellWhatTheyNeed() {
    assertThatThrownBy(() -> F.scaledDotProductAttention(random(2, 3), random(4, 2), random(4, 2)))
        .isInstanceOf(ShapeException.class)
        .hasMessageContaining("got [2, 3], [4, 2], [4, 2]");
    assertThatThrownBy(
            () ->
                F.scaledDotProductAttention(random(2, 3), random(4, 3), random(4, 2), random(2, 5)))
        .isInstanceOf(ShapeException.class)
        .hasMessageContaining("mask [2, 5] does not broadcast to the scores [2, 4]");
    assertThatThrownBy(() -> new MultiheadAttention(8, 3))
        .hasMessageContaining("8 does not divide into 3 heads");
    assertThatThrownBy(
            () ->
                new MultiheadAttention(8, 2)
                    .forward(random(3, 2, 8), random(4, 2, 7), random(4, 2, 8)))
        .isInstanceOf(ShapeException.class)
        .hasMessageContaining("key [s, n, 8]");
  }
}
