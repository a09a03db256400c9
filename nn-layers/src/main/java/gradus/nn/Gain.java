package gradus.nn;

/**
 * By how much a weight before an activation must be larger than before none, so that the variance
 * neither grows nor fades: {@code torch.nn.init.calculate_gain}.
 */
public enum Gain {
  LINEAR(1),
  SIGMOID(1),
  TANH(5.0 / 3),
  RELU(Math.sqrt(2)),
  SELU(0.75);

  private final double value;

  Gain(double value) {
    this.value = value;
  }

  public double value() {
    return value;
  }

  /** That of a ReLU with this slope below zero. */
  public static double leakyRelu(double slope) {
    return Math.sqrt(2 / (1 + slope * slope));
  }
}
