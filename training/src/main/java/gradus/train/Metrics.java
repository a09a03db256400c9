package gradus.train;

import gradus.Autograd;
import gradus.ShapeException;
import gradus.Tensor;
import gradus.data.Batch;
import gradus.data.DataLoader;
import gradus.data.Dataset;
import gradus.data.TensorDataset;
import gradus.nn.Layer;
import gradus.nn.Moded;
import java.util.List;

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
    long right = 0;
    long[] found = predicted(net, data);
    int at = 0;
    for (Batch batch : DataLoader.of(data).batch(BATCH)) {
      for (long target : batch.target().toLongs()) {
        right += found[at++] == target ? 1 : 0;
      }
    }
    return (double) right / data.size();
  }

  /**
   * The classes that the network finds: int64 [n].
   *
   * @param net inputs [n, ...] -> scores [n, classes]
   */
  public static Tensor predict(Layer net, Tensor inputs) {
    var data = new TensorDataset(inputs, Tensor.arange(inputs.size(0)));
    return Tensor.of((Object) predicted(net, data));
  }

  private static long[] predicted(Layer net, Dataset data) {
    long[] found = new long[data.size()];
    int at = 0;
    List<Moded> training = training(net);
    training.forEach(layer -> layer.setTraining(false));
    try (var _ = Autograd.noGrad()) {
      for (Batch batch : DataLoader.of(data).batch(BATCH)) {
        Tensor scores = net.forward(batch.input());
        if (scores.rank() != 2 || scores.size(0) != batch.size() || scores.size(1) == 0) {
          throw new ShapeException(
              "predict: the network must give scores [%d, classes] for inputs %s, got %s"
                  .formatted(batch.size(), batch.input().shape(), scores.shape()));
        }
        for (int i = 0; i < batch.size(); i++) {
          found[at++] = largest(scores.select(0, i).toDoubles());
        }
      }
    } finally {
      training.forEach(layer -> layer.setTraining(true));
    }
    return found;
  }

  private static List<Moded> training(Layer net) {
    return net.namedLayers().values().stream()
        .filter(layer -> layer instanceof Moded m && m.isTraining())
        .map(Moded.class::cast)
        .toList();
  }

  private static int largest(double... scores) {
    int best = 0;
    for (int i = 1; i < scores.length; i++) {
      if (scores[i] > scores[best]) {
        best = i;
      }
    }
    return best;
  }
}
