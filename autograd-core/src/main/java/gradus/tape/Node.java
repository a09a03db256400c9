package gradus.tape;

import gradus.AutogradException;
import gradus.DType;
import gradus.Shape;
import gradus.Storage;
import gradus.Tensor;
import gradus.op.Call;
import gradus.op.Deferred;
import gradus.op.Op;
import gradus.op.Reads;
import org.jspecify.annotations.Nullable;

/**
 * A place in the graph through which gradients flow: a leaf, where they end, or the application of
 * an operator, which passes them on. Nodes hang from the tensors they made; there is no list of
 * them, and history that nothing refers to is garbage.
 */
public abstract sealed class Node {
  private final long time;
  private final Shape shape;
  private final DType dtype;

  Node(Tensor of, long time) {
    this.time = time;
    this.shape = of.shape();
    this.dtype = of.dtype();
  }

  /** Later than every node it depends on. */
  public final long time() {
    return time;
  }

  /** By time, which differs between most nodes and costs nothing, as the identity's hash does. */
  @Override
  public final int hashCode() {
    return Long.hashCode(time);
  }

  /** A node equals itself only. */
  @Override
  public final boolean equals(@Nullable Object other) {
    return this == other;
  }

  /** The shape of the tensor it made, and of its gradient. */
  public final Shape shape() {
    return shape;
  }

  /** The type of the tensor it made, and of its gradient. */
  public final DType dtype() {
    return dtype;
  }

  /** The end of a path: a tensor whose gradient is asked for. */
  public static final class Leaf extends Node {
    private final Tensor tensor;

    Leaf(Tensor tensor, long time) {
      super(tensor, time);
      this.tensor = tensor;
    }

    /** The tensor that collects the gradient. */
    public Tensor tensor() {
      return tensor;
    }

    @Override
    public String toString() {
      return "leaf " + shape();
    }
  }

  /** The application of an operator. */
  public static final class Operation extends Node implements Call {
    private static final @Nullable Tensor[] NOTHING = {};
    private static final int[] UNCHANGED = {};

    private final Op op;
    private final @Nullable Node[] inputs;
    private final Shape @Nullable [] shapes; // null: all as the result's
    private @Nullable Tensor @Nullable [] saved; // the inputs, then the result; null when freed
    private final int[] versions;

    Operation(Op op, Tensor[] in, Tensor out, long time) {
      super(out, time);
      this.op = op;
      int n = in.length;
      inputs = new Node[n];
      boolean alike = true;
      long read = 0;
      boolean output = false;
      for (int i = 0; i < n; i++) {
        alike &= in[i].shape() == shape();
        Node node = in[i].node();
        if (node != null) {
          inputs[i] = node;
          Reads reads = op.reads(i);
          read |= reads.inputs();
          output |= reads.output();
        }
      }
      shapes = alike ? null : shapes(in);
      if (read == 0 && !output) {
        saved = NOTHING;
        versions = UNCHANGED;
        return;
      }
      var keep = new @Nullable Tensor[n + 1];
      versions = new int[n + 1];
      for (int i = 0; i <= n; i++) {
        if (i < n ? (read >>> Math.min(i, 63) & 1) != 0 : output) {
          Tensor value = i < n ? in[i] : out;
          keep[i] = value;
          Storage storage = value.storage();
          versions[i] = storage.version();
          Deferred deferred = storage.deferred();
          if (deferred != null) {
            deferred.keep();
          }
        }
      }
      saved = keep;
    }

    private static Shape[] shapes(Tensor... in) {
      var shapes = new Shape[in.length];
      for (int i = 0; i < shapes.length; i++) {
        shapes[i] = in[i].shape();
      }
      return shapes;
    }

    public Op op() {
      return op;
    }

    @Override
    public int arity() {
      return inputs.length;
    }

    /** The node of input {@code i}; null if no gradient flows there. */
    public @Nullable Node input(int i) {
      return inputs[i];
    }

    @Override
    public Shape shape(int i) {
      return shapes == null ? shape() : shapes[i];
    }

    @Override
    public Tensor in(int i) {
      return saved(i);
    }

    @Override
    public Tensor out() {
      return saved(inputs.length);
    }

    private Tensor saved(int i) {
      @Nullable Tensor[] alive = alive();
      Tensor value = alive.length == 0 ? null : alive[i];
      if (value == null) {
        throw new IllegalStateException(
            "%s: its derivative looks at %s, but reads(...) does not name it"
                .formatted(op.name(), what(i)));
      }
      int version = value.storage().version();
      if (version != versions[i]) {
        throw new AutogradException(
            ("backward: %s of %s %s was saved and then changed in place (version %d, expected %d)."
                    + " Change a copy() instead, or move the change after backward")
                .formatted(what(i), op.name(), value.shape(), version, versions[i]));
      }
      return value;
    }

    private String what(int i) {
      return i < inputs.length ? "input " + i : "the result";
    }

    /** The saved values; refuses a graph that lost them. */
    @Nullable Tensor[] alive() {
      @Nullable Tensor[] alive = saved;
      if (alive == null) {
        throw new AutogradException(
            ("backward: the graph behind %s %s was already freed by an earlier backward. Compute the"
                    + " result again (the usual cure), or pass RETAIN_GRAPH to the first backward")
                .formatted(op.name(), shape()));
      }
      return alive;
    }

    /** Lets the saved values go. */
    void free() {
      saved = null;
      op.freed();
    }

    @Override
    public String toString() {
      return op.name() + " " + shape();
    }
  }
}
