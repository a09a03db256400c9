package gradus.op;

import gradus.DType;
import gradus.Shape;
import gradus.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * The shape and type of an output of an operator.
 *
 * @param shape null if it depends on the data
 */
public record Spec(@Nullable Shape shape, DType dtype) {
  /** This shape and type. */
  public static Spec of(Shape shape, DType dtype) {
    return new Spec(shape, dtype);
  }

  /** The shape and type of a tensor. */
  public static Spec of(Tensor t) {
    return new Spec(t.shape(), t.dtype());
  }

  /** A shape that only the data decides: as many rows as elements are not zero, for example. */
  public static Spec unknown(DType dtype) {
    return new Spec(null, dtype);
  }

  /**
   * The shape.
   *
   * @throws IllegalStateException if it depends on the data
   */
  public Shape known() {
    if (shape == null) {
      throw new IllegalStateException("the shape of this result depends on the data");
    }
    return shape;
  }

  @Override
  public String toString() {
    return dtype + (shape == null ? " [?]" : " " + shape);
  }
}
