package gradus.bench;

import gradus.Parameter;
import gradus.Tensor;
import gradus.nn.Conv2d;
import gradus.nn.Flatten;
import gradus.nn.Layer;
import gradus.nn.Linear;
import gradus.nn.F;
import gradus.nn.MaxPool2d;
import gradus.nn.ReLU;
import gradus.nn.Sequential;
import gradus.optim.Adam;
import gradus.optim.AdamW;
import gradus.optim.Optimizer;
import gradus.optim.SGD;
import java.util.List;
import java.util.function.BinaryOperator;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One training step of each kind that people do, on random inputs of float32. */
enum Workload {
  W1_32("W1-32", "perceptron 784-128-64-10, batch 32, Adam", () -> perceptron(32)),
  W1_64("W1-64", "perceptron 784-128-64-10, batch 64, Adam", () -> perceptron(64)),
  W2("W2", "LeNet-style convolutions on [64, 1, 28, 28], Adam", Workload::lenet),
  W3("W3", "LSTM 32 -> 128 over 50 steps, batch 32, Adam", Workload::lstm),
  W4("W4", "GPT of 4 layers, width 128, context 64, batch 16, AdamW", () -> gpt(false)),
  W4_SDPA("W4-sdpa", "the same with fused attention", () -> gpt(true)),
  W5_CHAIN("W5-chain", "1000 times x = x a + b on single numbers, and back", Workload::chain),
  W5_TINY("W5-tiny", "perceptron 4-16-16-1, batch 8, SGD", Workload::tiny),
  W6("W6", "ResNet-18 with a CIFAR stem, batch 16, SGD with momentum", Workload::resnet),
  W7("W7", "gelu(x a + b) m summed, and back, 2^20 elements", Workload::elementwise),
  W8("W8", "matrix product [1024, 1024] @ [1024, 1024]", Workload::product);

  private final String title;
  private final String what;
  private final Supplier<Prepared> preparation;

  Workload(String title, String what, Supplier<Prepared> preparation) {
    this.title = title;
    this.what = what;
    this.preparation = preparation;
  }

  /** What takes one step, and the parameters that it changes. */
  record Prepared(Runnable step, List<? extends Tensor> parameters) {
    /** A hash of the bits of all parameters. */
    long hash() {
      long hash = 1;
      for (Tensor p : parameters) {
        for (float v : p.toFloats()) {
          hash = hash * 0x9e3779b97f4a7c15L + Float.floatToRawIntBits(v);
        }
      }
      return hash;
    }
  }

  /** The name under which all systems know it. */
  String title() {
    return title;
  }

  String what() {
    return what;
  }

  /** The workload of this name, or null. */
  static @Nullable Workload titled(String title) {
    for (Workload w : values()) {
      if (w.title.equals(title)) {
        return w;
      }
    }
    return null;
  }

  /** Prepares the inputs and the network. */
  Prepared prepare() {
    return preparation.get();
  }

  private static Prepared training(
      Layer net, Optimizer<?, ?> optimizer, BinaryOperator<Tensor> loss, Tensor x, Tensor y) {
    Runnable step =
        () -> {
          optimizer.zeroGrad();
          loss.apply(net.call(x), y).backward();
          optimizer.step();
        };
    return new Prepared(step, net.parameters());
  }

  private static Prepared perceptron(int batch) {
    var net =
        new Sequential(
            new Linear(784, 128), new ReLU(), new Linear(128, 64), new ReLU(), new Linear(64, 10));
    Tensor x = Tensor.randn(batch, 784);
    Tensor y = Tensor.randint(0, 10, batch);
    return training(net, new Adam(net.parameters(), 1e-3), F::crossEntropy, x, y);
  }

  private static Prepared lenet() {
    var net =
        new Sequential(
            new Conv2d(1, 32, 3, 1, 1),
            new ReLU(),
            new MaxPool2d(2),
            new Conv2d(32, 64, 3, 1, 1),
            new ReLU(),
            new MaxPool2d(2),
            new Flatten(),
            new Linear(3136, 128),
            new ReLU(),
            new Linear(128, 10));
    Tensor x = Tensor.randn(64, 1, 28, 28);
    Tensor y = Tensor.randint(0, 10, 64);
    return training(net, new Adam(net.parameters(), 1e-3), F::crossEntropy, x, y);
  }

  private static Prepared lstm() {
    var net = new Networks.LstmHead();
    Tensor x = Tensor.randn(32, 50, 32);
    Tensor y = Tensor.randn(32, 1);
    return training(net, new Adam(net.parameters(), 1e-3), F::mseLoss, x, y);
  }

  private static Prepared gpt(boolean fusedAttention) {
    var net = new Networks.Gpt(fusedAttention);
    Tensor x = Tensor.randint(0, 65, 16, 64);
    Tensor y = Tensor.randint(0, 65, 16 * 64);
    BinaryOperator<Tensor> loss =
        (logits, target) -> F.crossEntropy(logits.reshape(-1, 65), target);
    return training(net, new AdamW(net.parameters(), 1e-3), loss, x, y);
  }

  private static Prepared resnet() {
    Layer net = Networks.resnet18();
    Tensor x = Tensor.randn(16, 3, 32, 32);
    Tensor y = Tensor.randint(0, 10, 16);
    return training(net, new SGD(net.parameters(), 0.01, 0.9), F::crossEntropy, x, y);
  }

  private static Prepared tiny() {
    var net =
        new Sequential(
            new Linear(4, 16), new ReLU(), new Linear(16, 16), new ReLU(), new Linear(16, 1));
    Tensor x = Tensor.randn(8, 4);
    Tensor y = Tensor.randn(8, 1);
    return training(net, new SGD(net.parameters(), 0.01), F::mseLoss, x, y);
  }

  private static Prepared chain() {
    var start = new Parameter(Tensor.scalar(1));
    Tensor a = Tensor.scalar(0.999);
    Tensor b = Tensor.scalar(0.001);
    Runnable step =
        () -> {
          start.setGrad(null);
          Tensor x = start;
          for (int i = 0; i < 1000; i++) {
            x = x.mul(a).add(b);
          }
          x.backward();
        };
    return new Prepared(step, List.of(start));
  }

  private static Prepared elementwise() {
    int n = 1 << 20;
    var x = new Parameter(Tensor.randn(n));
    Tensor a = Tensor.randn(n);
    Tensor b = Tensor.randn(n);
    Tensor m = Tensor.randn(n);
    Runnable step =
        () -> {
          x.setGrad(null);
          x.mul(a).add(b).gelu().mul(m).sum().backward();
        };
    return new Prepared(step, List.of(x));
  }

  private static Prepared product() {
    Tensor a = Tensor.randn(1024, 1024);
    Tensor b = Tensor.randn(1024, 1024);
    return new Prepared(() -> a.matmul(b), List.of());
  }
}
