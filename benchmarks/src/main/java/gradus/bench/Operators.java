package gradus.bench;

import gradus.Autograd;
import gradus.Parameter;
import gradus.Tensor;
import gradus.nn.BatchNorm2d;
import gradus.nn.F;
import gradus.nn.LSTM;
import gradus.nn.Layer;
import gradus.nn.LayerNorm;
import gradus.nn.Linear;
import gradus.nn.ReLU;
import gradus.nn.Sequential;
import gradus.optim.Adam;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Steps of one operator each, which {@link Compare} measures beside the {@link Workload}s: forward
 * without recording, and under a title that ends in {@code -back} forward and backward.
 *
 * <p>{@link Compare} compiles this file against other builds of Gradus, too. So it uses nothing of
 * this package, no annotation, and of the public methods those that stay as they are.
 */
final class Operators {
  private static final Map<String, Supplier<Runnable>> ALL = new LinkedHashMap<>();

  static {
    both("add-small", in -> in[0].add(in[1]), dims(8, 16), dims(8, 16));
    both("add", in -> in[0].add(in[1]), dims(1024, 1024), dims(1024, 1024));
    both("add-row", in -> in[0].add(in[1]), dims(1024, 1024), dims(1024));
    both("gelu", in -> in[0].gelu(), dims(1024, 1024));
    both("sum", in -> in[0].sum(), dims(1024, 1024));
    both("sum-last", in -> in[0].sum(-1), dims(1024, 1024));
    both("sum-middle", in -> in[0].sum(1), dims(64, 256, 64));
    both("max-indices", in -> in[0].max(1).values(), dims(1024, 256));
    both("softmax-small", in -> in[0].softmax(-1), dims(64, 10));
    both("softmax", in -> in[0].softmax(-1), dims(1024, 256));
    both("log-softmax", in -> in[0].logSoftmax(-1), dims(1024, 256));
    both("layer-norm", () -> layer(new LayerNorm(128), 1024, 128));
    both("batch-norm", () -> layer(new BatchNorm2d(64), 16, 64, 32, 32));
    both("cross-entropy-small", () -> crossEntropy(32, 10));
    both("cross-entropy", () -> crossEntropy(1024, 256));
    both("linear", in -> F.linear(in[0], in[1], in[2]), dims(64, 784), dims(128, 784), dims(128));
    both("matmul", in -> in[0].matmul(in[1]), dims(256, 256), dims(256, 256));
    both("matmul-batch", in -> in[0].matmul(in[1]), dims(64, 64, 32), dims(64, 32, 64));
    both("matrix-vector", in -> in[0].matmul(in[1]), dims(1024, 1024), dims(1024));
    both("conv2d", Operators::conv2d, dims(16, 32, 28, 28), dims(64, 32, 3, 3), dims(64));
    both("max-pool", in -> F.maxPool2d(in[0], 2), dims(16, 32, 28, 28));
    both("attention", Operators::attention, heads(), heads(), heads());
    both("lstm", Operators::lstm);
    both("gather", Operators::gather);
    both("index-select", Operators::indexSelect);
    both("concat", in -> Tensor.cat(List.of(in), 1), dims(256, 256), dims(256, 256));
    both("split", Operators::split, dims(1024, 384));
    both("select-each", Operators::selectEach, dims(50, 32, 64));
    both("transposed-copy", in -> in[0].transpose().contiguous(), dims(1024, 1024));
    forward("add-in-place", in -> in[0].addInPlace(in[1], 1e-6), dims(256, 256), dims(256, 256));
    forward("randn", in -> Tensor.randn(512, 512));
    ALL.put("adam", Operators::adam);
  }

  private Operators() {}

  /** What prepares the steps, by title, in the order in which they are measured. */
  static Map<String, Supplier<Runnable>> all() {
    return Collections.unmodifiableMap(ALL);
  }

  /** An operator on its operands. */
  private interface Operator {
    Tensor on(Tensor... in);
  }

