package gradus.tape;

import gradus.AutogradException;
import gradus.DType;
import gradus.Shape;
import gradus.Tensor;
import gradus.op.Call;
import gradus.op.Primitive;
import gradus.op.Reads;
import org.jspecify.annotations.Nullable;

/**
 * A place in the graph through which gradients flow: a leaf, where they end, the application of an
 * operator, which passes them on, or one of several results of an application, which hands its
 * gradient over. Nodes hang from the tensors they made; there is no list of them, and history that
 * nothing refers to is garbage.
 */
public abstract sealed class Node permits Node.Leaf, Node.Result, SavingNode {
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

  /** How many nodes gradients are passed on to. */
  public abstract int arity();

  /** The node of input {@code i}; null if no gradient flows there. */
  public abstract @Nullable Node input(int i);

  /** The operator that made its tensor; null for a leaf. */
  public final @Nullable Primitive maker() {
    return switch (this) {
      case Leaf _ -> null;
      case Result result -> result.operation.op;
      case Operation made -> made.op;
    };
  }

  /** The end of a path: a tensor whose gradient is asked for. */
  public static final class Leaf extends Node {
    /** The tensor that collects the gradient. */
    final Tensor tensor;

    Leaf(Tensor tensor, long time) {
      super(tensor, time);
      this.tensor = tensor;
    }

    @Override
    public int arity() {
      return 0;
    }

    @Override
    public @Nullable Node input(int i) {
      return null;
    }

    @Override
    public String toString() {
      return "leaf " + shape();
    }
  }

  /** One of several outputs of an application; it hands its gradient to the application. */
  public static final class Result extends Node {
    private final Operation operation;
    final int index; // of the outputs: the results from 0, then the residuals

    private Result(Operation operation, int index, Tensor of, long time) {
      super(of, time);
      this.operation = operation;
      this.index = index;
    }

    /** The application. */
    public Operation operation() {
      return operation;
    }

    @Override
    public int arity() {
      return 1;
    }

    @Override
    public Node input(int i) {
      return operation;
    }

    @Override
    public String toString() {
      return "result %d of %s".formatted(index, operation);
    }
  }

  /** The application of an operator. */
  public static final class Operation extends SavingNode implements Call {
    private final Primitive op;
    private final @Nullable Node[] inputs;
    private final Shape @Nullable [] shapes; // null: all as the result's
    private final @Nullable Outputs outputs; // null: one result

    /** What is known of several outputs. */
    private record Outputs(int results, Result[] nodes) {}

    /** The application of an operator with one output. */
    Operation(Primitive op, Tensor[] in, Tensor out, long time) {
      this(op, in, out, null, 1, time);
    }

    /**
     * The application of an operator with several outputs.
     *
     * @param results how many of them are results; the others are residuals
     */
    Operation(Primitive op, Tensor[] in, Tensor[] out, int results, long time) {
      this(op, in, out[0], out, results, time);
    }

    private Operation(
        Primitive op,
        Tensor[] in,
        Tensor out,
        Tensor @Nullable [] several,
        int results,
        long time) {
      super(out, time);
      this.op = op;
      int n = in.length;
      inputs = new Node[n];
      boolean alike = true;
      long read = 0;
      long readResults = 0;
      long readResiduals = 0;
      for (int i = 0; i < n; i++) {
        alike &= in[i].shape() == shape();
        Node node = TensorAccess.node(in[i]);
        if (node != null) {
          inputs[i] = node;
          Reads reads = op.reads(i);
          read |= reads.inputs();
          readResults |= reads.results();
          readResiduals |= reads.residuals();
        }
      }
      shapes = alike ? null : shapes(in);
      outputs = several == null ? null : outputs(results, several);
      if ((read | readResults | readResiduals) == 0) {
        return;
      }
      int outs = several == null ? 1 : several.length;
      var keep = new @Nullable Tensor[n + outs];
      for (int i = 0; i < keep.length; i++) {
        boolean wanted =
            i < n
                ? Reads.has(read, i)
                : i < n + results
                    ? Reads.has(readResults, i - n)
                    : Reads.has(readResiduals, i - n - results);
        if (wanted) {
          keep[i] = i < n ? in[i] : several == null ? out : several[i - n];
        }
      }
      save(keep);
    }

    private static Shape[] shapes(Tensor... in) {
      var shapes = new Shape[in.length];
      for (int i = 0; i < shapes.length; i++) {
        shapes[i] = in[i].shape();
      }
      return shapes;
    }

    private Outputs outputs(int results, Tensor... out) {
      var nodes = new Result[out.length];
      for (int k = 0; k < out.length; k++) {
        nodes[k] = new Result(this, k, out[k], time() + 1 + k);
      }
      return new Outputs(results, nodes);
    }

    /** The operator. */
    public Primitive op() {
      return op;
    }

    @Override
    public int arity() {
      return inputs.length;
    }

    @Override
    public @Nullable Node input(int i) {
      return inputs[i];
    }

    /** The number of outputs: of results, and of residuals if they were computed. */
    public int outputCount() {
      return outputs == null ? 1 : outputs.nodes.length;
    }

    /** The number of results. */
    public int resultCount() {
      return outputs == null ? 1 : outputs.results;
    }

    /** The node of output {@code k}. */
    public Node output(int k) {
      return outputs == null ? this : outputs.nodes[k];
    }

    @Override
    public Shape shape(int i) {
      return shapes == null ? shape() : shapes[i];
    }

    @Override
    public Shape outShape(int k) {
      return output(k).shape();
    }

    @Override
    public DType outDtype(int k) {
      return output(k).dtype();
    }

    @Override
    public Tensor in(int i) {
      return saved(i);
    }

    @Override
    public Tensor out(int k) {
      return saved(inputs.length + k);
    }

    @Override
    public Tensor residual(int k) {
      return saved(inputs.length + resultCount() + k);
    }

    private Tensor saved(int i) {
      if (isFreed()) {
        throw freed();
      }
      Tensor value = value(i);
      if (value == null) {
        throw new IllegalStateException(
            "%s: its derivative looks at %s, but reads(...) does not name it"
                .formatted(op.name(), what(i)));
      }
      int version = TensorAccess.memory(value).version();
      if (version != version(i)) {
        throw new AutogradException(
            ("backward: %s of %s %s was saved and then changed in place (version %d, expected %d)."
                    + " Change a clone() instead, or move the change after backward")
                .formatted(what(i), op.name(), value.shape(), version, version(i)));
      }
      return value;
    }

    private String what(int i) {
      int k = i - inputs.length;
      if (k < 0) {
        return "input " + i;
      }
      if (outputs == null || outputs.results == 1 && k == 0) {
        return "the result";
      }
      return k < outputs.results ? "result " + k : "residual " + (k - outputs.results);
    }

    /** What a pass over a freed graph is told. */
    AutogradException freed() {
      return new AutogradException(
          ("backward: the graph behind %s %s was already freed by an earlier backward. Compute the"
                  + " result again (the usual cure), or pass RETAIN_GRAPH to the first backward")
              .formatted(op.name(), shape()));
    }

    @Override
    public String toString() {
      return op.name() + " " + shape();
    }
  }
}
