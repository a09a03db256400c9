package gradus.optim;

import gradus.Parameter;
import java.util.List;

/** Parameters that share settings. */
public final class Group<O extends Settings<O>> {
  private final List<Parameter> parameters;
  private O settings;

  Group(List<Parameter> parameters, O settings) {
    this.parameters = parameters;
    this.settings = settings;
  }

  public List<Parameter> parameters() {
    return parameters;
  }

  public O settings() {
    return settings;
  }

  /** Changes the settings from the next step on. */
  public void setSettings(O settings) {
    this.settings = settings;
  }

  public double lr() {
    return settings.lr();
  }

  /** Changes the learning rate from the next step on. */
  public void setLr(double lr) {
    settings = settings.withLr(lr);
  }
}
