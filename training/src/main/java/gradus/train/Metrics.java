package gradus.train;

import gradus.Autograd;
import gradus.ShapeException;
import gradus.Tensor;
import gradus.data.Batch;
import gradus.data.DataLoader;
import gradus.data.Dataset;
import gradus.data.TensorDataset;
import gradus.nn.Layer;
import gradus.nn.Parameterized;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;

/** How good a network is. The network is in evaluation mode meanwhile, and nothing is recorded. */
public final class Metrics {
  private static final int BATCH = 256;

  private Metrics() {}

  /**
   * The share of samples whose class the network finds: the largest of its outputs.
   *
   * @param net inputs [n, ...] -> scores [n, classes]
   * @param data samples with class indices as targets; NaN if it has none
   * @throws ShapeException if the network gives something else
   */
  public static double accuracy(Layer net, Dataset data) {
    var right = new AtomicLong();
    evaluate(
        net, data, (batch, found) -> right.addAndGet(found.eq(batch.target()).sum().itemLong()));
    return (double) right.get() / data.size();
  }

  /**
   * The classes that the network finds: int64 [n].
   *
   * @param net inputs [n, ...] -> scores [n, classes]
   */
  public static Tensor predict(Layer net, Tensor inputs) {
    var all = new ArrayList<Tensor>();
    var data = new TensorDataset(inputs, Tensor.arange(inputs.size(0)));
    evaluate(net, data, (batch, found) -> all.add(found));
    return all.isEmpty() ? Tensor.arange(0) : Tensor.cat(all, 0);
  }

  /** Gives each batch and the classes that the network finds for it, int64. */
  private static void evaluate(Layer net, Dataset data, BiConsumer<Batch, Tensor> each) {
    List<Parameterized> training =
        net.namedLayers().values().stream().filter(Parameterized::isTraining).toList();
    training.forEach(layer -> layer.setTraining(false));
    try (var _ = Autograd.noGrad()) {
      for (Batch batch : DataLoader.of(data).batch(BATCH)) {
        Tensor scores = net.call(batch.input());
        if (scores.rank() != 2 || scores.size(0) != batch.size() || scores.size(1) == 0) {
          throw new ShapeException(
              "predict: the network must give scores [%d, classes] for inputs %s, got %s"
                  .formatted(batch.size(), batch.input().shape(), scores.shape()));
        }
        each.accept(batch, scores.argmax(1));
      }
    } finally {
      training.forEach(layer -> layer.setTraining(true));
    }
  }
}
