package gradus.tape;

import gradus.ShapeException;
import gradus.Storage;
import gradus.Tensor;
import gradus.op.Accumulating;
import gradus.op.Joint;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One backward pass: gradients flow from the seeded nodes to the leaves, newest node first.
 *
 * <p>When a node is taken from the queue, everything that used its tensor is newer and has already
 * been visited, so its gradient is complete. The walk is a loop: a chain of a million operators
 * needs no stack. All its state is its own, so passes may run at once, also over the same graph.
 */
public final class Backward {
  private final PriorityQueue<Pending> newestFirst =
      new PriorityQueue<>((a, b) -> Long.compare(b.node.time(), a.node.time()));
  private final Map<Node, Pending> pending = new HashMap<>();
  private final Custody custody = new Custody();
  private final boolean retainGraph;
  private final boolean createGraph;

  /** A node whose turn is still to come, with the sum of the gradients found for it so far. */
  private static final class Pending {
    final Node node;
    Tensor sum;
    boolean owned; // nobody else has the sum: it may be added to in place

    Pending(Node node, Tensor sum, boolean owned) {
      this.node = node;
      this.sum = sum;
      this.owned = owned;
    }
  }

  /**
   * A pass that keeps saved values for another ({@code retainGraph}), or is itself recorded ({@code
   * createGraph}).
   */
  public Backward(boolean retainGraph, boolean createGraph) {
    this.retainGraph = retainGraph;
    this.createGraph = createGraph;
  }

  /** Adds the gradient with which the pass starts at a node. */
  public void seed(Node node, Tensor gradient) {
    gradient.storage().deliver();
    add(node, gradient, false);
  }

  /** Lets the gradients flow to every leaf and adds them up there. */
  public void toLeaves() {
    walk(null, null);
  }

  /** Lets the gradients flow only to these nodes; leaves are not touched. */
  public Map<Node, Tensor> to(Set<Node> targets) {
    Map<Node, Tensor> found = new HashMap<>();
    walk(found, ancestry(targets));
    found.keySet().retainAll(targets);
    return found;
  }

  /** The nodes from which a target is reached, among those that the seeds reach. */
  private Set<Node> ancestry(Set<Node> targets) {
    var oldestFirst = new PriorityQueue<Node>((a, b) -> Long.compare(a.time(), b.time()));
    var seen = new HashSet<Node>();
    var stack = new ArrayDeque<Node>(pending.keySet());
    while (!stack.isEmpty()) {
      Node node = stack.pop();
      if (seen.add(node)) {
        oldestFirst.add(node);
        if (node instanceof Node.Operation made) {
          for (int i = 0; i < made.arity(); i++) {
            Node input = made.input(i);
            if (input != null) {
              stack.push(input);
            }
          }
        }
      }
    }
    var leading = new HashSet<Node>();
    for (Node node; (node = oldestFirst.poll()) != null; ) {
      boolean leads = targets.contains(node);
      if (node instanceof Node.Operation made) {
        for (int i = 0; i < made.arity() && !leads; i++) {
          Node input = made.input(i);
          leads = input != null && leading.contains(input);
        }
      }
      if (leads) {
        leading.add(node);
      }
    }
    return leading;
  }

  private void walk(@Nullable Map<Node, Tensor> found, @Nullable Set<Node> onlyThrough) {
    boolean before = Recording.set(createGraph);
    Custody outer = Recording.custody(createGraph ? null : custody);
    try {
      for (Pending next; (next = newestFirst.poll()) != null; ) {
        Node node = next.node;
        Tensor g = next.sum;
        pending.remove(node);
        if (onlyThrough != null && !onlyThrough.contains(node)) {
          continue;
        }
        custody.take(g);
        if (found != null) {
          found.put(node, g);
          custody.leave(g);
        }
        switch (node) {
          case Node.Leaf leaf -> {
            if (found == null) {
              custody.leave(g);
              leaf.tensor().accumulateGrad(unshared(g));
            }
          }
          case Node.Operation made -> {
            pass(made, g, onlyThrough);
            custody.release(g);
            custody.sweep();
          }
        }
      }
    } finally {
      custody.end();
      Recording.custody(outer);
      Recording.set(before);
    }
  }

  /** Whether the backward pass at work on this thread made this storage. */
  public static boolean makes(Storage storage) {
    return storage.maker() != null && storage.maker() == Recording.custody();
  }

