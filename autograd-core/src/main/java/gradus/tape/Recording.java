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

  /** The node that collects the gradient of a leaf. */
  public static Node leaf(Tensor leaf) {
    return new Node.Leaf(leaf, ++CURRENT.get().clock);
  }

  /**
   * The node of one application of an operator; null if no input requires gradients or this thread
   * does not record.
   */
  public static @Nullable Node record(Op op, Tensor[] in, Tensor out) {
    long latest = 0; // leaves begin at 1
    for (Tensor t : in) {
      Node node = t.node();
      if (node != null) {
        latest = Math.max(latest, node.time());
      }
    }
    if (latest == 0) {
      return null;
    }
    Recording current = CURRENT.get();
    if (!current.on) {
      return null;
    }
    current.clock = Math.max(current.clock, latest) + 1;
    return new Node.Operation(op, in, out, current.clock);
  }
}
