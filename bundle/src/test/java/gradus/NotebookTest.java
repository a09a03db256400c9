package gradus;

import static gradus.Index.ELLIPSIS;
import static gradus.Index.all;
import static gradus.Index.from;
import static gradus.Index.step;
import static org.assertj.core.api.Assertions.assertThat;

import gradus.nn.BCEWithLogitsLoss;
import gradus.nn.BatchNorm1d;
import gradus.nn.Dropout;
import gradus.nn.Embedding;
import gradus.nn.F;
import gradus.nn.GELU;
import gradus.nn.Init;
import gradus.nn.LSTM;
import gradus.nn.Layer;
import gradus.nn.Linear;
import gradus.nn.MultiheadAttention;
import gradus.nn.Parameterized;
import gradus.nn.ReLU;
import gradus.nn.Sequential;
import gradus.optim.Adam;
import gradus.optim.Clip;
import gradus.train.ConfusionMatrix;
import gradus.train.R2Score;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The topics of a PyTorch user's notebook: the line that comes first to mind for each, written
 * here, compiles and gives a result of PyTorch's shape.
 *
 * <p>Not here because there is no such function, layer or class: {@code repeat}, {@code roll},
 * {@code diag}, {@code pad}, {@code meshgrid}, {@code unfold}, {@code cumprod}; {@code norm},
 * {@code allclose}, {@code any}, {@code all}, {@code prod}; {@code einsum}; {@code one_hot}; {@code
 * multinomial} and distributions; {@code svd}, {@code fft}; {@code checkpoint}, {@code
 * detect_anomaly}; {@code TransformerEncoderLayer}; {@code ConvTranspose2d} as a layer; {@code
 * pad_sequence}; schedulers, average weights, copies of a network, a search of the learning rate,
 * early stopping; files of state, TensorBoard, progress bars; scalers of columns. Hooks of a tensor
 * are {@code Autograd.grad(loss, h)}; hooks of layers are there.
 */
class NotebookTest {
  record Topic(String name, Tensor result, int... shape) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static Topic topic(String name, Tensor result, int... shape) {
    return new Topic(name, result, shape);
  }

  static Stream<Topic> tensors() {
    Gradus.seed(0);
    Tensor x = Tensor.randn(4, 3);
    Tensor y = Tensor.of(new long[] {0, 2, 1, 0});
    Tensor square = x.t().matmul(x).add(Tensor.eye(3));
    return Stream.of(
        topic("creation", Tensor.randn(Shape.of(2, 3), DType.FLOAT64), 2, 3),
        topic("creation from a list", Tensor.of(List.of(1.0, 2.0, 3.0)), 3),
        topic("ranges, steps, ellipsis", x.at(ELLIPSIS, step(2)), 4, 2),
        topic("a negative step", x.at(all(), step(-1)), 4, 3),
        topic("x[mask]", x.at(x.gt(10)), 0),
        topic("x[mask] = v", x.clone().setAt(0, x.gt(0)), 4, 3),
        topic("x[rows, cols]", x.at(new int[] {0, 1}, new int[] {2, 2}), 2),
        topic("x[i] = v", x.clone().setAt(1, 0), 4, 3),
        topic("in place", x.clone().subInPlace(x).divInPlace(2).clampInPlace(0, 1), 4, 3),
        topic("broadcasting", x.add(x.mean(1, true)), 4, 3),
        topic("cat, stack, chunk, split", Tensor.stack(x, x).split(1, 0).get(1), 1, 4, 3),
        topic("sort, argsort, topk", x.argsort(1), 4, 3),
        topic("cumsum, tril, triu", x.cumsum(1).tril(), 4, 3),
        topic("clamp(min=0), maximum", x.clamp(0, Double.POSITIVE_INFINITY).maximum(x), 4, 3),
        topic("masked_fill, where", Tensor.where(x.gt(0), x, x.mul(0.2)), 4, 3),
        topic("scatter_add", Tensor.zeros(3, 3).scatterAdd(0, y.expand(3, 4).t(), x), 3, 3),
        topic("randperm, rand", Tensor.rand(4).gt(0.5), 4),
        topic("linalg.inv", Linalg.inv(square), 3, 3),
        topic("linalg.solve", Linalg.solve(square, x.t()), 3, 4),
        topic("detach", x.detach(), 4, 3));
  }

