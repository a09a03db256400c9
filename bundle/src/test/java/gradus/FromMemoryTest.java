package gradus;

import static gradus.Index.ELLIPSIS;
import static gradus.Index.NEW_AXIS;
import static gradus.Index.all;
import static gradus.Index.from;
import static gradus.Index.range;
import static gradus.Index.step;
import static org.assertj.core.api.Assertions.assertThat;

import gradus.nn.CrossEntropyLoss;
import gradus.nn.F;
import gradus.nn.LSTM;
import gradus.nn.Linear;
import gradus.nn.ReLU;
import gradus.nn.Reduction;
import gradus.nn.Sequential;
import gradus.optim.Adam;
import gradus.optim.AdamW;
import gradus.optim.Clip;
import gradus.optim.SGD;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * PyTorch as it is typed from memory, and the same here: the call compiles, and the shape of what
 * comes out is PyTorch's.
 *
 * <p>Not the same, for reasons of the language: {@code x.T} is {@code x.t()}; {@code x[...]} is
 * {@code x.at(...)}; operators are methods ({@code x + y} is {@code x.add(y)}, {@code 1 - x} is
 * {@code Tensor.sub(1, x)}); {@code x.add_(y)} is {@code x.addInPlace(y)}; {@code x.grad} is {@code
 * x.grad()}; {@code nn.Module} is a {@code Layer}, and {@code net(x)} is {@code net.call(x)};
 * {@code with torch.no_grad():} is {@code try (var _ = Autograd.noGrad())}.
 */
class FromMemoryTest {
  private static Tensor x() {
    Gradus.seed(0);
    return Tensor.rand(4, 3);
  }

  /** A line of PyTorch on x of shape [4, 3], the same here, and the shape of the result. */
  record Line(String pytorch, Tensor result, int... shape) {
    @Override
    public String toString() {
      return pytorch;
    }
  }

  private static Line line(String pytorch, Tensor result, int... shape) {
    return new Line(pytorch, result, shape);
  }

  static Stream<Line> creation() {
    Tensor x = x();
    return Stream.of(
        line("torch.tensor([1., 2.])", Tensor.of(1, 2), 2),
        line("torch.tensor([[1, 2], [3, 4]])", Tensor.of(new int[][] {{1, 2}, {3, 4}}), 2, 2),
        line("torch.zeros(2, 3)", Tensor.zeros(2, 3), 2, 3),
        line("torch.zeros(y.shape)", Tensor.zeros(x.shape()), 4, 3),
        line("torch.ones(2, 3)", Tensor.ones(2, 3), 2, 3),
        line("torch.full((2, 3), 7)", Tensor.full(Shape.of(2, 3), 7), 2, 3),
        line("torch.arange(10)", Tensor.arange(10), 10),
        line("torch.arange(0, 10)", Tensor.arange(0, 10), 10),
        line("torch.arange(0, 10, 2)", Tensor.arange(0, 10, 2), 5),
        line("torch.linspace(0, 1, 5)", Tensor.linspace(0, 1, 5), 5),
        line("torch.eye(3)", Tensor.eye(3), 3, 3),
        line("torch.rand(2, 3)", Tensor.rand(2, 3), 2, 3),
        line("torch.randn(2, 3)", Tensor.randn(2, 3), 2, 3),
        line("torch.randn_like(x)", Tensor.randnLike(x), 4, 3),
        line("torch.randint(0, 10, (3,))", Tensor.randint(0, 10, 3), 3),
        line("torch.randperm(5)", Tensor.randperm(5), 5),
        line("torch.zeros_like(x)", Tensor.zerosLike(x), 4, 3));
  }

  static Stream<Line> shapes() {
    Tensor x = x();
    return Stream.of(
        line("x.reshape(3, 4)", x.reshape(3, 4), 3, 4),
        line("x.reshape(y.shape)", x.reshape(Tensor.ones(2, 6).shape()), 2, 6),
        line("x.flatten()", x.flatten(), 12),
        line("x.t()", x.t(), 3, 4),
        line("x.transpose(0, 1)", x.transpose(0, 1), 3, 4),
        line("x.permute(1, 0)", x.permute(1, 0), 3, 4),
        line("x.unsqueeze(1)", x.unsqueeze(1), 4, 1, 3),
        line("x.unsqueeze(1).squeeze(1)", x.unsqueeze(1).squeeze(1), 4, 3),
        line("x[0].expand(5, 3)", x.at(0).expand(5, 3), 5, 3),
        line("torch.cat([x, x])", Tensor.cat(List.of(x, x)), 8, 3),
        line("torch.cat((x, x), 1)", Tensor.cat(List.of(x, x), 1), 4, 6),
        line("torch.stack([x, x])", Tensor.stack(List.of(x, x)), 2, 4, 3),
        line("x.chunk(2, 0)[0]", x.chunk(2, 0).get(0), 2, 3),
        line("x.split(3, 0)[1]", x.split(3, 0).get(1), 1, 3),
        line("x.clone()", x.clone(), 4, 3),
        line("x.detach()", x.detach(), 4, 3),
        line("x.double()", x.to(DType.FLOAT64), 4, 3));
  }

