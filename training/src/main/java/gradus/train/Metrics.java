package gradus.train;

import gradus.Autograd;
import gradus.ShapeException;
import gradus.Tensor;
import gradus.data.Batch;
import gradus.data.DataLoader;
import gradus.data.Dataset;
import gradus.data.Sample;
import gradus.data.TensorDataset;
import gradus.nn.Layer;
import gradus.nn.Parameterized;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** How good a network is. The network is in evaluation mode meanwhile, and nothing is recorded. */
public final class Metrics {
  private static final int BATCH = 256;

  private Metrics() {}

  /**
   * Judges a network by several metrics in one pass, which count these batches and nothing before.
   *
   * <pre>{@code
   * var loss = new MeanLoss(F::crossEntropy);
   * var accuracy = new Accuracy();
   * Metrics.evaluate(net, DataLoader.of(test).batch(256), loss, accuracy);
   * IO.println(loss + "  " + accuracy);
   * }</pre>
   *
   * @param batches the pairs, as a loader gives them
   */
  public static void evaluate(Layer net, Iterable<Batch> batches, Metric<?>... metrics) {
    for (Metric<?> metric : metrics) {
      metric.reset();
    }
    evaluate(
        net,
        batches,
        batch -> {
          Tensor prediction = net.call(batch.input());
          for (Metric<?> metric : metrics) {
            metric.update(prediction, batch.target());
          }
        });
  }

  /** As {@link #evaluate(Layer, Iterable, Metric...)}, for the samples of a data set. */
  public static void evaluate(Layer net, Dataset<Sample> data, Metric<?>... metrics) {
    evaluate(net, DataLoader.of(data).batch(BATCH), metrics);
  }

  /**
   * Does something with each batch, the network in evaluation mode: the general form, for networks
   * with several inputs and batches of any type. Each part of the network is put back into the mode
   * in which it was.
   *
   * <pre>{@code
   * var error = new MeanSquaredError();
   * Metrics.evaluate(net, DataLoader.of(test), b -> error.update(net.call(b.input()), b.input()));
   * }</pre>
   */
  public static <B> void evaluate(
      Parameterized net, Iterable<B> batches, Consumer<? super B> step) {
    List<Parameterized> training =
        net.namedLayers().values().stream().filter(Parameterized::isTraining).toList();
    training.forEach(layer -> layer.setTraining(false));
    try (var _ = Autograd.noGrad()) {
      batches.forEach(step);
    } finally {
      training.forEach(layer -> layer.setTraining(true));
    }
  }

  /**
   * The share of samples whose class the network finds, the largest of its outputs: {@link
   * Accuracy} in one call.
   *
   * @param net inputs [n, ...] -> scores [n, classes]
   * @param data samples with class indices as targets; NaN if it has none
   * @throws IllegalArgumentException if the scores and the targets do not fit
   */
  public static double accuracy(Layer net, Dataset<Sample> data) {
    var accuracy = new Accuracy();
    evaluate(net, data, accuracy);
    return accuracy.compute();
  }

  /**
   * The classes that the network finds: int64 [n].
   *
   * @param net inputs [n, ...] -> scores [n, classes]
   * @throws ShapeException if the network gives something else
   */
  public static Tensor predict(Layer net, Tensor inputs) {
    var all = new ArrayList<Tensor>();
    var data = new TensorDataset(inputs, Tensor.arange(inputs.size(0)));
    evaluate(
        net,
        DataLoader.of(data).batch(BATCH),
        batch -> all.add(classes(net.call(batch.input()), batch)));
    return all.isEmpty() ? Tensor.arange(0) : Tensor.cat(all, 0);
  }

  private static Tensor classes(Tensor scores, Batch batch) {
    if (scores.rank() != 2 || scores.size(0) != batch.size() || scores.size(1) < 2) {
      throw new ShapeException(
          "predict: the network must give scores [%d, classes] for inputs %s, got %s%s"
              .formatted(
                  batch.size(),
                  batch.input().shape(),
                  scores.shape(),
                  scores.numel() == batch.size()
                      ? "; of two classes with one number each say net.call(x).gt(threshold)"
                      : ""));
    }
    return scores.argmax(1);
  }
}
