package gradus.nn;

import gradus.DType;
import gradus.DTypeException;
import gradus.Parameter;
import gradus.Tensor;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/**
 * Something whose fields are parameters and layers: what {@code torch.nn.Module} is. {@link Layer}
 * is the kind with one input and one output; recurrent layers, attention and losses have a {@code
 * forward} and a {@code call} of their own and implement this: {@link Layers#call}.
 *
 * <p>Nothing is registered: a field is what its type says.
 *
 * <ul>
 *   <li>A {@link Parameter} is learned.
 *   <li>A Parameterized is a child.
 *   <li>A tensor whose field is marked {@link Buffer @Buffer} is a buffer: saved and converted with
 *       the parameters, but not learned.
 *   <li>Any other tensor is working memory, such as an activation that {@code forward} keeps: no
 *       part of the state. One that requires a gradient is refused, for no optimizer would find it.
 * </ul>
 *
 * <p>Parts may also lie in lists, maps, arrays, optionals and records. A part's name is the path of
 * fields to it, as in PyTorch: {@code blocks.0.attn.weight}; {@link Name} changes a field's name.
 * Static and transient fields are left out. A parameter held in two places is one parameter with
 * two names.
 *
 * <p>The fields are read by reflection. Scripts and the class path need nothing for that; a named
 * module must open the package, and the error message says with which line.
 */
public interface Parameterized {

  /**
   * Marks a field, or a component of a record, whose tensors are buffers: state that is saved,
   * loaded and converted with the parameters, but not learned. {@code register_buffer}. Within a
   * class that implements {@link Layer} or Parameterized the name needs no import.
   *
   * <pre>{@code
   * class Centred implements Layer {
   *   @Buffer final Tensor mean = Tensor.zeros(3);
   *
   *   public Tensor forward(Tensor x) {
   *     return x.sub(mean);
   *   }
   * }
   * }</pre>
   *
   * <p>A buffer is changed in place, as by {@code mean.copyInPlace(...)}, or replaced by a tensor
   * without history; one with a history is refused wherever the state is asked for.
   */
  @Documented
  @Retention(RetentionPolicy.RUNTIME)
  @Target(ElementType.FIELD)
  @interface Buffer {}

  // --- structure ---

  /** The parameters of the whole tree, each once. */
  default List<Parameter> parameters() {
    return List.copyOf(namedParameters().values());
  }

  /** The parameters of the whole tree, each once, under its first name. */
  default SequencedMap<String, Parameter> namedParameters() {
    return Structure.of(this).once(Parameter.class);
  }

  /** The buffers of the whole tree, each once: tensors that are state but not learned. */
  default SequencedMap<String, Tensor> namedBuffers() {
    SequencedMap<String, Tensor> tensors = Structure.of(this).once(Tensor.class);
    tensors.values().removeIf(Parameter.class::isInstance);
    return tensors;
  }

  /** What lies directly below this. */
  default SequencedMap<String, Parameterized> children() {
    return Structure.shallow(this).once(Parameterized.class);
  }

  /** The whole tree, each part once: this itself, under the empty name, then what lies below. */
  default SequencedMap<String, Parameterized> namedLayers() {
    SequencedMap<String, Parameterized> layers = Structure.of(this).once(Parameterized.class);
    layers.putFirst("", this);
    return layers;
  }

  /** How many numbers are learned. */
  default long numParameters() {
    return parameters().stream().mapToLong(Tensor::numel).sum();
  }

  // --- training ---

  /** Switches the whole tree to training, as it is from the start. */
  default void train() {
    train(true);
  }

  /** Switches the whole tree to evaluation: no dropout, fixed statistics. */
  default void eval() {
    train(false);
  }

  /**
   * Switches the whole tree to training or to evaluation. What lies in several trees has one mode,
   * the last that was set; what is put into the tree later keeps its own.
   */
  default void train(boolean on) {
    namedLayers().values().forEach(layer -> layer.setTraining(on));
  }

  /** Switches this alone, and not what lies below. */
  default void setTraining(boolean on) {
    Modes.set(this, on);
  }