  /** An operator with its operands, of which the leaves require gradients. */
  private record Applied(Supplier<Tensor> operator, List<Parameter> leaves) {

    /** One step of inference. */
    Runnable inference() {
      return () -> read(Autograd.noGrad(operator));
    }

    /** One step of training, with a random gradient of the result. */
    Runnable training() {
      Tensor g = Tensor.randn(operator.get().shape().dims());
      return () -> {
        leaves.forEach(leaf -> leaf.setGrad(null));
        Tensor y = operator.get();
        read(y);
        y.backward(g);
        leaves.forEach(leaf -> read(leaf.grad()));
      };
    }

    /** Large results of formulas are computed when somebody reads them. */
    private static void read(Tensor y) {
      y.get(new int[y.rank()]);
    }
  }

  private static void both(String title, Supplier<Applied> applied) {
    ALL.put(title, () -> applied.get().inference());
    ALL.put(title + "-back", () -> applied.get().training());
  }

  private static void both(String title, Operator operator, int[]... dims) {
    both(title, () -> applied(operator, dims));
  }

  private static void forward(String title, Operator operator, int[]... dims) {
    ALL.put(title, () -> applied(operator, dims).inference());
  }

  private static int[] dims(int... dims) {
    return dims;
  }

  /** On random operands. */
  private static Applied applied(Operator operator, int[]... dims) {
    Parameter[] in = new Parameter[dims.length];
    for (int i = 0; i < in.length; i++) {
      in[i] = new Parameter(Tensor.randn(dims[i]));
    }
    return new Applied(() -> operator.on(in), List.of(in));
  }

  private static Applied layer(Layer layer, int... dims) {
    var x = new Parameter(Tensor.randn(dims));
    return new Applied(() -> layer.forward(x), leaves(layer.parameters(), x));
  }

  private static List<Parameter> leaves(Collection<Parameter> parameters, Parameter x) {
    var leaves = new ArrayList<>(parameters);
    leaves.add(x);
    return leaves;
  }

  private static Applied crossEntropy(int n, int classes) {
    Tensor target = Tensor.randint(0, classes, n);
    return applied(in -> F.crossEntropy(in[0], target), dims(n, classes));
  }

  private static Tensor conv2d(Tensor... in) {
    return F.conv2d(in[0], in[1], in[2], 1, 1);
  }

  private static int[] heads() {
    return dims(16, 4, 64, 32);
  }

  private static Tensor attention(Tensor... in) {
    return F.scaledDotProductAttention(in[0], in[1], in[2], null, 0, true);
  }

  /** [time, n, 32] -> [time, n, 64]. */
  private static Applied lstm() {
    var lstm = new LSTM(32, 64);
    var x = new Parameter(Tensor.randn(20, 32, 32));
    return new Applied(() -> lstm.forward(x).output(), leaves(lstm.parameters(), x));
  }

  private static Applied gather() {
    Tensor index = Tensor.randint(0, 256, 1024, 64);
    return applied(in -> in[0].gather(1, index), dims(1024, 256));
  }

  private static Applied indexSelect() {
    Tensor index = Tensor.randint(0, 1000, 1024);
    return applied(in -> in[0].indexSelect(0, index), dims(1000, 128));
  }

  private static Tensor split(Tensor... in) {
    List<Tensor> parts = in[0].split(128, 1);
    return parts.get(0).mul(parts.get(1)).add(parts.get(2));
  }

  private static Tensor selectEach(Tensor... in) {
    Tensor sum = in[0].select(0, 0);
    for (int t = 1; t < in[0].size(0); t++) {
      sum = sum.add(in[0].select(0, t));
    }
    return sum;
  }

  /** Steps of the optimizer alone, always with the same gradients. */
  private static Runnable adam() {
    var net =
        new Sequential(
            new Linear(784, 128), new ReLU(), new Linear(128, 64), new ReLU(), new Linear(64, 10));
    net.parameters().forEach(p -> p.setGrad(Tensor.randn(p.shape().dims())));
    return new Adam(net.parameters(), 1e-3)::step;
  }
}
