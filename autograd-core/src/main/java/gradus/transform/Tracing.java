package gradus.transform;

import gradus.Parameter;
import gradus.Tensor;
import gradus.Trace;
import gradus.op.Call;
import gradus.op.Primitive;
import gradus.op.Spec;
import gradus.op.View;
import gradus.tape.Interpreter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Tracing: notes every application, change in place, draw and value that leaves the graph. */
public final class Tracing extends Interpreter {
  private final List<Trace.Value> values = new ArrayList<>();
  private final List<Trace.Entry> entries = new ArrayList<>();
  private final Map<Tensor, Integer> ids = new IdentityHashMap<>();

  /** A new level; {@link #run} lets it stand. */
  public Tracing() {
    super("trace");
  }

  /** Declares an argument of the function. */
  public void input(Tensor t) {
    name(t, Trace.Kind.INPUT);
  }

  /** The notes, given the results of the function. */
  public Trace trace(List<Tensor> results) {
    List<Integer> outputs = results.stream().map(this::id).toList();
    return new Trace(List.copyOf(values), List.copyOf(entries), outputs);
  }

  /** The number of a tensor; an unknown one becomes a parameter or a constant. */
  private int id(Tensor t) {
    Integer known = ids.get(t);
    return known != null
        ? known
        : name(t, t instanceof Parameter ? Trace.Kind.PARAMETER : Trace.Kind.CONSTANT);
  }

  private int name(Tensor t, Trace.Kind kind) {
    int id = values.size();
    values.add(new Trace.Value(id, kind, Spec.of(t)));
    ids.put(t, id);
    return id;
  }

  @Override
  protected boolean wraps() {
    return false;
  }

  @Override
  public Tensor[] apply(Primitive op, boolean residuals, Tensor... in) {
    List<Integer> inputs = all(in, in.length);
    Tensor[] out = applyBelow(op, residuals, in);
    int results = residuals ? out.length - op.residuals(in).size() : out.length;
    entries.add(new Trace.Application(op, inputs, results(results, out)));
    return out;
  }

  private List<Integer> all(Tensor[] ts, int count) {
    return Arrays.stream(ts, 0, count).map(this::id).toList();
  }

  private List<Integer> results(int count, Tensor... out) {
    return Arrays.stream(out, 0, count).map(t -> name(t, Trace.Kind.RESULT)).toList();
  }

  @Override
  public void change(String operator, int written, Consumer<Tensor[]> change, Tensor... tensors) {
    entries.add(new Trace.Change(operator, all(tensors, tensors.length), all(tensors, written)));
    changeBelow(operator, written, change, tensors);
  }

  @Override
  public Tensor detach(Tensor t) {
    List<Integer> inputs = List.of(id(t));
    Tensor out = below(t::detach);
    entries.add(new Trace.Application(new Detach(), inputs, results(1, out)));
    return out;
  }

  @Override
  public Tensor read(String operator, Tensor t) {
    entries.add(new Trace.Read(operator, List.of(id(t))));
    return readBelow(operator, t);
  }

  /** Where gradients stop: {@link Tensor#detach} as an entry. */
  private record Detach() implements View {
    @Override
    public Tensor view(Tensor x) {
      return x.detach();
    }

    @Override
    public @Nullable Tensor vjp(int i, Tensor g, Call call) {
      return null;
    }
  }
}
