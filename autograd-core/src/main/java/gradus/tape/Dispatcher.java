package gradus.tape;

import gradus.AutogradException;
import gradus.Tensor;
import gradus.op.Primitive;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What one thread evaluates with: whether it records, its clock, the memory of the backward pass at
 * work, and the interpreters that stand above plain evaluation. Every application of an operator
 * reads it once.
 *
 * <p>Nodes carry a Lamport time: later than every node they depend on and than every earlier node
 * of the same thread. So "newest first" is a valid order of a backward pass, also through graphs
 * that several threads built, without a counter that threads would contend for. Lamport, "Time,
 * Clocks, and the Ordering of Events in a Distributed System", Communications of the ACM 21, 1978.
 */
public final class Dispatcher {
  private static final ThreadLocal<Dispatcher> CURRENT = ThreadLocal.withInitial(Dispatcher::new);

  /** Threads on which interpreters stand. */
  private static final AtomicInteger TRANSFORMING = new AtomicInteger();

  /** The levels have a bit each. */
  private static final int DEEPEST = 62;

  /** Bit k: level k records. Level 0 is plain evaluation, level k the k-th interpreter above it. */
  private long recording = 1;

  private long clock;
  private @Nullable GradientMemory memory;
  private @Nullable Interpreter top;

  private Dispatcher() {}

  /** This thread's. */
  public static Dispatcher current() {
    return CURRENT.get();
  }

  // --- recording ---

  /** Whether plain evaluation is recorded on this thread. */
  public boolean records() {
    return (recording & 1) != 0;
  }

  boolean records(int level) {
    return (recording >>> level & 1) != 0;
  }

  /**
   * Whether what the caller computes now is recorded: by the topmost level that can record, which
   * is plain evaluation or a {@link Reverse}.
   */
  public static boolean isRecording() {
    Dispatcher d = current();
    return d.records(recordingLevel(d.top));
  }

  private static int recordingLevel(@Nullable Interpreter i) {
    Interpreter at = i;
    while (at != null && !(at instanceof Reverse)) {
      at = at.below();
    }
    return at == null ? 0 : at.level();
  }

  /**
   * Stops recording at every level of this thread, or switches it on at the topmost that can
   * record.
   *
   * @return what {@link #resume} puts back
   */
  public static long set(boolean on) {
    Dispatcher d = current();
    long before = d.recording;
    d.recording = on ? before | 1L << recordingLevel(d.top) : 0;
    return before;
  }

  /** Stops recording of plain evaluation while an operator computes; returns the state before. */
  public long pause() {
    long before = recording;
    recording = before & ~1L;
    return before;
  }

  /** Puts back what {@link #set} or {@link #pause} has changed on this thread. */
  public void resume(long before) {
    recording = before;
  }

  /** Switches recording of one level; returns the state before. */
  long set(int level, boolean on) {
    long before = recording;
    recording = on ? before | 1L << level : before & ~(1L << level);
    return before;
  }

  /** What {@code work} computes without recording, below all interpreters. */
  public static <T> T plainly(Supplier<T> work) {
    Dispatcher d = current();
    Interpreter before = d.top;
    d.top = null;
    long recording = d.pause();
    try {
      return work.get();
    } finally {
      d.resume(recording);
      d.top = before;
    }
  }

  // --- interpreters ---

  /** The topmost interpreter on this thread; null for plain evaluation. */
  public @Nullable Interpreter top() {
    return top;
  }

  void top(@Nullable Interpreter interpreter) {
    if (interpreter != null && interpreter.level() > DEEPEST) {
      throw new AutogradException(
          "%s: more than %d transformations are nested".formatted(interpreter.name(), DEEPEST));
    }
    if ((top == null) != (interpreter == null)) {
      TRANSFORMING.addAndGet(interpreter == null ? -1 : 1);
    }
    top = interpreter;
  }

  /** Whether an interpreter stands on any thread; cheaper to ask than which one on this thread. */
  public static boolean isAnyTransforming() {
    return TRANSFORMING.get() != 0;
  }

  // --- memory ---

  /** The memory of the backward pass at work on this thread, if it works with plain tensors. */
  public @Nullable GradientMemory memory() {
    return memory;
  }

  /** Changes {@link #memory}; returns what it was before. */
  @Nullable GradientMemory memory(@Nullable GradientMemory memory) {
    GradientMemory before = this.memory;
    this.memory = memory;
    return before;
  }

  // --- nodes ---

  /** The node that collects the gradient of a leaf. */
  public static Node leaf(Tensor leaf) {
    return new Node.Leaf(leaf, ++current().clock);
  }

  /** The latest time of the inputs' nodes; 0 if none has one. */
  public static long latest(Tensor... in) {
    long latest = 0; // leaves begin at 1
    for (Tensor t : in) {
      Node node = TensorAccess.node(t);
      if (node != null) {
        latest = Math.max(latest, node.time());
      }
    }
    return latest;
  }

  /** The node of an application with one output. */
  public Node.Operation record(Primitive op, Tensor[] in, Tensor out, long latest) {
    clock = Math.max(clock, latest) + 1;
    return new Node.Operation(op, in, out, clock);
  }

  /**
   * The node of an application with any number of outputs.
   *
   * @param results how many of them are results; the others are residuals
   */
  public Node.Operation record(Primitive op, Tensor[] in, Tensor[] out, int results, long latest) {
    if (out.length == 1) {
      return record(op, in, out[0], latest);
    }
    long time = Math.max(clock, latest) + 1;
    clock = time + out.length;
    return new Node.Operation(op, in, out, results, time);
  }

  /** Whether the derivative of an input with a node looks at a residual. */
  public static boolean savesResiduals(Primitive op, Tensor... in) {
    for (int i = 0; i < in.length; i++) {
      if (TensorAccess.node(in[i]) != null && op.reads(i).residuals() != 0) {
        return true;
      }
    }
    return false;
  }

  // --- changes in place ---

  /** Why a recorded tensor may not take part in a change in place, and what to do. */
  public static AutogradException refusedChange(String operator, Tensor t, boolean written) {
    if (!written) {
      return new AutogradException(
          ("%s: the source %s requires gradients, which a change in place would lose. %s, or detach()"
                  + " the source")
              .formatted(operator, t.shape(), insteadOf(operator)));
    }
    return new AutogradException(
        t.isLeaf()
            ? ("%s: a leaf that requires gradients %s cannot be changed in place while recording;"
                    + " wrap it in try (var _ = Autograd.noGrad()) { ... }")
                .formatted(operator, t.shape())
            : ("%s: the result of an operator %s cannot be changed in place; use detach() or clone()."
                    + " %s")
                .formatted(operator, t.shape(), insteadOf(operator)));
  }

  private static String insteadOf(String operator) {
    return switch (operator) {
      case "addInPlace" -> "Use add(...), which makes a new tensor";
      case "mulInPlace" -> "Use mul(...), which makes a new tensor";
      case "setAt" -> "Use indexPut(...), which makes a new tensor";
      default ->
          "Make a new tensor with selectScatter(...), sliceScatter(...), or stack(...) of the parts";
    };
  }
}
