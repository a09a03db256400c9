package gradus.nn;

import java.lang.ref.WeakReference;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The hooks of one layer, in the order of their registration. */
record Hooks(List<Entry<ForwardPreHook>> before, List<Entry<ForwardHook>> after) {
  private static final WeakIdentityMap<Hooks> ALL = new WeakIdentityMap<>();
  private static final Hooks NONE = new Hooks(List.of(), List.of());

  /** One registration; the same hook may be registered twice. */
  static final class Entry<H> {
    private final H hook;

    private Entry(H hook) {
      this.hook = hook;
    }
  }

  /** Whether any layer of the process has hooks. */
  static boolean any() {
    return !ALL.isEmpty();
  }

  static Hooks of(Parameterized layer) {
    return Objects.requireNonNullElse(ALL.get(layer), NONE);
  }

  static RemovableHandle add(Parameterized layer, ForwardPreHook hook) {
    var entry = new Entry<>(hook);
    return add(layer, new Hooks(List.of(entry), List.of()));
  }

  static RemovableHandle add(Parameterized layer, ForwardHook hook) {
    var entry = new Entry<>(hook);
    return add(layer, new Hooks(List.of(), List.of(entry)));
  }

  private static RemovableHandle add(Parameterized layer, Hooks added) {
    ALL.change(layer, h -> h == null ? added : h.with(added));
    Layers.refreshWatched();
    var weak = new WeakReference<>(layer);
    return new RemovableHandle(
        () -> {
          Parameterized owner = weak.get();
          if (owner != null) {
            ALL.change(owner, h -> h == null ? null : h.without(added));
            Layers.refreshWatched();
          }
        });
  }

  private Hooks with(Hooks more) {
    return new Hooks(
        Stream.concat(before.stream(), more.before.stream()).toList(),
        Stream.concat(after.stream(), more.after.stream()).toList());
  }

  private @Nullable Hooks without(Hooks removed) {
    var rest =
        new Hooks(
            before.stream().filter(e -> !removed.before.contains(e)).toList(),
            after.stream().filter(e -> !removed.after.contains(e)).toList());
    return rest.before.isEmpty() && rest.after.isEmpty() ? null : rest;
  }

  /** The inputs as the pre-hooks leave them. */
  Inputs before(Parameterized layer, Inputs inputs) {
    for (Entry<ForwardPreHook> entry : before) {
      Inputs replaced = entry.hook.before(layer, inputs);
      inputs = replaced == null ? inputs : replaced;
    }
    return inputs;
  }

  /** The output as the hooks leave it. */
  Object after(Parameterized layer, Inputs inputs, Object output) {
    for (Entry<ForwardHook> entry : after) {
      Object replaced = entry.hook.after(layer, inputs, output);
      if (replaced != null) {
        Inputs.requireKind("the output of " + Description.name(layer), output, replaced);
        output = replaced;
      }
    }
    return output;
  }
}
