package gradus.nn;

import gradus.Autograd;
import gradus.Tensor;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * How layers are called, and who watches. Every {@code call} of a layer goes through here: its
 * hooks run around {@code forward}, observers of the thread see it, and an exception learns where
 * in the network it was thrown. While nothing in the process watches, that is one test and a call.
 */
public final class Layers {
  /** The observers of each thread. */
  private static final ThreadLocal<List<LayerObserver>> OBSERVERS =
      ThreadLocal.withInitial(CopyOnWriteArrayList::new);

  /** How many observers there are on all threads; changed under the lock of this class. */
  private static volatile int observers;

  /** Whether any layer has hooks, or any thread observers. */
  private static volatile boolean watched;

  private Layers() {}

  // --- calling ---

  /**
   * Calls a layer of one's own with other inputs than one tensor; such a layer writes
   *
   * <pre>{@code
   * record Bilinear(Parameter weight) implements Parameterized {
   *   Tensor call(Tensor x, Tensor y) {
   *     return Layers.call(this, in -> forward(in.get(0), in.get(1)), x, y);
   *   }
   *
   *   Tensor forward(Tensor x, Tensor y) {
   *     return x.matmul(weight).mul(y).sum(-1);
   *   }
   * }
   * }</pre>
   *
   * @param forward what the layer does with inputs, which hooks may have replaced
   * @param inputs the inputs as its caller gave them
   */
  public static <R> R call(
      Parameterized layer, Function<Inputs, R> forward, @Nullable Object... inputs) {
    try {
      var in = new Inputs(inputs);
      return watched ? watch(layer, forward, in) : forward.apply(in);
    } catch (RuntimeException e) {
      throw CallPath.through(layer, e);
    }
  }

  // --- with other parameters ---

  /**
   * What a network gives for {@code x} with other tensors in place of some of its parameters and
   * buffers: {@code torch.func.functional_call}. No field is written, so several threads may use
   * one network with different parameters at once, and derivatives with respect to the tensors are
   * those of a function of them.
   *
   * <pre>{@code
   * Tensor loss = Layers.functionalCall(net, Map.of("0.weight", w), x).square().mean();
   * }</pre>
   *
   * @param tensors by the names of {@link Parameterized#namedParameters} and {@link
   *     Parameterized#namedBuffers}
   * @throws IllegalArgumentException if the network has no such name
   * @throws gradus.ShapeException if a tensor has another shape
   */
  public static Tensor functionalCall(Layer net, Map<String, ? extends Tensor> tensors, Tensor x) {
    return functionalCall(net, tensors, n -> n.call(x));
  }

  /** As {@link #functionalCall(Layer, Map, Tensor)} for any use of a network. */
  public static <N extends Parameterized, R> R functionalCall(
      N net, Map<String, ? extends Tensor> tensors, Function<N, R> call) {
    var known = new LinkedHashMap<String, Tensor>(net.namedBuffers());
    known.putAll(net.namedParameters());
    var replacements = new IdentityHashMap<Tensor, Tensor>();
    tensors.forEach(
        (name, tensor) -> {
          Tensor old = known.get(name);
          if (old == null) {
            throw new IllegalArgumentException(
                "functionalCall: %s has no parameter or buffer %s; it has %s"
                    .formatted(net.getClass().getSimpleName(), name, known.keySet()));
          }
          replacements.put(old, tensor);
        });
    return Autograd.functionalCall(replacements, () -> call.apply(net));
  }

  /** The same for the commonest kind, without an object made for it. */
  static Tensor call(Layer layer, Tensor x) {
    try {
      return watched
          ? watch(layer, in -> layer.forward(in.get(0)), new Inputs(x))
          : layer.forward(x);
    } catch (RuntimeException e) {
      throw CallPath.through(layer, e);
    }
  }

  @SuppressWarnings("unchecked") // a hook replaces an output by one of its kind
  private static <R> R watch(Parameterized layer, Function<Inputs, R> forward, Inputs inputs) {
    Call call = Call.begin(layer);
    try {
      Hooks hooks = Hooks.of(layer);
      if (observers == 0 && !Hooks.any()) {
        refreshWatched(); // the layers that had hooks are gone
      }
      Inputs in = hooks.before(layer, inputs);
      List<LayerObserver> present = OBSERVERS.get();
      present.forEach(o -> o.before(call.path(), layer, in));
      R output = (R) hooks.after(layer, in, forward.apply(in));
      present.forEach(o -> o.after(call.path(), layer, in, output));
      return output;
    } finally {
      call.end();
    }
  }

  // --- watching ---

  /**
   * Lets an observer see every call of a layer on this thread, until it is closed. Calls within a
   * call come before it, as they end.
   *
   * <pre>{@code
   * try (var _ = Layers.observe((path, layer, in, out) -> IO.println(path + " " + layer))) {
   *   net.call(x);
   * }
   * }</pre>
   */
  public static RemovableHandle observe(LayerObserver observer) {
    LayerObserver own =
        new LayerObserver() { // its identity tells it from a second one that is equal
          @Override
          public void before(String path, Parameterized layer, Inputs inputs) {
            observer.before(path, layer, inputs);
          }

          @Override
          public void after(String path, Parameterized layer, Inputs inputs, Object output) {
            observer.after(path, layer, inputs, output);
          }
        };
    List<LayerObserver> here = OBSERVERS.get();
    here.add(own);
    changeObservers(1);
    return new RemovableHandle(
        () -> {
          here.remove(own);
          changeObservers(-1);
        });
  }

  /**
   * The path of fields to the layer that is being called on this thread, for hooks to ask: from the
   * outermost call that was watched; empty for that itself and outside of calls.
   */
  public static String path() {
    Call call = Call.current();
    return call == null ? "" : call.path();
  }

  private static synchronized void changeObservers(int by) {
    observers += by;
    refreshWatched();
  }

  static synchronized void refreshWatched() {
    watched = observers > 0 || Hooks.any();
  }
}
