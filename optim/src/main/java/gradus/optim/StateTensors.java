package gradus.optim;

import gradus.Tensor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;

/** The tensors of a state record, under the names of its components. */
final class StateTensors {
  private StateTensors() {}

  /** The tensors that are there; a component may be null. */
  static SequencedMap<String, Tensor> of(Record state) {
    var tensors = new LinkedHashMap<String, Tensor>();
    for (RecordComponent component : state.getClass().getRecordComponents()) {
      if (read(component, state) instanceof Tensor tensor) {
        tensors.put(component.getName(), tensor);
      }
    }
    return tensors;
  }

  /**
   * Fills a fresh state from saved tensors.
   *
   * @return how many were taken
   * @throws IllegalArgumentException if one is missing or has another shape
   */
  static int load(
      String optimizer, Record fresh, Map<String, ? extends Tensor> saved, String prefix) {
    SequencedMap<String, Tensor> tensors = of(fresh);
    tensors.forEach(
        (part, to) -> {
          Tensor from = saved.get(prefix + part);
          if (from == null || !from.shape().equals(to.shape())) {
            throw new IllegalArgumentException(
                "%s.loadState: %s must be a tensor %s, the state has %s"
                    .formatted(
                        optimizer,
                        prefix + part,
                        to.shape(),
                        from == null ? "none" : from.shape()));
          }
          to.copyInPlace(from);
        });
    return tensors.size();
  }

  private static Object read(RecordComponent component, Record state) {
    Method accessor = component.getAccessor();
    if (!accessor.trySetAccessible()) {
      Class<?> type = state.getClass();
      throw new IllegalStateException(
          "the state %s is closed to Gradus: add this line to the module-info.java of module %s:%n    opens %s to gradus.optim;"
              .formatted(type.getSimpleName(), type.getModule().getName(), type.getPackageName()));
    }
    try {
      return accessor.invoke(state);
    } catch (IllegalAccessException | InvocationTargetException e) {
      throw new IllegalStateException("the state's %s() failed".formatted(component.getName()), e);
    }
  }
}
