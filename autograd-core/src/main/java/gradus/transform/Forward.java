package gradus.transform;

import gradus.AutogradException;
import gradus.DType;
import gradus.Shape;
import gradus.Tensor;
import gradus.op.Call;
import gradus.op.Composite;
import gradus.op.Gradients;
import gradus.op.Primitive;
import gradus.tape.Interpreter;
import gradus.tape.Node;
import gradus.tape.Reverse;
import gradus.tape.TensorAccess;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Forward mode: every tensor of this level carries a tangent, the derivative along one direction.
 *
 * <p>The tangents of an application come from the operator's rule {@link Primitive#jvp}; if it has
 * none, from its composition; if it is no composite, by transposing its vjp for this application
 * alone: u -> vjp(u) is linear, and its transpose at the tangents is their image.
 */
public final class Forward extends Interpreter {
  private final Set<String> transposed = new TreeSet<>();

  private static final class Dual extends Interpreted {
    final Tensor tangent;

    Dual(Forward interpreter, Tensor value, Tensor tangent) {
      super(interpreter, value);
      this.tangent = tangent;
    }

    @Override
    public String toString() {
      return "%s with tangent %s".formatted(value(), tangent);
    }
  }

  /** A new level; {@link #run} lets it stand. */
  public Forward() {
    super("jvp");
  }

  /** A tensor with a tangent, while this level stands. */
  public Tensor dual(Tensor value, Tensor tangent) {
    return make(new Dual(this, value, tangent.to(value.dtype())), value.shape());
  }

  /** The tensor without its tangent. */
  public Tensor primal(Tensor t) {
    return lower(t);
  }

  /** The tangent of a tensor; null for zero. */
  public @Nullable Tensor tangent(Tensor t) {
    return of(t) instanceof Dual d ? d.tangent : null;
  }

  /** The names of the operators whose tangents were found by transposition. */
  public Set<String> transposed() {
    return transposed;
  }

  @Override
  public Tensor[] apply(Primitive op, boolean residuals, Tensor... in) {
    Tensor[] values = lower(in);
    @Nullable Tensor[] tangents = new Tensor[in.length];
    boolean moves = false;
    for (int i = 0; i < in.length; i++) {
      tangents[i] = tangent(in[i]);
      moves |= tangents[i] != null;
    }
    if (!moves) {
      return applyBelow(op, residuals, values);
    }
    var call = new Evaluated(op, values);
    @Nullable Tensor[] found = below(() -> op.jvp(tangents, call));
    if (found == null && op instanceof Composite c && !residuals) {
      return c.composedAll(in);
    }
    Tensor[] out =
        Arrays.copyOf(call.outputs(), residuals ? call.outputs().length : call.results());
    if (found == null || found.length < out.length) {
      transposed.add(op.name());
      found = below(() -> transposed(op, tangents, call));
    }
    for (int k = 0; k < out.length; k++) {
      Tensor tangent = found[k];
      if (tangent != null && out[k].dtype().isFloating()) {
        out[k] = dual(out[k], fitted(op, out[k], tangent));
      }
    }
    return out;
  }

  private Tensor fitted(Primitive op, Tensor out, Tensor tangent) {
    if (!tangent.shape().expandsTo(out.shape())) {
      throw new AutogradException(
          "%s: its tangent has shape %s, the result %s"
              .formatted(op.name(), tangent.shape(), out.shape()));
    }
    return below(() -> tangent.to(out.dtype()).expand(out.shape()));
  }

  private static @Nullable Tensor[] transposed(
      Primitive op, @Nullable Tensor[] tangents, Evaluated call) {
    var reverse = new Reverse();
    return reverse.run(
        () -> {
          Tensor[] out = call.outputs();
          @Nullable Tensor[] u = new Tensor[out.length];
          var targets = new ArrayList<Tensor>();
          for (int k = 0; k < out.length; k++) {
            if (out[k].dtype().isFloating()) {
              Tensor variable = reverse.variable(Tensor.zerosLike(out[k]));
              u[k] = variable;
              targets.add(variable);
            }
          }
          boolean[] wanted = new boolean[tangents.length];
          for (int i = 0; i < wanted.length; i++) {
            wanted[i] = tangents[i] != null;
          }
          @Nullable Tensor[] g = op.vjp(wanted, new Gradients(call.results(), u.clone()), call);
          var pulled = new ArrayList<Tensor>();
          var seeds = new ArrayList<Tensor>();
          for (int i = 0; i < g.length; i++) {
            Tensor gi = g[i];
            Tensor tangent = tangents[i];
            if (gi != null && tangent != null) {
              pulled.add(gi.sumToSize(call.shape(i)).to(tangent.dtype()));
              seeds.add(tangent);
            }
          }
          Map<Node, Tensor> found =
              reverse.gradients(pulled.toArray(Tensor[]::new), seeds::get, targets, true);
          @Nullable Tensor[] result = new Tensor[out.length];
          for (int k = 0; k < out.length; k++) {
            Tensor variable = u[k];
            Node node = variable == null ? null : TensorAccess.node(variable);
            Tensor t = node == null ? null : found.get(node);
            result[k] = t == null ? null : reverse.value(t);
          }
          return result;
        });
  }

  /** An application whose inputs are all there, and whose outputs are computed when looked at. */
  private final class Evaluated implements Call {
    private final Primitive op;
    private final Tensor[] in;
    private Tensor @Nullable [] out;

    Evaluated(Primitive op, Tensor... in) {
      this.op = op;
      this.in = in;
    }

    Tensor[] outputs() {
      if (out == null) {
        out = applyBelow(op, !op.residuals(in).isEmpty(), in);
      }
      return out;
    }

    int results() {
      return outputs().length - op.residuals(in).size();
    }

    @Override
    public Tensor in(int i) {
      return in[i];
    }

    @Override
    public Tensor out(int k) {
      return outputs()[k];
    }

    @Override
    public Tensor residual(int k) {
      return outputs()[results() + k];
    }

    @Override
    public int arity() {
      return in.length;
    }

    @Override
    public Shape shape(int i) {
      return in[i].shape();
    }

    @Override
    public Shape outShape(int k) {
      return outputs()[k].shape();
    }

    @Override
    public DType outDtype(int k) {
      return outputs()[k].dtype();
    }
  }

  @Override
  public void change(String operator, int written, Consumer<Tensor[]> change, Tensor... tensors) {
    for (Tensor t : tensors) {
      if (tangent(t) != null) {
        throw new AutogradException(
            ("%s: %s has a tangent, which a change in place would lose; use the form that makes a new"
                    + " tensor, as add, selectScatter or stack do")
                .formatted(operator, t.shape()));
      }
    }
    changeBelow(operator, written, change, lower(tensors));
  }
}
