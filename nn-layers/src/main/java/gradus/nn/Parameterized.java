package gradus.nn;

import gradus.DType;
import gradus.Parameter;
import gradus.Tensor;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/**
 * Something whose fields are parameters and layers: what {@code torch.nn.Module} is. {@link Layer}
 * is the kind with one input and one output; recurrent layers, attention and losses have a {@code
 * forward} of their own and implement this.
 *
 * <p>Nothing is registered. {@link Parameter} fields are learned; other {@link Tensor} fields are
 * buffers, saved but not learned; fields that are Parameterized are children. All three may also
 * lie in lists, maps, arrays, optionals and records. A part's name is the path of fields to it, as
 * in PyTorch: {@code blocks.0.attn.weight}; {@link Name} changes a field's name. Static and
 * transient fields are left out. A parameter held in two places is one parameter with two names.
 *
 * <p>The fields are read by reflection. Scripts and the class path need nothing for that; a named
 * module must open the package, and the error message says with which line.
 */
public interface Parameterized {

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

  /** Switches every part that cares to training, as it is from the start. */
  default void train() {
    train(true);
  }

  /** Switches every part that cares to evaluation: no dropout, fixed statistics. */
  default void eval() {
    train(false);
  }

  /** Switches every part that cares to training or to evaluation. */
  default void train(boolean on) {
    for (Parameterized layer : namedLayers().values()) {
      if (layer instanceof Moded moded) {
        moded.setTraining(on);
      }
    }
  }

  /** Whether any part behaves as in training; false if none makes a difference. */
  default boolean isTraining() {
    return namedLayers().values().stream().anyMatch(l -> l instanceof Moded m && m.isTraining());
  }

  /** Forgets the gradients of all parameters. */
  default void zeroGrad() {
    parameters().forEach(p -> p.setGrad(null));
  }

  /** Freezes all parameters, or lets them learn again. */
  default void requiresGrad(boolean wanted) {
    parameters().forEach(p -> p.requiresGrad(wanted));
  }

  /** Converts all parameters and floating buffers, in place: who holds them keeps them. */
  default void to(DType dtype) {
    for (Tensor t : Structure.of(this).once(Tensor.class).values()) {
      if (t.dtype().isFloating()) {
        t.convertInPlace(dtype);
      }
    }
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

  /** What {@link #describe} prints in parentheses behind the name: {@code in=64, out=10}. */
  default String settings() {
    return "";
  }

  /** The tree, one part a line, as PyTorch prints modules. */
  default String describe() {
    return Description.of(this);
  }
}
