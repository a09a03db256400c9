package gradus.nn;

import gradus.Autograd;
import gradus.Tensor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/** Parameters and buffers by name, and a state taken over. */
final class State {
  private State() {}

  static SequencedMap<String, Tensor> of(Parameterized layer) {
    SequencedMap<String, Tensor> state = tensors(layer);
    state.replaceAll((name, tensor) -> tensor.detach());
    return state;
  }

  /** The tensors themselves, under every name. */
  private static SequencedMap<String, Tensor> tensors(Parameterized layer) {
    var tensors = new LinkedHashMap<String, Tensor>();
    for (Structure.Part part : Structure.of(layer).parts()) {
      if (part.value() instanceof Tensor tensor
          && tensors.putIfAbsent(part.name(), tensor) != null) {
        throw new LayerException(
            "two tensors of %s have the name %s; @Name can tell them apart"
                .formatted(layer.getClass().getSimpleName(), part.name()));
      }
    }
    return tensors;
  }

  static Parameterized.Unmatched load(
      Parameterized layer, Map<String, ? extends Tensor> state, boolean strict) {
    SequencedMap<String, Tensor> here = tensors(layer);
    Set<Tensor> given = Collections.newSetFromMap(new IdentityHashMap<>());
    var clashes = new ArrayList<String>();
    here.forEach(
        (name, to) -> {
          Tensor from = state.get(name);
          if (from != null) {
            given.add(to);
            String clash = clash(from, to);
            if (clash != null) {
              clashes.add(name + ": " + clash);
            }
          }
        });
    // One name of a shared parameter is enough.
    List<String> missing =
        here.keySet().stream().filter(name -> !given.contains(here.get(name))).toList();
    List<String> unexpected =
        state.keySet().stream()
            .filter(name -> !here.containsKey(name))
            .map(String::valueOf)
            .toList();
    if (!clashes.isEmpty() || (strict && !(missing.isEmpty() && unexpected.isEmpty()))) {
      throw new LayerException(message(strict, missing, unexpected, clashes));
    }
    try (var _ = Autograd.noGrad()) {
      here.forEach(
          (name, to) -> {
            Tensor from = state.get(name);
            if (from != null) {
              to.copyInPlace(from);
            }
          });
    }
    return new Parameterized.Unmatched(missing, unexpected);
  }

  private static @Nullable String clash(Tensor from, Tensor to) {
    if (!from.shape().equals(to.shape())) {
      return "the state has %s, the layer %s".formatted(from.shape(), to.shape());
    }
    return from.dtype().isFloating() == to.dtype().isFloating()
        ? null
        : "the state has %s, the layer %s".formatted(from.dtype(), to.dtype());
  }

  private static String message(
      boolean strict, List<String> missing, List<String> unexpected, List<String> clashes) {
    var parts = new StringJoiner("; ", "loadState: ", ". Nothing was changed");
    if (strict && !missing.isEmpty()) {
      parts.add("missing " + missing);
    }
    if (strict && !unexpected.isEmpty()) {
      parts.add(
          "unexpected "
              + unexpected.stream().map(name -> name + Spelling.hint(name, missing)).toList());
    }
    if (!clashes.isEmpty()) {
      parts.add("mismatch " + clashes);
    }
    return parts.toString();
  }
}
