package gradus;

import static gradus.op.OpCase.random;
import static org.assertj.core.api.Assertions.assertThat;

import gradus.Vmap.Randomness;
import gradus.op.attention.ScaledDotProduct;
import gradus.op.convolution.Conv;
import gradus.op.linalg.LinearOp;
import gradus.op.pooling.MaxPool;
import gradus.op.pooling.Windows;
import gradus.op.reduction.CrossEntropy;
import gradus.transform.Batch;
import gradus.transform.Forward;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The gradients of a network's loss for each example by itself: a batch of a gradient. */
class PerExampleGradientsTest {
  private static final int SIZE = 5;
  private static final LinearOp LINEAR = new LinearOp();

  /** The loss of one example, given the parameters. */
  private interface Loss {
    Tensor of(List<Tensor> parameters, Tensor x, Tensor target);
  }

  private static Tensor crossEntropy(Tensor scores, Tensor target) {
    return new CrossEntropy(false).applyAll(scores, target)[0];
  }

  @Test
  void ofAPerceptron() {
    requireLikeALoop(
        (p, x, target) -> {
          Tensor hidden = LINEAR.apply(x, p.get(0), p.get(1)).gelu();
          return crossEntropy(LINEAR.apply(hidden, p.get(2), p.get(3)), target);
        },
        List.of(weights(6, 4), weights(6), weights(3, 6), weights(3)),
        random("examples", -1, 1, SIZE, 4));
  }

  @Test
  void ofAConvolutionalNetwork() {
    requireLikeALoop(
        (p, x, target) -> {
          Tensor y = Conv.of(2).withPadding(1).on(x, p.get(0), p.get(1));
          y = new MaxPool(Windows.of(2, 2, 2, 0, 1, false)).on(y).relu();
          y = Conv.of(2).withGroups(2).on(y, p.get(2), p.get(3));
          return crossEntropy(LINEAR.apply(y.flatten(), p.get(4), p.get(5)), target);
        },
        List.of(
            weights(4, 2, 3, 3),
            weights(4),
            weights(4, 2, 2, 2),
            weights(4),
            weights(3, 4 * 2 * 1),
            weights(3)),
        random("examples", -1, 1, SIZE, 2, 6, 5));
  }

  @Test
  void ofAnAttentionBlock() {
    requireLikeALoop(
        (p, x, target) -> {
          Tensor scores =
              x.matmul(p.get(0)).matmul(x.matmul(p.get(1)).transpose()).div(Math.sqrt(4));
          Tensor mixed = x.add(scores.softmax(-1).matmul(x.matmul(p.get(2))));
          return crossEntropy(mixed.mean(0).matmul(p.get(3)), target);
        },
        List.of(weights(4, 4), weights(4, 4).mul(-1), weights(4, 4).square(), weights(4, 3)),
        random("examples", -1, 1, SIZE, 3, 4));
  }

  @Test
  void ofAFusedAttentionBlock() {
    requireLikeALoop(
        (p, x, target) -> {
          Tensor mixed =
              new ScaledDotProduct(0.5, true, false)
                  .applyAll(
                      LINEAR.apply(x, p.get(0)),
                      LINEAR.apply(x, p.get(1)),
                      LINEAR.apply(x, p.get(2)))[0];
          return crossEntropy(LINEAR.apply(x.add(mixed).mean(0), p.get(3)), target);
        },
        List.of(weights(4, 4), weights(4, 4).mul(-1), weights(4, 4).square(), weights(3, 4)),
        random("examples", -1, 1, SIZE, 3, 4));
  }

  /** Below a derivative that would leave residuals stands forward mode, whose rules make none. */
  @Test
  void theTangentOfAGradientIsFoundByTheRulesOfTheComposition() {
    Tensor q = random("q", -1, 1, 3, 4);
    Tensor u = random("u", -1, 1, 3, 4);
    var forward = new Forward();
    Tensor byRules = forward.run(() -> forward.tangent(attentionGradient(forward.dual(q, u))));
    assertThat(forward.transposed()).isEmpty();
    Tensor at = q.clone().requiresGrad(true);
    Tensor slope = attentionGradient(at).mul(u).sum(); // the Hessian is symmetric
    Tensor byPasses = Autograd.grad(slope, at);
    assertThat(byRules.sub(byPasses).abs().amax().item()).isLessThan(1e-13);
    assertThat(byPasses.abs().amax().item()).isPositive();
  }

  private static Tensor attentionGradient(Tensor q) {
    return Autograd.grad(
        x -> new ScaledDotProduct(0.5, true, false).applyAll(x, x.mul(2), x)[0].square().sum(), q);
  }

  private static Tensor weights(int... dims) {
    return random("weights", -0.7, 0.7, dims);
  }

  private static void requireLikeALoop(Loss loss, List<Tensor> parameters, Tensor xs) {
    Tensor targets = Tensor.of(new long[] {0, 2, 1, 1, 0});
    var batch = new Batch(SIZE, Randomness.ERROR);
    List<Tensor> all =
        batch.run(
            () ->
                gradients(loss, parameters, batch.example(xs), batch.example(targets)).stream()
                    .map(g -> batch.all(g, 0))
                    .toList());
    assertThat(batch.looped()).isEmpty();

    var each = new ArrayList<List<Tensor>>();
    for (int b = 0; b < SIZE; b++) {
      each.add(gradients(loss, parameters, xs.select(0, b), targets.select(0, b)));
    }
    for (int k = 0; k < parameters.size(); k++) {
      int parameter = k;
      Tensor expected = Tensor.stack(each.stream().map(g -> g.get(parameter)).toList(), 0);
      assertThat(all.get(k).shape()).isEqualTo(expected.shape());
      assertThat(expected.abs().amin(0).amax().item()).isPositive();
      assertThat(all.get(k).sub(expected).abs().amax().item()).isLessThan(1e-13);
    }
  }

  private static List<Tensor> gradients(
      Loss loss, List<Tensor> parameters, Tensor x, Tensor target) {
    return Autograd.grad(p -> loss.of(p, x, target), parameters);
  }
}
