package gradus.tape;

import gradus.Tensor;
import gradus.op.Composite;
import gradus.op.Primitive;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * A tape of its own above what the thread evaluates: for derivatives inside of derivatives. Its
 * tensors have nodes of this level; what they are computed from below may have others, so an inner
 * derivative is itself recorded, batched or carried forward by whatever stands below.
 */
public final class Reverse extends Interpreter {

  private static final class Variable extends Interpreted {
    Variable(Reverse interpreter, Tensor value) {
      super(interpreter, value);
    }

    @Override
    public String toString() {
      return value().toString();
    }
  }

  /** A new level; {@link #run} lets it stand. */
  public Reverse() {
    super("a derivative");
  }

  /** A tensor of this level to differentiate with respect to. */
  public Tensor variable(Tensor value) {
    Tensor t = TensorAccess.get().make(new Variable(this, value), value.shape());
    TensorAccess.get().record(t, Dispatcher.leaf(t));
    return t;
  }

  /** The value of a tensor one level below. */
  public Tensor value(Tensor t) {
    return lower(t);
  }

  @Override
  public Tensor[] apply(Primitive op, boolean residuals, Tensor... in) {
    Dispatcher d = Dispatcher.current();
    Tensor[] values = lower(in);
    boolean recorded = false;
    Tensor[] own = in;
    for (int i = 0; i < in.length; i++) {
      if (of(in[i]) == null) {
        own = own == in ? in.clone() : own;
        own[i] = TensorAccess.node(in[i]) == null ? in[i] : constant(in[i]);
      } else {
        recorded |= TensorAccess.node(in[i]) != null;
      }
    }
    if (!recorded || !d.records(level())) {
      return applyBelow(op, residuals, values);
    }
    boolean saves = Dispatcher.savesResiduals(op, own);
    if (saves && !residuals && op instanceof Composite c && standsOnTensorsOfItsOwn()) {
      return c.composedAll(in); // rules below make no residuals
    }
    boolean keep = residuals || saves;
    Tensor[] out = applyBelow(op, keep, values);
    int results = keep ? out.length - op.residuals(values).size() : out.length;
    boolean floating = false;
    for (int k = 0; k < out.length; k++) {
      floating |= out[k].dtype().isFloating();
      out[k] = constant(out[k]);
    }
    if (floating) {
      Node.Operation made = d.record(op, own, out, results, Dispatcher.latest(own));
      for (int k = 0; k < out.length; k++) {
        if (out[k].dtype().isFloating()) {
          TensorAccess.get().record(out[k], made.output(k));
        }
      }
    }
    return residuals ? out : Arrays.copyOf(out, results);
  }

  /** A tensor of this level without history here. */
  private Tensor constant(Tensor value) {
    return TensorAccess.get().make(new Variable(this, value), value.shape());
  }

  @Override
  public void change(String operator, int written, Consumer<Tensor[]> change, Tensor... tensors) {
    Dispatcher d = Dispatcher.current();
    for (int i = 0; i < tensors.length; i++) {
      if (of(tensors[i]) != null && TensorAccess.node(tensors[i]) != null && d.records(level())) {
        throw Dispatcher.refusedChange(operator, tensors[i], i < written);
      }
    }
    changeBelow(operator, written, change, lower(tensors));
  }

  // --- derivatives of functions ---

  /**
   * The gradients of some inputs of a function of several tensors, given those of its results.
   *
   * @param wanted of which inputs
   * @param g the gradient of result k; null for zero
   * @return null where nothing flowed back or the gradient is not wanted
   */
  public static @Nullable Tensor[] vjp(
      Function<Tensor[], Tensor[]> f,
      boolean[] wanted,
      IntFunction<@Nullable Tensor> g,
      Tensor... in) {
    return new Reverse().pull(f, wanted, g, in);
  }

  /**
   * As {@link #vjp} for the first {@code count} inputs, with zeros where nothing flows back: the
   * composition of an operator that computes gradients.
   */
  public static Tensor[] gradients(
      Function<Tensor[], Tensor[]> f, int count, IntFunction<@Nullable Tensor> g, Tensor... in) {
    boolean[] wanted = new boolean[in.length];
    Arrays.fill(wanted, 0, count, true);
    @Nullable Tensor[] found = vjp(f, wanted, g, in);
    Tensor[] gradients = new Tensor[count];
    for (int i = 0; i < count; i++) {
      Tensor gi = found[i];
      gradients[i] = gi == null ? Tensor.zerosLike(in[i]) : gi;
    }
    return gradients;
  }

  private @Nullable Tensor[] pull(
      Function<Tensor[], Tensor[]> f,
      boolean[] wanted,
      IntFunction<@Nullable Tensor> g,
      Tensor... in) {
    return run(
        () -> {
          Tensor[] x = in.clone();
          for (int i = 0; i < x.length; i++) {
            x[i] = wanted[i] && x[i].dtype().isFloating() ? variable(x[i]) : x[i];
          }
          Map<Node, Tensor> found = gradients(f.apply(x), g, List.of(x), false);
          @Nullable Tensor[] result = new Tensor[x.length];
          for (int i = 0; i < x.length; i++) {
            Node node = wanted[i] ? TensorAccess.node(x[i]) : null;
            Tensor gi = node == null || of(x[i]) == null ? null : found.get(node);
            result[i] = gi == null ? null : lower(gi);
          }
          return result;
        });
  }

  /** While this level stands: the gradients of tensors of it, by node, given those of results. */
  public Map<Node, Tensor> gradients(
      Tensor[] y, IntFunction<@Nullable Tensor> g, List<Tensor> targets, boolean retain) {
    var nodes = new HashSet<Node>();
    for (Tensor t : targets) {
      Node node = of(t) == null ? null : TensorAccess.node(t);
      if (node != null) {
        nodes.add(node);
      }
    }
    var pass = new Backward(level(), retain, false);
    boolean any = false;
    for (int k = 0; k < y.length; k++) {
      Node node = of(y[k]) == null ? null : TensorAccess.node(y[k]);
      Tensor gk = node == null ? null : g.apply(k);
      if (node != null && gk != null) {
        pass.seed(node, gk);
        any = true;
      }
    }
    return any ? pass.to(nodes) : Map.of();
  }
}
