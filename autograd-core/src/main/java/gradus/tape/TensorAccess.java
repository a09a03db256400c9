package gradus.tape;

import gradus.Shape;
import gradus.Storage;
import gradus.Tensor;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What the tape may do with a tensor and nobody else: {@link Tensor} provides it. */
public abstract class TensorAccess {
  private static @Nullable TensorAccess access;

  /** For {@link Tensor}, when its class is initialised. */
  protected TensorAccess() {}

  /** For {@link Tensor}: the one access there is. */
  public static void set(TensorAccess provided) {
    access = provided;
  }

  static TensorAccess get() {
    return Objects.requireNonNull(access);
  }

  /** The storage of all tensors of a level. */
  protected static Storage storage(Interpreter interpreter) {
    return interpreter.storage();
  }

  /** The level that a tensor belongs to; 0 for a plain one. */
  static int level(Tensor t) {
    Interpreter.Interpreted known = get().interpreted(t);
    return known == null ? 0 : known.interpreter().level();
  }

  /** A tensor of a level; its type is that of the value below. */
  public abstract Tensor make(Interpreter.Interpreted known, Shape shape);

  /** What its level knows of a tensor; null for a plain one. */
  public abstract Interpreter.@Nullable Interpreted interpreted(Tensor t);

  /** A plain tensor with the elements of this one, at the levels that stand now. */
  public abstract Tensor read(String operator, Tensor t);

  /** Gives a new tensor its node. */
  public abstract void record(Tensor t, Node node);
}
