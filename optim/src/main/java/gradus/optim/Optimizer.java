package gradus.optim;

import gradus.Autograd;
import gradus.AutogradException;
import gradus.DType;
import gradus.Parameter;
import gradus.Tensor;
import gradus.tape.TensorAccess;
import java.util.ArrayList;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * Changes parameters along their gradients.
 *
 * <p>A new optimizer writes two methods. {@link #init} makes the state of one parameter, a record
 * whose tensors are saved under the names of its components. {@link #update} takes one step for one
 * parameter, best by a {@link gradus.op.ElementwiseUpdate}: one formula, one pass over parameter
 * and state.
 *
 * @param <O> the settings of a group
 * @param <S> the state of a parameter
 */
public abstract class Optimizer<O extends OptimizerSettings<O>, S extends Record> {
  private final List<Group<O>> groups = new ArrayList<>();
  private final Map<Parameter, Slot<S>> slots = new IdentityHashMap<>();

  /** What one parameter has gathered. */
  private static final class Slot<S> {
    @Nullable S state;
    long step;
  }

  /** An optimizer of one group. */
  protected Optimizer(Collection<Parameter> parameters, O settings) {
    add(parameters, settings);
  }

  // --- the two methods of an optimizer ---

  /** The state of a parameter before its first step. */
  protected abstract S init(Parameter parameter, O settings);

  /**
   * One step of one parameter. Nothing is recorded meanwhile.
   *
   * @param gradient on loan: what is to be kept of it is copied into the state
   * @param step how many steps this parameter has taken, this one included: 1, 2 ...
   */
  protected abstract void update(
      Parameter parameter, Tensor gradient, S state, O settings, long step);

  // --- groups ---

  /**
   * Adds parameters with settings of their own.
   *
   * @throws IllegalArgumentException if there are none, one is here already, or the settings are
   *     impossible
   */
  public Group<O> addGroup(Collection<Parameter> parameters, O settings) {
    return add(parameters, settings);
  }

  private Group<O> add(Collection<Parameter> parameters, O settings) {
    if (parameters.isEmpty()) {
      throw new IllegalArgumentException(
          "%s: got no parameters; does the layer have any?".formatted(name()));
    }
    Map<Parameter, Slot<S>> fresh = new IdentityHashMap<>();
    for (Parameter p : parameters) {
      if (slots.containsKey(p) || fresh.put(p, new Slot<>()) != null) {
        throw new IllegalArgumentException(
            "%s: the parameter %s at position %d is here already; each may be in one group, once"
                .formatted(name(), p.shape(), slots.size() + fresh.size()));
      }
    }
    var group = new Group<>(name(), List.copyOf(parameters), settings);
    slots.putAll(fresh);
    groups.add(group);
    return group;
  }

  /** The groups in the order in which they were added. */
  public List<Group<O>> groups() {
    return List.copyOf(groups);
  }

  /** The parameters of all groups. */
  public List<Parameter> parameters() {
    return groups.stream().flatMap(g -> g.parameters().stream()).toList();
  }

  /** The learning rate of the first group. */
  public double lr() {
    return groups.getFirst().lr();
  }

  /** Changes the learning rate of all groups. */
  public void setLr(double lr) {
    groups.forEach(g -> g.setLr(lr));
  }

  // --- training ---

  /** Forgets all gradients, so that the next backward pass starts anew. */
  public void zeroGrad() {
    for (Group<O> group : groups) {
      for (Parameter p : group.parameters()) {
        p.setGrad(null);
      }
    }
  }

  /**
   * Takes one step for each parameter that has a gradient. Those without, frozen ones or such that
   * took no part in the loss, are passed over and keep their own count of steps.
   *
   * @throws AutogradException if no parameter at all has a gradient: then backward was forgotten,
   *     or the loss does not depend on them
   */
  public void step() {
    int stepped = 0;
    try (var _ = Autograd.noGrad()) {
      for (Group<O> group : groups) {
        O settings = group.settings();
        for (Parameter p : group.parameters()) {
          Tensor gradient = TensorAccess.borrowGrad(p);
          if (gradient != null) {
            Slot<S> slot = slot(p);
            update(p, gradient, state(slot, p, settings), settings, ++slot.step);
            stepped++;
          }
        }
      }
    }
    if (stepped == 0) {
      throw new AutogradException(
          ("%s.step: would change nothing, 0 of %d parameters have gradients. Either backward() was"
                  + " not called since zeroGrad(), or the loss does not depend on these parameters"
                  + " (computed under noGrad, detached, or frozen)")
              .formatted(name(), slots.size()));
    }
  }

  private Slot<S> slot(Parameter p) {
    return Objects.requireNonNull(slots.get(p));
  }

  private S state(Slot<S> slot, Parameter p, O settings) {
    S state = slot.state;
    if (state == null) {
      state = init(p, settings);
      slot.state = state;
    }
    return state;
  }

  // --- state ---

  /**
   * The state of all parameters that have taken a step: "0.step", "0.mean" ..., the parameters
   * numbered over all groups. The tensors are not copies.
   */
  public SequencedMap<String, Tensor> state() {
    return state(numbered());
  }

  /**
   * As {@link #state()} with parameters called by name, as a layer's namedParameters() gives them.
   */
  public SequencedMap<String, Tensor> state(Map<String, Parameter> names) {
    var result = new LinkedHashMap<String, Tensor>();
    names.forEach(
        (name, p) -> {
          Slot<S> slot = known(name, p);
          S state = slot.state;
          if (state != null) {
            result.put(name + ".step", Tensor.scalar(slot.step, DType.INT64));
            StateTensors.of(state).forEach((part, t) -> result.put(name + "." + part, t));
          }
        });
    return result;
  }

  /**
   * Takes over a saved state; everything is checked before anything is changed. Parameters that it
   * does not mention start anew.
   *
   * @throws IllegalArgumentException if a name is unknown, a part is missing, or a shape differs
   */
  public void loadState(Map<String, ? extends Tensor> state) {
    loadState(state, numbered());
  }

  /** As {@link #loadState(Map)} with parameters called by name. */
  public void loadState(Map<String, ? extends Tensor> state, Map<String, Parameter> names) {
    Map<Parameter, Slot<S>> loaded = new IdentityHashMap<>();
    int used = 0;
    for (Group<O> group : groups) {
      for (Parameter p : group.parameters()) {
        loaded.put(p, new Slot<>());
      }
    }
    for (var named : names.entrySet()) {
      String name = named.getKey();
      Parameter p = named.getValue();
      known(name, p);
      Tensor step = state.get(name + ".step");
      if (step != null) {
        Slot<S> slot = Objects.requireNonNull(loaded.get(p));
        S fresh = init(p, settings(p));
        slot.state = fresh;
        slot.step = step.itemLong();
        used += 1 + StateTensors.load(name(), fresh, state, name + ".");
      }
    }
    if (used != state.size()) {
      throw new IllegalArgumentException(
          "%s.loadState: %d of %d entries belong to no parameter here; the state has %s, the parameters are %s"
              .formatted(
                  name(), state.size() - used, state.size(), state.keySet(), names.keySet()));
    }
    slots.putAll(loaded);
  }

  private O settings(Parameter p) {
    for (Group<O> group : groups) {
      for (Parameter q : group.parameters()) {
        if (p == q) {
          return group.settings();
        }
      }
    }
    throw new AssertionError(p.shape());
  }

  private Slot<S> known(String name, Parameter p) {
    Slot<S> slot = slots.get(p);
    if (slot == null) {
      throw new IllegalArgumentException(
          "%s: the parameter %s %s is in none of its groups".formatted(name(), name, p.shape()));
    }
    return slot;
  }

  private SequencedMap<String, Parameter> numbered() {
    var names = new LinkedHashMap<String, Parameter>();
    for (Parameter p : parameters()) {
      names.put(String.valueOf(names.size()), p);
    }
    return names;
  }

  private String name() {
    return getClass().getSimpleName();
  }

  // --- printing ---

  /** Name and settings, as {@code SGD(lr=0.1, momentum=0.9, ...)}; of several groups one a line. */
  @Override
  public String toString() {
    if (groups.size() == 1) {
      return "%s(%s)".formatted(name(), groups.getFirst().settings());
    }
    var text = new StringBuilder(name()).append("(");
    for (int i = 0; i < groups.size(); i++) {
      text.append("\n  (").append(i).append("): ").append(groups.get(i));
    }
    return text.append("\n)").toString();
  }
}
