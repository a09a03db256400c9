package gradus.train;

import static org.assertj.core.api.Assertions.assertThat;

import gradus.Gradus;
import gradus.Parameter;
import gradus.Scope;
import gradus.Tensor;
import gradus.data.Batch;
import gradus.data.DataLoader;
import gradus.data.Dataset;
import gradus.data.Digits;
import gradus.data.Sample;
import gradus.nn.BatchNorm2d;
import gradus.nn.Conv2d;
import gradus.nn.Dropout;
import gradus.nn.F;
import gradus.nn.Flatten;
import gradus.nn.GELU;
import gradus.nn.Linear;
import gradus.nn.MaxPool2d;
import gradus.nn.ReLU;
import gradus.nn.Sequential;
import gradus.optim.Adam;
import gradus.optim.Optimizer;
import gradus.optim.SGD;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Trainings on several threads of one virtual machine, each in a scope: bits as if alone. */
@Timeout(240)
class TrainingsAtOnceTest {
  private static final Dataset<Sample> ROWS = Digits.load();
  private static final Dataset<Sample> IMAGES = Digits.images();

  /** Wide enough that products, sums and fused loops are cut into parts. */
  private static long perceptron() {
    var net =
        new Sequential(
            new Linear(64, 300),
            new GELU(),
            new Dropout(0.2),
            new Linear(300, 80),
            Tensor::tanh,
            new Dropout(0.1),
            new Linear(80, 10));
    return train(net, new Adam(net.parameters(), 1e-3), loader(ROWS, 128).prefetch(2));
  }

  /** With a convolution that suits Winograd's algorithm. */
  private static long convolutional() {
    var net =
        new Sequential(
            new Conv2d(1, 24, 3, 1, 1),
            new ReLU(),
            new Conv2d(24, 32, 3, 1, 1),
            new BatchNorm2d(32),
            new ReLU(),
            new MaxPool2d(2),
            new Flatten(),
            new Dropout(0.3),
            new Linear(512, 10));
    return train(net, new SGD(net.parameters(), 0.05, 0.9), loader(IMAGES, 32));
  }

  private static DataLoader<Batch> loader(Dataset<Sample> data, int batch) {
    return DataLoader.of(data.split(8 * batch, 1).train()).batch(batch).shuffle();
  }

  /** A hash of all losses and parameters. */
  private static long train(Sequential net, Optimizer<?, ?> optimizer, DataLoader<Batch> batches) {
    long hash = 0;
    for (int epoch = 0; epoch < 2; epoch++) {
      for (Batch batch : batches) {
        optimizer.zeroGrad();
        Tensor loss = F.crossEntropy(net.forward(batch.input()), batch.target());
        loss.backward();
        optimizer.step();
        hash = hash * 31 + Float.floatToRawIntBits((float) loss.item());
      }
    }
    for (Parameter p : net.parameters()) {
      for (float v : p.toFloats()) {
        hash = hash * 31 + Float.floatToRawIntBits(v);
      }
    }
    return hash;
  }

  /** The results of tasks that begin together, each on a thread of its own. */
  @SafeVarargs
  private static List<Long> atOnce(Callable<Long>... tasks) throws Exception {
    var begin = new CyclicBarrier(tasks.length);
    try (var threads = Executors.newThreadPerTaskExecutor(Thread.ofPlatform().factory())) {
      var running = new ArrayList<Future<Long>>();
      for (Callable<Long> task : tasks) {
        running.add(
            threads.submit(
                () -> {
                  begin.await();
                  return task.call();
                }));
      }
      var results = new ArrayList<Long>();
      for (Future<Long> each : running) {
        results.add(each.get());
      }
      return results;
    }
  }

  @RepeatedTest(3)
  void twoTrainingsHaveTheBitsThatEachHasAlone() throws Exception {
    Scope first = Gradus.scope().seed(1).threads(2);
    Scope second = Gradus.scope().seed(2).threads(3);
    long perceptron = first.call(TrainingsAtOnceTest::perceptron);
    long convolutional = second.call(TrainingsAtOnceTest::convolutional);

    assertThat(
            atOnce(
                () -> first.call(TrainingsAtOnceTest::perceptron),
                () -> second.call(TrainingsAtOnceTest::convolutional)))
        .containsExactly(perceptron, convolutional);
    // The same network twice: what they share is the code, the kernels and the data.
    assertThat(
            atOnce(
                () -> first.call(TrainingsAtOnceTest::perceptron),
                () -> first.threads(1).call(TrainingsAtOnceTest::perceptron)))
        .containsExactly(perceptron, perceptron);
  }

  @Test
  void settingsOfOneDoNotReachTheOther() throws Exception {
    Scope scope = Gradus.scope().seed(3);
    Scope direct = scope.winograd(false).fusion(false).threads(1);
    long fast = scope.call(TrainingsAtOnceTest::convolutional);
    long chained = direct.call(TrainingsAtOnceTest::convolutional);
    long other = scope.seed(4).call(TrainingsAtOnceTest::convolutional);

    assertThat(List.of(fast, chained, other)).doesNotHaveDuplicates();
    assertThat(
            atOnce(
                () -> scope.call(TrainingsAtOnceTest::convolutional),
                () -> direct.call(TrainingsAtOnceTest::convolutional),
                () -> scope.seed(4).call(TrainingsAtOnceTest::convolutional)))
        .containsExactly(fast, chained, other);
  }

  @Test
  void aScriptWithItsOwnSeedIsTheSameInsideAndOutside() throws Exception {
    Callable<Long> script =
        () -> {
          Gradus.seed(5);
          return perceptron();
        };
    long plain = script.call();

    Callable<Long> inside = () -> Gradus.scope().call(script::call);
    assertThat(atOnce(inside, inside)).containsExactly(plain, plain);
  }
}
