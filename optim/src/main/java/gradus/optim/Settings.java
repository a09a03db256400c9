package gradus.optim;

/**
 * The settings of an optimizer for a group of parameters: a record.
 *
 * @param <O> the record itself
 */
public interface Settings<O extends Settings<O>> {
  /** The learning rate. */
  double lr();

  /** The same settings with another learning rate. */
  O withLr(double lr);
}
