package gradus.train;

import gradus.Gradus;
import gradus.Parameter;
import gradus.Tensor;
import gradus.data.Batch;
import gradus.data.DataLoader;
import gradus.data.Digits;
import gradus.nn.Dropout;
import gradus.nn.GELU;
import gradus.nn.Linear;
import gradus.nn.F;
import gradus.nn.Sequential;
import gradus.optim.Adam;

/** Trains for an epoch and prints two hashes: of all losses, and of all parameters. */
final class TrainedBits {
  private TrainedBits() {}

  public static void main(String[] args) {
    Gradus.seed(42);
    // Wide enough that products, sums and elementwise loops are cut into several parts.
    var net =
        new Sequential(
            new Linear(64, 700),
            new GELU(),
            new Dropout(0.2),
            new Linear(700, 96),
            Tensor::tanh,
            new Linear(96, 10));
    var adam = new Adam(net.parameters(), 1e-3);
    long losses = 0;
    for (Batch batch : DataLoader.of(Digits.load()).batch(128).shuffle()) {
      adam.zeroGrad();
      Tensor loss = F.crossEntropy(net.call(batch.input()), batch.target());
      loss.backward();
      adam.step();
      losses = losses * 31 + Float.floatToRawIntBits((float) loss.item());
    }
    long parameters = 0;
    for (Parameter p : net.parameters()) {
      for (float v : p.toFloats()) {
        parameters = parameters * 31 + Float.floatToRawIntBits(v);
      }
    }
    System.out.printf("%016x %016x%n", losses, parameters);
  }
}
