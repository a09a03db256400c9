package gradus.bench;

import gradus.Parameter;
import gradus.Tensor;
import gradus.nn.BatchNorm2d;
import gradus.nn.GroupNorm;
import gradus.nn.Layer;
import gradus.nn.LayerNorm;
import gradus.nn.RMSNorm;
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

/** The norms of 16 images of 64 channels, or of 1024 rows of 1024: a million elements each. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(value = 1, jvmArgsAppend = "--add-modules=jdk.incubator.vector")
@Warmup(iterations = 4, time = 2)
@Measurement(iterations = 5, time = 1)
public class NormalizationBenchmark {
  private static final int CHANNELS = 64;
  private static final int WIDTH = 1024;

  @Param({"batch", "group", "layer", "rms"})
  public String norm;

  private Layer layer;
  private Parameter x;
  private Tensor g;

  @Setup
  public void prepare() {
    layer =
        switch (norm) {
          case "batch" -> new BatchNorm2d(CHANNELS);
          case "group" -> new GroupNorm(8, CHANNELS);
          case "layer" -> new LayerNorm(WIDTH);
          case "rms" -> new RMSNorm(WIDTH);
          default -> throw new IllegalArgumentException("no such norm: " + norm);
        };
    boolean images = norm.equals("batch") || norm.equals("group");
    g = images ? Tensor.randn(16, CHANNELS, 32, 32) : Tensor.randn(1024, WIDTH);
    x = new Parameter(g.mul(2));
  }

  @Benchmark
  public Tensor forward() {
    return layer.call(x.detach());
  }

  @Benchmark
  public Tensor forwardAndBack() {
    x.setGrad(null);
    layer.call(x).backward(g);
    return x.grad();
  }
}
