package gradus.tape;

import gradus.Tensor;
import gradus.op.Op;
import org.jspecify.annotations.Nullable;

/**
 * Whether this thread records, and its clock.
 *
 * <p>Nodes carry a Lamport time: later than every node they depend on and than every earlier node
 * of the same thread. So "newest first" is a valid order of a backward pass, also through graphs
 * that several threads built, without a counter that threads would fight over.
 */
public final class Recording {
  private static final ThreadLocal<Recording> CURRENT = ThreadLocal.withInitial(Recording::new);

  private boolean on = true;
  private long clock;
  private @Nullable Custody custody;

  private Recording() {}

  /** Whether operators are recorded on this thread. */
  public static boolean isOn() {
    return CURRENT.get().on;
  }

  /**
   * Switches recording on this thread.
   *
   * @return how it was before
   */
  public static boolean set(boolean on) {
    Recording current = CURRENT.get();
    boolean before = current.on;
    current.on = on;
    return before;
  }

  /** Who keeps account of the storages that are made on this thread now: a backward pass. */
  public static @Nullable Object custody() {
    return CURRENT.get().custody;
  }

  /**
   * Changes {@link #custody}.
   *
   * @return who it was before
   */
  static @Nullable Custody custody(@Nullable Custody custody) {
    Recording current = CURRENT.get();
    Custody before = current.custody;
    current.custody = custody;
    return before;
  }

  /** Whether an operator on these inputs must be recorded. */
  public static boolean needed(Tensor... in) {
    for (Tensor t : in) {
      if (t.requiresGrad()) {
        return CURRENT.get().on;
      }
    }
    return false;
  }

  /** The node that collects the gradient of a leaf. */
  public static Node leaf(Tensor leaf) {
    return new Node.Leaf(leaf, ++CURRENT.get().clock);
  }

  /** The node of one application of an operator. */
  public static Node record(Op op, Tensor[] in, Tensor out) {
    Recording current = CURRENT.get();
    long time = current.clock;
    for (Tensor t : in) {
      Node node = t.node();
      if (node != null && node.time() > time) {
        time = node.time();
      }
    }
    current.clock = time + 1;
    return new Node.Operation(op, in, out, time + 1);
  }
}