  static Stream<Line> indexing() {
    Tensor x = x();
    return Stream.of(
        line("x[0]", x.at(0), 3),
        line("x[-1, 2]", x.at(-1, 2)),
        line("x[:, 1:]", x.at(all(), from(1)), 4, 2),
        line("x[1:3, ::2]", x.at(range(1, 3), step(2)), 2, 2),
        line("x[..., 0]", x.at(ELLIPSIS, 0), 4),
        line("x[None]", x.at(NEW_AXIS), 1, 4, 3),
        line("x[x > 2]", x.at(x.gt(2)), 0),
        line("x[[0, 2]]", x.at(new int[] {0, 2}), 2, 3),
        line("x[rows, cols]", x.at(new int[] {0, 2}, new int[] {1, 1}), 2),
        line("x.gather(1, index)", x.gather(1, Tensor.zeros(Shape.of(4, 1), DType.INT64)), 4, 1),
        line("x.index_select(0, i)", x.indexSelect(0, Tensor.of(new int[] {3, 0})), 2, 3),
        line("x.masked_fill(x > 0, 0)", x.maskedFill(x.gt(0), 0), 4, 3),
        line("torch.where(x > 0, x, y)", Tensor.where(x.gt(0), x, x.neg()), 4, 3),
        line("x[0] = 1", x.clone().setAt(1, 0), 4, 3));
  }

  static Stream<Line> arithmetic() {
    Tensor x = x();
    return Stream.of(
        line("x + y", x.add(x), 4, 3),
        line("x - 1", x.sub(1), 4, 3),
        line("1 - x", Tensor.sub(1, x), 4, 3),
        line("2 / x", Tensor.div(2, x), 4, 3),
        line("x ** 2", x.pow(2), 4, 3),
        line("x @ y", x.matmul(x.t()), 4, 4),
        line("x.mm(y)", x.mm(x.t()), 4, 4),
        line("x.clamp(0, 1)", x.clamp(0, 1), 4, 3),
        line("torch.maximum(x, y)", x.maximum(x), 4, 3),
        line("x.isnan()", x.isnan(), 4, 3),
        line("x.zero_()", x.clone().zeroInPlace(), 4, 3),
        line("x.fill_(3)", x.clone().fillInPlace(3), 4, 3),
        line("x.add_(y)", x.clone().addInPlace(x), 4, 3),
        line("x.sum()", x.sum()),
        line("x.sum(1)", x.sum(1), 4),
        line("x.sum(1, True)", x.sum(1, true), 4, 1),
        line("x.mean(-1, True)", x.mean(-1, true), 4, 1),
        line("x.amax(1, True)", x.amax(1, true), 4, 1),
        line("x.var(1)", x.var(1), 4),
        line("x.std(0)", x.std(0), 3),
        line("x.max(1).values", x.max(1).values(), 4),
        line("x.argmax(1)", x.argmax(1), 4),
        line("x.sort(1).indices", x.sort(1).indices(), 4, 3),
        line("x.topk(2).values", x.topk(2).values(), 4, 2),
        line("x.softmax(-1)", x.softmax(-1), 4, 3),
        line("x.gelu(approximate='tanh')", x.gelu("tanh"), 4, 3));
  }

  static Stream<Line> networks() {
    Tensor x = x();
    Tensor target = Tensor.of(new long[] {0, 1, 2, 0});
    var net = new Sequential(new Linear(3, 8), new ReLU(), new Linear(8, 3));
    var adam = new Adam(net.parameters());
    var others = List.of(new AdamW(net.parameters()), new SGD(net.parameters(), 0.1));
    adam.zeroGrad();
    Tensor loss = F.crossEntropy(net.call(x), target);
    loss.backward();
    Clip.gradNorm(net.parameters(), 1.0);
    adam.step();
    others.forEach(each -> each.zeroGrad());
    return Stream.of(
        line("net(x)", net.call(x), 4, 3),
        line("F.cross_entropy(net(x), target)", loss),
        line("nn.CrossEntropyLoss()(y, t)", new CrossEntropyLoss().forward(net.call(x), target)),
        line("F.mse_loss(x, y)", F.mseLoss(x, x)),
        line("F.l1_loss(x, y, reduction='sum')", F.l1Loss(x, x, Reduction.SUM)),
        line("F.relu(x)", F.relu(x), 4, 3),
        line("F.dropout(x, 0.5, True)", F.dropout(x, 0.5, true), 4, 3),
        line("F.linear(x, w, b)", F.linear(x, Tensor.ones(5, 3), Tensor.ones(5)), 4, 5),
        line(
            "F.conv2d(x, w)",
            F.conv2d(Tensor.ones(1, 2, 5, 5), Tensor.ones(4, 2, 3, 3)),
            1,
            4,
            3,
            3),
        line("F.max_pool2d(x, 2)", F.maxPool2d(Tensor.ones(1, 2, 4, 4), 2), 1, 2, 2, 2),
        line("F.log_softmax(x, 1)", F.logSoftmax(x, 1), 4, 3),
        line("nn.LSTM(3, 5)(x)[0]", new LSTM(3, 5).forward(x.unsqueeze(0)).output(), 1, 4, 5));
  }

  @ParameterizedTest
  @MethodSource({"creation", "shapes", "indexing", "arithmetic", "networks"})
  void hasPyTorchsShape(Line line) {
    assertThat(line.result.shape()).isEqualTo(Shape.of(line.shape));
  }
}
