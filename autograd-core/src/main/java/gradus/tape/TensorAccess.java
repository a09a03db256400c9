package gradus.tape;

import gradus.DType;
import gradus.Shape;
import gradus.Tensor;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What only the engine may do with tensors; {@link Tensor} provides it. */
public abstract class TensorAccess {
  private static @Nullable TensorAccess provided;

  /** A constant once it is asked for: by then the class of a tensor is initialised. */
  private static final class Access {
    static final TensorAccess ONLY = Objects.requireNonNull(provided);
  }

  /** For {@link Tensor}, when its class is initialised. */
  protected TensorAccess() {}

  /** For {@link Tensor}: the one access there is. */
  public static void set(TensorAccess access) {
    provided = access;
  }

  static TensorAccess get() {
    return Access.ONLY;
  }

  // --- for the engine and the optimizers ---

  /** The storage of a tensor. */
  public static ArrayStorage storage(Tensor t) {
    return (ArrayStorage) t.storage();
  }

  /** The storage in which the elements are, below all levels above plain evaluation. */
  public static ArrayStorage memory(Tensor t) {
    Tensor at = t;
    for (Interpreter.Interpreted known; (known = get().interpreted(at)) != null; ) {
      at = known.value();
    }
    return storage(at);
  }

  /** What made a tensor, or what collects its gradient; null if it does not require gradients. */
  public static @Nullable Node node(Tensor t) {
    return get().nodeOf(t);
  }

  /** A new tensor over a storage, row-major. */
  public static Tensor tensor(ArrayStorage storage, DType dtype, Shape shape) {
    return get().make(storage, dtype, shape);
  }

  /**
   * The gradient of a leaf, for an optimizer, which reads it and lets it go: once the gradient is
   * replaced, its memory may serve the next backward pass, and this tensor is refused.
   */
  public static @Nullable Tensor borrowGrad(Tensor leaf) {
    return get().gradOf(leaf);
  }

  /** The storage of all tensors of a level. */
  protected static ArrayStorage storage(Interpreter interpreter) {
    return interpreter.storage;
  }

  /** The level that a tensor belongs to; 0 for a plain one. */
  static int level(Tensor t) {
    Interpreter.Interpreted known = get().interpreted(t);
    return known == null ? 0 : known.interpreter().level();
  }

  // --- provided by Tensor ---

  /** A tensor of a level; its type is that of the value below. */
  protected abstract Tensor make(Interpreter.Interpreted known, Shape shape);

  /** A tensor over a storage. */
  protected abstract Tensor make(ArrayStorage storage, DType dtype, Shape shape);

  /** What its level knows of a tensor; null for a plain one. */
  protected abstract Interpreter.@Nullable Interpreted interpreted(Tensor t);

  /** A plain tensor with the elements of this one, at the levels that stand now. */
  protected abstract Tensor read(String operator, Tensor t);

  /** The node of a tensor. */
  protected abstract @Nullable Node nodeOf(Tensor t);

  /** Gives a new tensor its node. */
  protected abstract void record(Tensor t, Node node);

  /** The gradient of a leaf, without marking it as handed out. */
  protected abstract @Nullable Tensor gradOf(Tensor leaf);

  /** Adds to the gradient of a leaf; several backward passes may do so at once. */
  protected abstract void accumulateGrad(Tensor leaf, Tensor gradient);
}
