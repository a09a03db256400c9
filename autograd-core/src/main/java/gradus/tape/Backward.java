package gradus.tape;

import gradus.AutogradException;
import gradus.ShapeException;
import gradus.Tensor;
import gradus.op.Accumulating;
import gradus.op.Gradients;
import gradus.op.Op;
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
  private final GradientMemory memory = new GradientMemory();
  private final int level;
  private final boolean retainGraph;
  private final boolean createGraph;
  private final boolean inPlace; // gradients may be added to in place, and their memory used again

  /** A node whose turn is still to come, with the sum of the gradients found for it so far. */
  private static class Pending {
    final Node node;
    @Nullable Tensor sum; // null for an application with several outputs
    boolean owned; // the pass alone holds the sum, which may be added to in place

    Pending(Node node, @Nullable Tensor sum, boolean owned) {
      this.node = node;
      this.sum = sum;
      this.owned = owned;
    }
  }

  /** An application with several outputs, and the gradients found for them so far. */
  private static final class PendingOutputs extends Pending {
    final @Nullable Tensor[] outputs;

    PendingOutputs(Node.Operation made) {
      super(made, null, false);
      outputs = new @Nullable Tensor[made.outputCount()];
    }
  }

  /**
   * A pass from a tensor, at the level that it belongs to, that keeps saved values for another
   * ({@code retainGraph}), or is itself recorded ({@code createGraph}).
   */
  public Backward(Tensor root, boolean retainGraph, boolean createGraph) {
    this(TensorAccess.level(root), retainGraph, createGraph);
  }

  /**
   * A pass over a graph of one level. While levels with tensors of their own stand, gradients are
   * neither added to in place nor is their memory used again: a level below may hold on to them.
   */
  Backward(int level, boolean retainGraph, boolean createGraph) {
    this.level = level;
    this.retainGraph = retainGraph;
    this.createGraph = createGraph;
    this.inPlace = !createGraph && !Interpreter.anyWraps(Dispatcher.current().top());
  }

  /** Adds the gradient with which the pass starts at a node. */
  public void seed(Node node, Tensor gradient) {
    TensorAccess.memory(gradient).claim();
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
        for (int i = 0; i < node.arity(); i++) {
          Node input = node.input(i);
          if (input != null) {
            stack.push(input);
          }
        }
      }
    }
    var leading = new HashSet<Node>();
    for (Node node; (node = oldestFirst.poll()) != null; ) {
      boolean leads = targets.contains(node);
      for (int i = 0; i < node.arity() && !leads; i++) {
        Node input = node.input(i);
        leads = input != null && leading.contains(input);
      }
      if (leads) {
        leading.add(node);
      }
    }
    return leading;
  }

  private void walk(@Nullable Map<Node, Tensor> found, @Nullable Set<Node> onlyThrough) {
    Dispatcher d = Dispatcher.current();
    long before = d.set(level, createGraph);
    GradientMemory outer = d.memory(inPlace ? memory : null);
    try {
      for (Pending next; (next = newestFirst.poll()) != null; ) {
        Node node = next.node;
        Tensor g = next.sum;
        pending.remove(node);
        if (onlyThrough != null && !onlyThrough.contains(node)) {
          continue;
        }
        if (g != null) {
          memory.take(g);
        }
        if (found != null && g != null) {
          found.put(node, g);
          memory.leave(g);
        }
        switch (node) {
          case Node.Leaf leaf -> {
            if (found == null && g != null) {
              memory.leave(g);
              TensorAccess.get().accumulateGrad(leaf.tensor, unshared(g));
            }
          }
          case Node.Result result -> {
            if (g != null && !leadsNowhere(result, onlyThrough)) {
              handOver(result, g);
            }
          }
          case Node.Operation made -> {
            pass(made, next, onlyThrough);
            release(next);
            memory.releaseMade();
            memory.sweep();
          }
        }
      }
    } finally {
      memory.end();
      d.memory(outer);
      d.resume(before);
    }
  }

  /** An application with several outputs gets the gradient of one of them. */
  private void handOver(Node.Result result, Tensor g) {
    Node.Operation made = result.operation();
    var known = (PendingOutputs) pending.get(made);
    if (known == null) {
      known = new PendingOutputs(made);
      pending.put(made, known);
      newestFirst.add(known);
    }
    known.outputs[result.index] = g;
    memory.hold(g);
  }

  /** The gradients of an application's outputs were passed on. */
  private void release(Pending done) {
    if (done.sum != null) {
      memory.release(done.sum);
    }
    if (done instanceof PendingOutputs several) {
      for (Tensor g : several.outputs) {
        if (g != null) {
          memory.take(g);
          memory.release(g);
        }
      }
    }
  }

  /** Whether the backward pass at work on this thread made this storage. */
  public static boolean makes(ArrayStorage storage) {
    return storage.owner() != null && storage.owner() == Dispatcher.current().memory();
  }

  /**
   * Lets the memory of a gradient serve another, if the pass that made it is over. Nobody may look
   * at it again.
   */
  public static void reuse(ArrayStorage storage) {
    if (storage.owner() instanceof GradientMemory made
        && made.isOver()
        && !storage.hasPendingReaders()) {
      storage.release();
    }
  }

  /** The gradients of two leaves must not be views of one another: users may change them. */
  private Tensor unshared(Tensor g) {
    boolean own = g.isContiguous() && TensorAccess.memory(g).claim();
    return own || g.requiresGrad() ? g : g.clone(); // what is recorded refuses changes
  }

  private void pass(Node.Operation made, Pending next, @Nullable Set<Node> onlyThrough) {
    if (onlyThrough != null && leadsNowhere(made, onlyThrough)) {
      return; // a target: the nodes behind it were not asked for
    }
    if (!made.enter()) {
      throw made.freed();
    }
    try {
      if (made.op() instanceof Op op && next.sum != null) {
        oneByOne(op, made, next.sum, onlyThrough);
      } else {
        together(made, next, onlyThrough);
      }
      if (!retainGraph) {
        made.free();
      }
    } finally {
      made.exit();
    }
  }

  private void oneByOne(Op op, Node.Operation made, Tensor g, @Nullable Set<Node> onlyThrough) {
    for (int i = 0; i < made.arity(); i++) {
      Node input = made.input(i);
      if (input != null && flows(input, onlyThrough) && !added(i, input, made, g)) {
        give(input, op.vjp(i, g, made), made);
      }
    }
  }

  private void together(Node.Operation made, Pending next, @Nullable Set<Node> onlyThrough) {
    boolean[] wanted = new boolean[made.arity()];
    boolean all = true;
    for (int i = 0; i < wanted.length; i++) {
      Node input = made.input(i);
      wanted[i] = input != null && flows(input, onlyThrough);
      all &= wanted[i];
    }
    @Nullable Tensor[] outputs =
        next instanceof PendingOutputs several
            ? several.outputs
            : new @Nullable Tensor[] {next.sum};
    var g = new Gradients(made.resultCount(), outputs);
    @Nullable Tensor[] found = made.op().vjp(wanted, g, made);
    String lost = all ? g.firstUnread() : null;
    if (lost != null) {
      throw new AutogradException(
          ("%s: a gradient flows back to its %s, which its derivative does not look at; it would be"
                  + " lost. Use g.of(...) or g.residual(...) in vjp")
              .formatted(made.op().name(), lost));
    }
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
      if (TensorAccess.memory(gi).owner() instanceof Residuals shared) {
        shared.escape();
      }
      add(input, fitted(gi, input, made), made.op() instanceof Accumulating);
      memory.release(gi);
    }
  }

  /** Lets the operator add to the gradient that its input has already, if it knows how. */
  private boolean added(int i, Node input, Node.Operation made, Tensor g) {
    if (!(made.op() instanceof Accumulating op)) {
      return false;
    }
    Pending known = pending.get(input);
    Tensor sum = known == null ? null : known.sum;
    if (known == null || sum == null) {
      return false;
    }
    if (!inPlace) {
      replace(known, op.plusVjp(i, g, made, sum));
      return true;
    }
    if (!known.owned) {
      sum = sum.clone();
      replace(known, sum);
    }
    op.addVjp(i, g, made, sum);
    return true;
  }

  private static boolean leadsNowhere(Node made, @Nullable Set<Node> onlyThrough) {
    if (onlyThrough == null) {
      return false;
    }
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
      g = g.sumToSize(input.shape());
    }
    return g.to(input.dtype());
  }

  /** Adds to what a node has got so far; {@code fresh} if the pass alone holds the gradient. */
  private void add(Node node, Tensor g, boolean fresh) {
    Pending known = pending.get(node);
    Tensor sum = known == null ? null : known.sum;
    if (known == null || sum == null) {
      known = new Pending(node, g, fresh);
      pending.put(node, known);
      newestFirst.add(known);
      memory.hold(g);
    } else if (inPlace && known.owned && TensorAccess.storage(g).deferred() == null) {
      sum.addInPlace(g);
    } else {
      replace(known, sum.add(g));
    }
  }

  /** A sum of the pass's own takes the place of a gradient. */
  private void replace(Pending known, Tensor fresh) {
    memory.hold(fresh);
    Tensor before = known.sum;
    if (before != null) {
      memory.take(before);
      memory.release(before);
    }
    known.sum = fresh;
    known.owned = true;
  }
}
