package gradus.bench;

import static gradus.Autograd.RETAIN_GRAPH;

import gradus.Autograd;
import gradus.Gradus;
import gradus.Tensor;
import gradus.nn.Linear;
import gradus.nn.ReLU;
import gradus.nn.Sequential;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** The Jacobian of the perceptron of W1 with 64 outputs: all rows as a batch, and one by one. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 8, time = 1)
@Measurement(iterations = 9, time = 1)
@Fork(value = 1, jvmArgsAppend = "--add-modules=jdk.incubator.vector")
public class JacobianBenchmark {
  private Sequential net = new Sequential();
  private Tensor x = Tensor.zeros(1);

  /** The network and its input. */
  @Setup
  public void make() {
    Gradus.threads(1);
    Gradus.seed(1);
    net = new Sequential(new Linear(784, 128), new ReLU(), new Linear(128, 64));
    net.requiresGrad(false);
    x = Tensor.rand(784);
  }

  /** One backward pass over a batch of 64 gradients. */
  @Benchmark
  public Tensor vmap() {
    return Autograd.jacrev(net::call, x);
  }

  /** 64 backward passes. */
  @Benchmark
  public Tensor passes() {
    Tensor at = x.detach().requiresGrad(true);
    Tensor y = net.call(at);
    var rows = new ArrayList<Tensor>();
    Tensor basis = Tensor.eye(64);
    for (int i = 0; i < 64; i++) {
      rows.add(Autograd.grad(y, basis.select(0, i), List.of(at), RETAIN_GRAPH).getFirst());
    }
    return Tensor.stack(rows, 0);
  }
}
