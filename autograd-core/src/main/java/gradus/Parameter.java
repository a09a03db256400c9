package gradus;

/** A tensor that training changes: a leaf that requires gradients. */
public final class Parameter extends Tensor {
  /** A parameter over the elements of {@code data}, not a copy. */
  public Parameter(Tensor data) {
    super(data);
    requiresGrad(true);
  }
}
