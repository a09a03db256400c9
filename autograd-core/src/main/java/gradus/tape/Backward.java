package gradus.tape;

import gradus.ShapeException;
import gradus.Storage;
import gradus.Tensor;
import gradus.op.Accumulating;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.IdentityHashMap;
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
  private final PriorityQueue<Node> newestFirst =
      new PriorityQueue<>((a, b) -> Long.compare(b.time(), a.time()));
  private final Map<Node, Tensor> gradients = new IdentityHashMap<>();
  private final Set<Tensor> owned = Collections.newSetFromMap(new IdentityHashMap<>());
  private final Set<Storage> delivered = Collections.newSetFromMap(new IdentityHashMap<>());
  private final Custody custody = new Custody();
  private final boolean retainGraph;
  private final boolean createGraph;

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
    delivered.add(gradient.storage());
    add(node, gradient);
  }

  /** Lets the gradients flow to every leaf and adds them up there. */
  public void toLeaves() {
    walk(null, null);
  }

  /** Lets the gradients flow only to these nodes; leaves are not touched. */
  public Map<Node, Tensor> to(Set<Node> targets) {
    Map<Node, Tensor> found = new IdentityHashMap<>();
    walk(found, ancestry(targets));
    found.keySet().retainAll(targets);
    return found;
  }

  /** The nodes from which a target is reached, among those that the seeds reach. */
  private Set<Node> ancestry(Set<Node> targets) {
    var oldestFirst = new PriorityQueue<Node>((a, b) -> Long.compare(a.time(), b.time()));
    Set<Node> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    var stack = new ArrayDeque<Node>(newestFirst);
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
    Set<Node> leading = Collections.newSetFromMap(new IdentityHashMap<>());
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
      for (Node node; (node = newestFirst.poll()) != null; ) {
        Tensor g = gradients.remove(node);
        if (g == null || (onlyThrough != null && !onlyThrough.contains(node))) {
          continue;
        }
        custody.take(g);
        owned.remove(g); // from here on rules may pass it on as it is
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
    boolean own = g.isContiguous() && delivered.add(g.storage());
    return own || g.requiresGrad() ? g : g.copy(); // what is recorded refuses changes
  }

  private void pass(Node.Operation made, Tensor g, @Nullable Set<Node> onlyThrough) {
    if (onlyThrough != null && leadsNowhere(made, onlyThrough)) {
      return; // a target: nobody asked for what lies behind it
    }
    made.alive();
    boolean[] wanted = new boolean[made.arity()];
    boolean any = false;
    for (int i = 0; i < wanted.length; i++) {
      Node input = made.input(i);
      boolean flows = input != null && (onlyThrough == null || onlyThrough.contains(input));
      wanted[i] = flows && !added(i, input, made, g);
      any |= wanted[i];
    }
    if (any) {
      @Nullable Tensor[] found = made.op().vjps(wanted, g, made);
      for (int i = 0; i < wanted.length; i++) {
        Node input = made.input(i);
        Tensor gi = found[i];
        if (wanted[i] && input != null && gi != null) {
          Tensor fitted = fitted(gi, input, made);
          boolean first = add(input, fitted);
          if (first && made.op() instanceof Accumulating) {
            owned.add(fitted);
          }
          custody.release(gi);
        }
      }
    }
    if (!retainGraph) {
      made.free();
    }
  }

  /** Lets the operator add to the gradient that its input has already, if it knows how. */
  private boolean added(int i, @Nullable Node input, Node.Operation made, Tensor g) {
    Tensor sum = gradients.get(input);
    if (input == null || sum == null || !(made.op() instanceof Accumulating op)) {
      return false;
    }
    if (createGraph) {
      replace(input, sum, op.plusVjp(i, g, made, sum));
      return true;
    }
    if (!owned.contains(sum)) {
      Tensor copy = sum.copy();
      replace(input, sum, copy);
      sum = copy;
    }
    return op.addVjp(i, g, made, sum);
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

  /** Returns whether it is the first gradient of the node. */
  private boolean add(Node node, Tensor g) {
    Tensor sum = gradients.get(node);
    if (sum == null) {
      gradients.put(node, g);
      custody.hold(g);
      newestFirst.add(node);
      return true;
    }
    if (!createGraph && owned.contains(sum) && g.storage().deferred() == null) {
      sum.addInPlace(g);
    } else {
      replace(node, sum, sum.add(g));
    }
    return false;
  }

  /** A sum of the pass's own takes the place of a gradient. */
  private void replace(Node node, Tensor sum, Tensor fresh) {
    gradients.put(node, fresh);
    custody.hold(fresh);
    custody.take(sum);
    custody.release(sum);
    owned.remove(sum);
    owned.add(fresh);
  }
}
