package gradus.optim;

import gradus.Parameter;
import java.util.List;

/** Parameters that share settings. */
public final class Group<O extends OptimizerSettings<O>> {
  private final String optimizer;
  private final List<Parameter> parameters;
  private O settings;

  /**
   * Parameters with these settings.
   *
   * @param optimizer the optimizer's name for error messages
   */
  Group(String optimizer, List<Parameter> parameters, O settings) {
    this.optimizer = optimizer;
    this.parameters = parameters;
    settings.check(optimizer);
    this.settings = settings;
  }

  public List<Parameter> parameters() {
    return parameters;
  }

  public O settings() {
    return settings;
  }

  /**
   * Changes the settings from the next step on.
   *
   * @throws IllegalArgumentException if they are impossible; then nothing has changed
   */
  public void setSettings(O settings) {
    settings.check(optimizer);
    this.settings = settings;
  }

  public double lr() {
    return settings.lr();
  }

  /**
   * Changes the learning rate from the next step on.
   *
   * @throws IllegalArgumentException if it is negative; then nothing has changed
   */
  public void setLr(double lr) {
    setSettings(settings.withLr(lr));
  }

  /** As {@code Group(parameters=4, lr=0.001, ...)}. */
  @Override
  public String toString() {
    return "Group(parameters=%d, %s)".formatted(parameters.size(), settings);
  }
}