  /** Whether this is in training, as it is from the start; a {@code forward} may ask. */
  default boolean isTraining() {
    return Modes.isTraining(this);
  }

  /** Forgets the gradients of all parameters. */
  default void zeroGrad() {
    parameters().forEach(p -> p.setGrad(null));
  }

  /** Freezes all parameters, or lets them learn again. */
  default void requiresGrad(boolean wanted) {
    parameters().forEach(p -> p.requiresGrad(wanted));
  }

  /**
   * Converts all parameters and floating buffers, in place: who holds them keeps them. All or
   * nothing is changed.
   *
   * @throws DTypeException if the type is not floating
   * @throws LayerException if a field holds what its layer cannot keep
   */
  default void to(DType dtype) {
    if (!dtype.isFloating()) {
      throw new DTypeException(
          "to: parameters are float32 or float64, and cannot become " + dtype);
    }
    for (Tensor t : Structure.of(this).once(Tensor.class).values()) {
      if (t.dtype().isFloating()) {
        t.convertInPlace(dtype);
      }
    }
  }

  // --- hooks ---

  /**
   * Runs a hook before each call of this, on every thread, after those registered before: {@code
   * register_forward_pre_hook}. It sees the inputs and may replace them.
   *
   * <p>Hooks go with the layer; but a hook that refers to the layer keeps it alive until removed.
   */
  default RemovableHandle registerForwardPreHook(ForwardPreHook hook) {
    return Hooks.add(this, hook);
  }

  /**
   * Runs a hook after each call of this, on every thread, after those registered before: {@code
   * register_forward_hook}. It sees the inputs and the output and may replace the output.
   *
   * <pre>{@code
   * var seen = new ArrayList<Tensor>();
   * var handle =
   *     net.get(0)
   *         .registerForwardHook(
   *             (layer, in, out) -> {
   *               seen.add((Tensor) out);
   *               return null;
   *             });
   * }</pre>
   *
   * <p>Hooks go with the layer; but a hook that refers to the layer keeps it alive until removed.
   */
  default RemovableHandle registerForwardHook(ForwardHook hook) {
    return Hooks.add(this, hook);
  }

  // --- state ---

  /**
   * Parameters and buffers by name, as {@code state_dict}: not copies, but without history. What is
   * held in two places comes under both names.
   */
  default SequencedMap<String, Tensor> state() {
    return State.of(this);
  }

  /**
   * Takes over the elements of a state, converted to the types here. All is checked before anything
   * is changed.
   *
   * @throws LayerException if names are missing or left over, or shapes differ, listing all of them
   */
  default void loadState(Map<String, ? extends Tensor> state) {
    State.load(this, state, true);
  }

  /**
   * As {@link #loadState}, but takes what fits by name and leaves the rest alone.
   *
   * @return the names that found no partner
   * @throws LayerException if shapes differ under the same name
   */
  default Unmatched loadMatching(Map<String, ? extends Tensor> state) {
    return State.load(this, state, false);
  }

  /**
   * Names without a partner.
   *
   * @param missing names here that the state does not have
   * @param unexpected names of the state that are not here
   */
  record Unmatched(List<String> missing, List<String> unexpected) {
    public Unmatched {
      missing = List.copyOf(missing);
      unexpected = List.copyOf(unexpected);
    }
  }

  // --- printing ---

  /**
   * What {@link #describe} prints in parentheses behind the name: {@code in=64, out=10}. Unless a
   * layer says something else, the shapes of its own parameters and buffers, and its fields of
   * simple types.
   */
  default String settings() {
    return Description.settings(this);
  }

  /**
   * The tree, one part a line, as PyTorch prints modules. An interface cannot say how a class
   * prints; a class of one's own that should print so says
   *
   * <pre>{@code
   * class Net implements Layer {
   *   final Linear fc = new Linear(784, 10);
   *
   *   public Tensor forward(Tensor x) {
   *     return fc.call(x);
   *   }
   *
   *   @Override
   *   public String toString() {
   *     return describe();
   *   }
   * }
   * }</pre>
   */
  default String describe() {
    return Description.of(this);
  }
}