  /**
   * Lets the memory of a gradient serve another, if the pass that made it is over. Nobody may look
   * at it again.
   */
  public static void reuse(Storage storage) {
    if (storage.maker() instanceof Custody made && made.isOver() && !storage.isAwaited()) {
      storage.reuse();
    }
  }

  /** The gradients of two leaves must not be views of one another: users may change them. */
  private Tensor unshared(Tensor g) {
    boolean own = g.isContiguous() && g.storage().deliver();
    return own || g.requiresGrad() ? g : g.copy(); // what is recorded refuses changes
  }

  private void pass(Node.Operation made, Tensor g, @Nullable Set<Node> onlyThrough) {
    if (onlyThrough != null && leadsNowhere(made, onlyThrough)) {
      return; // a target: nobody asked for what lies behind it
    }
    made.alive();
    if (made.op() instanceof Joint op) {
      passJointly(op, made, g, onlyThrough);
    } else {
      for (int i = 0; i < made.arity(); i++) {
        Node input = made.input(i);
        if (input != null && flows(input, onlyThrough) && !added(i, input, made, g)) {
          give(input, made.op().vjp(i, g, made), made);
        }
      }
    }
    if (!retainGraph) {
      made.free();
    }
  }

  private void passJointly(
      Joint op, Node.Operation made, Tensor g, @Nullable Set<Node> onlyThrough) {
    boolean[] wanted = new boolean[made.arity()];
    for (int i = 0; i < wanted.length; i++) {
      Node input = made.input(i);
      wanted[i] = input != null && flows(input, onlyThrough);
    }
    @Nullable Tensor[] found = op.vjps(wanted, g, made);
    for (int i = 0; i < wanted.length; i++) {
      Node input = made.input(i);
      if (input != null && wanted[i]) {
        give(input, found[i], made);
      }
    }
  }

  private static boolean flows(Node input, @Nullable Set<Node> onlyThrough) {
    return onlyThrough == null || onlyThrough.contains(input);
  }

  /** Adds a gradient as the derivative rule made it; null is zero. */
  private void give(Node input, @Nullable Tensor gi, Node.Operation made) {
    if (gi != null) {
      add(input, fitted(gi, input, made), made.op() instanceof Accumulating);
      custody.release(gi);
    }
  }

  /** Lets the operator add to the gradient that its input has already, if it knows how. */
  private boolean added(int i, Node input, Node.Operation made, Tensor g) {
    if (!(made.op() instanceof Accumulating op)) {
      return false;
    }
    Pending known = pending.get(input);
    if (known == null) {
      return false;
    }
    if (createGraph) {
      replace(known, op.plusVjp(i, g, made, known.sum));
      return true;
    }
    if (!known.owned) {
      replace(known, known.sum.copy());
    }
    return op.addVjp(i, g, made, known.sum);
  }

  private static boolean leadsNowhere(Node.Operation made, Set<Node> onlyThrough) {
    for (int i = 0; i < made.arity(); i++) {
      Node input = made.input(i);
      if (input != null && onlyThrough.contains(input)) {
        return false;
      }
    }
    return true;
  }

  /** Undoes broadcasting and promotion, so that no derivative rule needs to mention them. */
  private static Tensor fitted(Tensor g, Node input, Node.Operation made) {
    if (!g.shape().equals(input.shape())) {
      if (!input.shape().expandsTo(g.shape())) {
        throw new ShapeException(
            "%s: its derivative has shape %s, which does not reduce to the input's %s"
                .formatted(made.op().name(), g.shape(), input.shape()));
      }
      g = g.sumTo(input.shape());
    }
    return g.to(input.dtype());
  }

  /** Adds to what a node has got so far; {@code fresh} if nobody else has the gradient. */
  private void add(Node node, Tensor g, boolean fresh) {
    Pending known = pending.get(node);
    if (known == null) {
      known = new Pending(node, g, fresh);
      pending.put(node, known);
      newestFirst.add(known);
      custody.hold(g);
    } else if (!createGraph && known.owned && g.storage().deferred() == null) {
      known.sum.addInPlace(g);
    } else {
      replace(known, known.sum.add(g));
    }
  }

  /** A sum of the pass's own takes the place of a gradient. */
  private void replace(Pending known, Tensor fresh) {
    custody.hold(fresh);
    custody.take(known.sum);
    custody.release(known.sum);
    known.sum = fresh;
    known.owned = true;
  }
}
