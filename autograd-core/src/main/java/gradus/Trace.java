package gradus;

import gradus.op.Primitive;
import gradus.op.Spec;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a function did with its arguments, in order: {@link Autograd#trace} notes it. The notes hold
 * operators, the numbers of values, their shapes and types, and no tensors. Operators stand as the
 * caller made them, before any are joined.
 *
 * @param values the tensors, by number
 * @param entries what happened
 * @param outputs the numbers of the function's results
 */
public record Trace(List<Value> values, List<Entry> entries, List<Integer> outputs) {
  /** What a tensor is to the traced function. */
  public enum Kind {
    /** An argument. */
    INPUT,
    /** A {@link gradus.Parameter} that the function uses. */
    PARAMETER,
    /** Another tensor from outside. */
    CONSTANT,
    /** A result of an entry. */
    RESULT
  }

  /** A tensor that the function uses. */
  public record Value(int id, Kind kind, Spec spec) {
    @Override
    public String toString() {
      return "%%%d: %s".formatted(id, spec);
    }
  }

  /** What happened: an application, a change in place, or a read of elements. */
  public sealed interface Entry {
    /** The numbers of the values that it takes. */
    List<Integer> inputs();

    /** The numbers of the values that it makes or changes. */
    List<Integer> outputs();
  }

  /** An operator was applied; detach and random draws are operators, too. */
  public record Application(Primitive op, List<Integer> inputs, List<Integer> outputs)
      implements Entry {
    @Override
    public String toString() {
      return "%s = %s %s".formatted(ids(outputs), op.name(), ids(inputs));
    }
  }

  /** The outputs were changed in place. */
  public record Change(String operator, List<Integer> inputs, List<Integer> outputs)
      implements Entry {
    @Override
    public String toString() {
      return "%s %s changes %s".formatted(operator, ids(inputs), ids(outputs));
    }
  }

  /** Elements were looked at: they may decide what happens next, which no graph shows. */
  public record Read(String operator, List<Integer> inputs) implements Entry {
    @Override
    public List<Integer> outputs() {
      return List.of();
    }

    @Override
    public String toString() {
      return "%s %s leaves the graph".formatted(operator, ids(inputs));
    }
  }

  /** Two entries at one place of two traces that are not the same. */
  public record Difference(int place, @Nullable Entry first, @Nullable Entry second) {
    @Override
    public String toString() {
      return "entry %d: %s, but %s".formatted(place, described(first), described(second));
    }

    private static String described(@Nullable Entry e) {
      return e == null ? "nothing" : e instanceof Application a ? a.op() + ": " + a : e.toString();
    }
  }

  /**
   * Where this trace and another of the same function differ. With inputs of another batch size,
   * the differences are the operators whose settings hold that size: it was baked into the trace.
   */
  public List<Difference> differences(Trace other) {
    var found = new ArrayList<Difference>();
    for (int i = 0; i < Math.max(entries.size(), other.entries.size()); i++) {
      Entry a = i < entries.size() ? entries.get(i) : null;
      Entry b = i < other.entries.size() ? other.entries.get(i) : null;
      if (!Objects.equals(a, b)) {
        found.add(new Difference(i, a, b));
      }
    }
    return found;
  }

  private static String ids(List<Integer> ids) {
    return String.join(" ", ids.stream().map(i -> "%" + i).toList());
  }

  @Override
  public String toString() {
    return String.join("\n", entries.stream().map(Object::toString).toList());
  }
}
