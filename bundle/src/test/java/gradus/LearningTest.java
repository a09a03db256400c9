package gradus;

import static org.assertj.core.api.Assertions.assertThat;

import gradus.nn.Dropout;
import gradus.nn.Linear;
import gradus.nn.F;
import gradus.nn.ReLU;
import gradus.nn.Sequential;
import gradus.nn.Tanh;
import gradus.optim.Adam;
import gradus.optim.AdamW;
import gradus.optim.Clip;
import gradus.optim.Optimizer;
import gradus.optim.SGD;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Layers, losses and optimizers together: small networks learn what they are given. */
class LearningTest {
  private static final Tensor X = Tensor.of(new double[][] {{0, 0}, {0, 1}, {1, 0}, {1, 1}});
  private static final Tensor XOR = Tensor.of(new double[][] {{0}, {1}, {1}, {0}});

  private static double xor(Optimizer<?, ?> optimizer, Sequential net, int steps) {
    double last = Double.NaN;
    for (int i = 0; i < steps; i++) {
      optimizer.zeroGrad();
      Tensor loss = F.binaryCrossEntropyWithLogits(net.call(X), XOR);
      loss.backward();
      optimizer.step();
      last = loss.item();
    }
    return last;
  }

  private static Sequential net() {
    Gradus.seed(42);
    return new Sequential(new Linear(2, 8), new Tanh(), new Linear(8, 1));
  }

  @Test
  void everyOptimizerLearnsXor() {
    Sequential a = net();
    assertThat(xor(new Adam(a.parameters(), 0.05), a, 300)).isLessThan(0.01);
    Sequential b = net();
    assertThat(xor(new AdamW(b.parameters(), 0.05), b, 300)).isLessThan(0.02);
    Sequential c = net();
    assertThat(xor(new SGD(c.parameters(), 0.5, 0.9), c, 300)).isLessThan(0.01);
  }

  @Test
  void aSeedRepeatsARunToTheBit() {
    Sequential a = net();
    xor(new Adam(a.parameters(), 0.05), a, 20);
    Sequential b = net();
    xor(new Adam(b.parameters(), 0.05), b, 20);

    a.state()
        .forEach(
            (name, t) ->
                assertThat(b.state().get(name).toFloats()).as(name).containsExactly(t.toFloats()));
  }

  /** Points in three rings around the origin, told apart by their distance. */
  @Test
  void classifiesRings() {
    Gradus.seed(7);
    Tensor angle = Tensor.rand(300).mul(2 * Math.PI);
    Tensor ring = Tensor.arange(300).sub(Tensor.arange(300).div(3).floor().mul(3)).to(DType.INT64);
    Tensor radius = ring.to(DType.FLOAT32).add(1).add(Tensor.rand(300).sub(0.5).mul(0.6));
    Tensor points = Tensor.stack(List.of(angle.cos().mul(radius), angle.sin().mul(radius)), 1);
    var net =
        new Sequential(
            new Linear(2, 32),
            new ReLU(),
            new Dropout(0.1),
            new Linear(32, 32),
            new ReLU(),
            new Linear(32, 3));
    var adam = new Adam(net.parameters(), 0.01);
    for (int i = 0; i < 250; i++) {
      adam.zeroGrad();
      F.crossEntropy(net.call(points), ring).backward();
      Clip.gradNorm(net.parameters(), 5);
      adam.step();
    }
    net.eval();
    Tensor scores = net.call(points);
    Tensor chosen = scores.gather(1, ring.unsqueeze(1));
    double accuracy = chosen.eq(scores.amax(1, true)).to(DType.FLOAT32).mean().item();

    assertThat(accuracy).isGreaterThan(0.97);
  }
}