  static Stream<Topic> derivatives() {
    Gradus.seed(0);
    Tensor x = Tensor.randn(3).requiresGrad(true);
    Tensor v = Tensor.ones(3);
    Tensor h = x.square();
    Tensor loss = h.sum();
    Tensor slope = Autograd.grad(loss, x, Autograd.CREATE_GRAPH);
    Tensor penalty = slope.square().sum();
    penalty.backward();
    return Stream.of(
        topic("no_grad", Autograd.noGrad(() -> x.mul(2)), 3),
        topic("the gradient of a value between", Autograd.grad(x.exp().sum(), x), 3),
        topic("gradient penalty", x.grad(), 3),
        topic("jacobian", Autograd.jacobian(Tensor::exp, x.detach()), 3, 3),
        topic("hessian", Autograd.hessian(t -> t.exp().sum(), x.detach()), 3, 3),
        topic("jvp", Autograd.jvp(Tensor::exp, x.detach(), v), 3),
        topic("vjp", Autograd.vjp(Tensor::exp, x.detach(), v), 3),
        topic("hvp", Autograd.hvp(t -> t.exp().sum(), x.detach(), v), 3),
        topic("vmap", Autograd.vmap(t -> t.square().sum(), Tensor.ones(5, 3)), 5));
  }

  /** Two inputs, as the notebook's module with several inputs. */
  record Pair(Linear left, Linear right) implements Parameterized {
    Tensor call(Tensor a, Tensor b) {
      return left.call(a).add(right.call(b));
    }
  }

  /** A layer of one's own with a weight. */
  record Scale(Parameter weight) implements Layer {
    @Override
    public Tensor forward(Tensor x) {
      return x.mul(weight);
    }
  }

  static Stream<Topic> networks() {
    Gradus.seed(0);
    Tensor x = Tensor.randn(8, 4);
    var stack = List.<Layer>of(new Linear(4, 6), new BatchNorm1d(6), new ReLU(), new Dropout(0.1));
    var net = new Sequential(stack);
    var embed = new Embedding(10, 4);
    var tokens = Tensor.randint(0, 10, 2, 5);
    var attention = new MultiheadAttention(4, 2);
    Tensor e = embed.call(tokens);
    net.layers().getFirst().requiresGrad(false);
    return Stream.of(
        topic(
            "module with several inputs",
            new Pair(new Linear(4, 3), new Linear(2, 3)).call(x, x.at(all(), from(2))),
            8,
            3),
        topic("ModuleList, Sequential, BatchNorm, Dropout", net.call(x), 8, 6),
        topic("custom layer", new Scale(new Parameter(Tensor.ones(4))).call(x), 8, 4),
        topic("buffers", net.state().get("1.running_mean"), 6),
        topic("freezing", net.parameters().getFirst(), 6, 4),
        topic("net[0]", net.get(0).call(x), 8, 6),
        topic("Embedding, LSTM", new LSTM(4, 7).call(e).output(), 2, 5, 7),
        topic("attention", attention.call(e, e, e).output(), 2, 5, 4),
        topic("tied weights", new Linear(embed.weight(), null).call(e), 2, 5, 10),
        topic("GAN, VAE: noise as large as", Tensor.randnLike(x), 8, 4),
        topic("GELU", new GELU().call(x), 8, 4),
        topic("multi-label BCE", new BCEWithLogitsLoss().forward(x, x.gt(0).to(DType.FLOAT32))),
        topic("sampling the most likely", F.softmax(x, -1).argmax(-1), 8));
  }

  @ParameterizedTest
  @MethodSource({"tensors", "derivatives", "networks"})
  void hasPyTorchsShape(Topic topic) {
    assertThat(topic.result.shape()).isEqualTo(Shape.of(topic.shape));
  }

  /** Starting values, groups, a rate by hand, clipping, accumulation and metrics. */
  @Test
  void aTrainingLoop() {
    Gradus.seed(0);
    var net = new Sequential(new Linear(2, 8), new ReLU(), new Linear(8, 1));
    for (Tensor p : net.parameters()) {
      if (p.rank() == 2) {
        Init.xavierUniform(p);
      }
    }
    var adam = new Adam(net.parameters(), 0.05);
    Tensor x = Tensor.rand(64, 2);
    Tensor y = x.sum(1, true);
    var losses = new ArrayList<Double>();
    for (int epoch = 0; epoch < 200; epoch++) {
      adam.setLr(0.05 * Math.cos(epoch / 200.0 * Math.PI / 2));
      adam.zeroGrad();
      for (int half = 0; half < 2; half++) {
        Tensor loss = F.mseLoss(net.call(x.chunk(2, 0).get(half)), y.chunk(2, 0).get(half));
        loss.div(2).backward();
        losses.add(loss.item());
      }
      Clip.gradNorm(net.parameters(), 1);
      adam.step();
    }
    assertThat(losses.getLast()).isLessThan(losses.getFirst() / 20);
    var r2 = new R2Score();
    r2.update(net.call(x), y);
    assertThat(r2.compute()).isGreaterThan(0.9);
    var matrix = new ConfusionMatrix();
    matrix.update(Tensor.of(new double[][] {{2, 1}, {0, 3}}), Tensor.of(new long[] {0, 0}));
    assertThat(matrix.compute().get(0, 1)).isEqualTo(1);
  }
}
