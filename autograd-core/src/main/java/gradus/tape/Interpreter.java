package gradus.tape;

import gradus.AutogradException;
import gradus.Shape;
import gradus.Tensor;
import gradus.op.Primitive;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One level above plain evaluation, through which every application of an operator on its thread
 * passes: forward mode, batching, tracing, a nested backward pass. It handles what concerns it and
 * passes the rest to the level below. Levels nest; the topmost is asked first.
 *
 * <p>A tensor of a level has an {@link Interpreted} beside its shape and type: what the level knows
 * of it, above all its value one level below. Its shape is the logical one, and its storage holds
 * no elements. Tensors of lower levels are constants to it. The idea and the words are those of
 * JAX; see Radul et al., "You Only Linearize Once", POPL 2023.
 */
public abstract class Interpreter {
  private final String name;
  final ArrayStorage storage; // of all tensors of this level: it refuses to be looked at
  private @Nullable Interpreter below;
  private int level;
  private boolean open;

  /** What a level knows of one of its tensors. */
  public abstract static class Interpreted {
    private final Interpreter interpreter;
    private final Tensor value;

    protected Interpreted(Interpreter interpreter, Tensor value) {
      this.interpreter = interpreter;
      this.value = value;
    }

    /** The level that it belongs to. */
    public final Interpreter interpreter() {
      return interpreter;
    }

    /** The tensor one level below. */
    public final Tensor value() {
      return value;
    }
  }

  /** A level with this name in messages. */
  protected Interpreter(String name) {
    this.name = name;
    this.storage =
        ArrayStorage.refusing(
            ("storage: this tensor belongs to %s, and its elements are not in one array; use tensor"
                    + " operators, or look at them outside")
                .formatted(name));
  }

  /** The name in messages: {@code vmap}. */
  public final String name() {
    return name;
  }

  final @Nullable Interpreter below() {
    return below;
  }

  final int level() {
    return level;
  }

  /** Whether a level below, other than plain evaluation, has tensors of its own. */
  protected final boolean standsOnTensorsOfItsOwn() {
    for (Interpreter i = below; i != null; i = i.below) {
      if (i.wraps()) {
        return true;
      }
    }
    return false;
  }

  /** Whether any level at work on this thread has tensors of its own. */
  static boolean anyWraps(@Nullable Interpreter top) {
    return top != null && (top.wraps() || top.standsOnTensorsOfItsOwn());
  }

  /** Whether this level has tensors of its own; one that only watches or replaces has none. */
  protected boolean wraps() {
    return true;
  }

  /** Runs {@code work} with this level on top of those of the thread; once in its life. */
  public final <T extends @Nullable Object> T run(Supplier<T> work) {
    if (open || level != 0) {
      throw new IllegalStateException(name + ": a level stands once");
    }
    Dispatcher d = Dispatcher.current();
    below = d.top();
    level = below == null ? 1 : below.level + 1;
    d.top(this);
    long recording = d.set(level, true);
    open = true;
    try {
      return work.get();
    } finally {
      open = false;
      d.top(below);
      d.set(level, (recording >>> level & 1) != 0);
    }
  }

  // --- what passes ---

  /**
   * An application: the results, then the residuals if they are asked for.
   *
   * @param in tensors of this level or lower ones
   */
  public abstract Tensor[] apply(Primitive op, boolean residuals, Tensor... in);

  /**
   * A change in place.
   *
   * @param written how many of the tensors are written, the first ones
   * @param change the loop, given tensors that broadcast as these do
   */
  public void change(String operator, int written, Consumer<Tensor[]> change, Tensor... tensors) {
    changeBelow(operator, written, change, lower(tensors));
  }

  /** The tensor without history, tangent or other derivative, at every level. */
  public Tensor detach(Tensor t) {
    return below(lower(t)::detach);
  }

  /** A plain tensor with the elements of this one, which leave the graph. */
  public Tensor read(String operator, Tensor t) {
    return readBelow(operator, lower(t));
  }

  // --- for the levels themselves ---

  /** A tensor of this level; its type is that of the value below. */
  protected final Tensor make(Interpreted known, Shape shape) {
    return TensorAccess.get().make(known, shape);
  }

  /** What is known of a tensor at this level; null if it is a constant from below. */
  protected final @Nullable Interpreted of(Tensor t) {
    Interpreted known = TensorAccess.get().interpreted(t);
    if (known == null || known.interpreter == this) {
      return known;
    }
    if (!known.interpreter.open) {
      throw new AutogradException(
          "%s: a tensor %s of a %s that is over was used; return what is needed from the function"
              .formatted(name, t.shape(), known.interpreter.name));
    }
    return null;
  }

  /** A tensor one level below: its value, or itself if it is a constant. */
  protected final Tensor lower(Tensor t) {
    Interpreted known = of(t);
    return known == null ? t : known.value;
  }

  /** All tensors one level below. */
  protected final Tensor[] lower(Tensor... in) {
    Tensor[] values = new Tensor[in.length];
    for (int i = 0; i < in.length; i++) {
      values[i] = lower(in[i]);
    }
    return values;
  }

  /** Runs {@code work} one level below. */
  protected final <T extends @Nullable Object> T below(Supplier<T> work) {
    Dispatcher d = Dispatcher.current();
    Interpreter before = d.top();
    d.top(below);
    try {
      return work.get();
    } finally {
      d.top(before);
    }
  }

  /** An application one level below. */
  protected final Tensor[] applyBelow(Primitive op, boolean residuals, Tensor... in) {
    return below(() -> Tensor.applyAll(op, residuals, in));
  }

  /** A change in place one level below. */
  protected final void changeBelow(
      String operator, int written, Consumer<Tensor[]> change, Tensor... tensors) {
    below(
        () -> {
          Tensor.change(operator, written, change, tensors);
          return tensors;
        });
  }

  /** The tensor one level below, for its elements. */
  protected final Tensor readBelow(String operator, Tensor t) {
    return below(() -> TensorAccess.get().read(operator, t));
  }
}
