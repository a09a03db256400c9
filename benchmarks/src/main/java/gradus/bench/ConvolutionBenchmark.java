package gradus.bench;

import gradus.Autograd;
import gradus.Parameter;
import gradus.Tensor;
import gradus.nn.Conv2d;
import gradus.nn.F;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Convolution 3x3 and maximum pooling of 16 images, as in ResNet-18. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(value = 1, jvmArgsAppend = "--add-modules=jdk.incubator.vector")
@Warmup(iterations = 4, time = 2)
@Measurement(iterations = 5, time = 1)
public class ConvolutionBenchmark {
  /** Channels; the images are 2048 / channels high and wide. */
  @Param({"64", "128", "256", "512"})
  public int channels;

  private Conv2d conv;
  private Parameter x;
  private Tensor g;
  private Tensor y;

  @Setup
  public void prepare() {
    int size = 2048 / channels;
    conv = new Conv2d(channels, channels, 3, 1, 1);
    x = new Parameter(Tensor.randn(16, channels, size, size));
    g = Tensor.randn(16, channels, size, size);
    y = conv.call(x);
  }

  @Benchmark
  public Tensor convolution() {
    return conv.call(x.detach());
  }

  @Benchmark
  public Tensor inputGradient() {
    return Autograd.grad(y, g, List.of(x), Autograd.RETAIN_GRAPH).getFirst();
  }

  @Benchmark
  public Tensor kernelGradient() {
    return Autograd.grad(y, g, List.of(conv.weight()), Autograd.RETAIN_GRAPH).getFirst();
  }

  @Benchmark
  public Tensor maxPool() {
    return F.maxPool2d(g, 2);
  }
}
