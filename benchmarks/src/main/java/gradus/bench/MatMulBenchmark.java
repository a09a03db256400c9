package gradus.bench;

import gradus.Gradus;
import gradus.Tensor;
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

/**
 * Matrix products [m,k] @ [k,n] with either side transposed or not, of the shapes that training
 * has.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(value = 1, jvmArgsAppend = "--add-modules=jdk.incubator.vector")
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class MatMulBenchmark {
  @Param({
    "64x784x128",
    "64x128x64",
    "64x64x10",
    "256x256x256",
    "512x512x512",
    "1024x1024x1024",
    "64x576x3136",
    "64x25x784",
    "512x512x1",
    "1x512x512"
  })
  public String shape;

  @Param({"NN", "TN", "NT"})
  public String transposed;

  @Param({"1", "2"})
  public int threads;

  private Tensor a;
  private Tensor b;

  @Setup
  public void prepare() {
    Gradus.threads(threads);
    String[] s = shape.split("x");
    int m = Integer.parseInt(s[0]);
    int k = Integer.parseInt(s[1]);
    int n = Integer.parseInt(s[2]);
    a = transposed.charAt(0) == 'T' ? Tensor.randn(k, m).transpose() : Tensor.randn(m, k);
    b = transposed.charAt(1) == 'T' ? Tensor.randn(n, k).transpose() : Tensor.randn(k, n);
  }

  @Benchmark
  public Tensor matmul() {
    return a.matmul(b);
  }
}
