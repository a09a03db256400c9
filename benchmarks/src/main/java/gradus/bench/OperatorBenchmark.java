package gradus.bench;

import gradus.Gradus;
import gradus.Parameter;
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

/** Single operators by size, from the overhead of a call (1 row) to memory (16,384 rows of 64). */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(value = 1, jvmArgsAppend = "--add-modules=jdk.incubator.vector")
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class OperatorBenchmark {
  @Param({"1", "64", "16384"})
  public int rows;

  private Tensor x;
  private Tensor y;
  private Tensor row;
  private Parameter recorded;

  @Setup
  public void prepare() {
    Gradus.fusion(false); // else large results are put off, and nobody asks for them
    x = Tensor.randn(rows, 64);
    y = Tensor.randn(rows, 64);
    row = Tensor.randn(64);
    recorded = new Parameter(x);
  }

  @Benchmark
  public Tensor add() {
    return x.add(y);
  }

  @Benchmark
  public Tensor addRow() {
    return x.add(row);
  }

  @Benchmark
  public Tensor gelu() {
    return x.gelu();
  }

  @Benchmark
  public Tensor sumColumns() {
    return x.sum(0);
  }

  @Benchmark
  public Tensor sumRows() {
    return x.sum(1);
  }

  @Benchmark
  public Tensor softmax() {
    return x.softmax(1);
  }

  @Benchmark
  public Tensor transposedCopy() {
    return x.transpose().contiguous();
  }

  @Benchmark
  public Tensor tapeForwardAndBack() {
    recorded.setGrad(null);
    recorded.mul(y).sum().backward();
    return recorded.grad();
  }
}
