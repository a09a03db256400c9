package gradus;

import gradus.tape.Backward;
import gradus.tape.Dispatcher;
import gradus.tape.Node;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Derivatives of tensors, {@code torch.autograd}; and of functions, {@code torch.func}.
 *
 * <p>A derivative of a function may be taken inside of another, in any order: {@code jvp} of {@code
 * grad}, {@code vmap} of {@code grad}. Inside of such a function a tensor has the shape that the
 * function sees; {@code backward} and {@code requiresGrad} are for outside.
 */
public final class Autograd extends FunctionDerivatives {
  private Autograd() {}

  /** How a derivative is taken. */
  public enum Option {
    /** The graph stays usable: another backward may follow. */
    RETAIN_GRAPH,
    /** The derivative is recorded and can itself be differentiated; keeps the graph as well. */
    CREATE_GRAPH,
    /** {@link #grad} gives zeros for inputs that the result does not depend on. */
    ALLOW_UNUSED
  }

  public static final Option RETAIN_GRAPH = Option.RETAIN_GRAPH;
  public static final Option CREATE_GRAPH = Option.CREATE_GRAPH;
  public static final Option ALLOW_UNUSED = Option.ALLOW_UNUSED;

  // --- recording ---

  /** Recording switched for a while; {@link #close} puts it back. For try-with-resources. */
  public static final class Mode implements AutoCloseable {
    private final long before;

    private Mode(boolean on) {
      before = Dispatcher.set(on);
    }

    @Override
    public void close() {
      Dispatcher.current().resume(before);
    }
  }

  /** Whether operators are recorded on this thread. */
  public static boolean isRecording() {
    return Dispatcher.isRecording();
  }

  /** Records nothing on this thread until closed: {@code try (var _ = Autograd.noGrad()) {...}}. */
  public static Mode noGrad() {
    return new Mode(false);
  }

  /** Records on this thread until closed, inside {@link #noGrad}. */
  public static Mode enableGrad() {
    return new Mode(true);
  }

  /** What {@code work} returns, with nothing recorded. */
  public static <T> T noGrad(Supplier<T> work) {
    try (var _ = noGrad()) {
      return work.get();
    }
  }

  // --- derivatives ---

  /**
   * Differentiates {@code y} with respect to every leaf behind it; gradients add up in {@link
   * Tensor#grad}.
   *
   * @param gradient the gradient of y, of y's shape; null for 1, if y is a single number
   * @throws AutogradException if y has no history, is not a single number and no gradient is given,
   *     or its graph was freed
   */
  public static void backward(Tensor y, @Nullable Tensor gradient, Option... options) {
    Node root = root("backward", y);
    Tensor seed = seed("backward", y, gradient);
    var pass = pass(y, options);
    pass.seed(root, seed);
    pass.toLeaves();
  }

  /**
   * Differentiates several tensors at once: one pass goes through what they share.
   *
   * @param gradients one for each of ys, null for 1; or an empty list if all are single numbers
   * @throws AutogradException as {@link #backward(Tensor, Tensor, Option...)} does
   */
  public static void backward(
      List<Tensor> ys, List<? extends @Nullable Tensor> gradients, Option... options) {
    seeded("backward", ys, gradients, false, options).toLeaves();
  }

  /** The gradient of the single number {@code y} with respect to {@code x}. */
  public static Tensor grad(Tensor y, Tensor x, Option... options) {
    return grad(y, List.of(x), options).getFirst();
  }

  /** The gradients of the single number {@code y} with respect to each of {@code xs}. */
  public static List<Tensor> grad(Tensor y, List<? extends Tensor> xs, Option... options) {
    return grad(y, null, xs, options);
  }

  /**
   * The gradients of {@code y} with respect to each of {@code xs}, which may lie anywhere in the
   * graph; the leaves' own gradients are not touched. As {@code torch.autograd.grad}.
   *
   * @param gradient the gradient of y; null for 1, if y is a single number
   * @throws AutogradException as {@link #backward} does; also if an x does not require gradients or
   *     does not influence y, unless {@link #ALLOW_UNUSED} asks for zeros
   */
  public static List<Tensor> grad(
      Tensor y, @Nullable Tensor gradient, List<? extends Tensor> xs, Option... options) {
    return grad(List.of(y), Collections.singletonList(gradient), xs, options);
  }

  /**
   * The gradients of several tensors, weighted and summed, with respect to each of {@code xs}.
   *
   * @param gradients one for each of ys, null for 1; or an empty list if all are single numbers
   * @throws AutogradException as {@link #grad(Tensor, Tensor, List, Option...)} does
   */
  public static List<Tensor> grad(
      List<Tensor> ys,
      List<? extends @Nullable Tensor> gradients,
      List<? extends Tensor> xs,
      Option... options) {
    var targets = new HashSet<Node>();
    for (int i = 0; i < xs.size(); i++) {
      Node node = xs.get(i).node;
      if (node == null) {
        throw new AutogradException(
            "grad: input %d %s does not require gradients; call requiresGrad(true) before use"
                .formatted(i, xs.get(i).shape()));
      }
      targets.add(node);
    }
    boolean allowUnused = Arrays.asList(options).contains(ALLOW_UNUSED);
    Map<Node, Tensor> found = Map.of();
    if (!allowUnused || ys.stream().anyMatch(Tensor::requiresGrad)) {
      found = seeded("grad", ys, gradients, allowUnused, options).to(targets);
    }
    var result = new ArrayList<Tensor>(xs.size());
    for (int i = 0; i < xs.size(); i++) {
      Tensor g = found.get(xs.get(i).node);
      if (g == null && !allowUnused) {
        throw new AutogradException(
            "grad: the result does not depend on input %d %s; pass ALLOW_UNUSED for zeros"
                .formatted(i, xs.get(i).shape()));
      }
      result.add(g == null ? Tensor.zerosLike(xs.get(i)) : g);
    }
    return result;
  }

  /** A pass that starts at several tensors; if wanted, those without history are left out. */
  private static Backward seeded(
      String operator,
      List<Tensor> ys,
      List<? extends @Nullable Tensor> gradients,
      boolean skip,
      Option... options) {
    if (ys.isEmpty() || !gradients.isEmpty() && gradients.size() != ys.size()) {
      throw new IllegalArgumentException(
          "%s: needs a gradient for each result, got %d for %d"
              .formatted(operator, gradients.size(), ys.size()));
    }
    var roots = new ArrayList<Node>(ys.size());
    var seeds = new ArrayList<Tensor>(ys.size());
    for (int k = 0; k < ys.size(); k++) {
      if (!skip || ys.get(k).requiresGrad()) {
        roots.add(root(operator, ys.get(k)));
        seeds.add(seed(operator, ys.get(k), gradients.isEmpty() ? null : gradients.get(k)));
      }
    }
    Tensor recorded = ys.stream().filter(Tensor::requiresGrad).findFirst().orElse(ys.getFirst());
    var pass = pass(recorded, options);
    for (int k = 0; k < roots.size(); k++) {
      pass.seed(roots.get(k), seeds.get(k));
    }
    return pass;
  }

  private static Backward pass(Tensor root, Option... options) {
    List<Option> given = Arrays.asList(options);
    boolean create = given.contains(CREATE_GRAPH);
    return new Backward(root, create || given.contains(RETAIN_GRAPH), create);
  }

  private static Node root(String operator, Tensor y) {
    Node node = y.node;
    if (node == null) {
      throw new AutogradException(
          ("%s: this tensor %s of %s has no history: nothing behind it requires gradients, or it was"
                  + " made under noGrad, detached, or is no floating tensor. Call requiresGrad(true)"
                  + " on the inputs, or use a Parameter")
              .formatted(operator, y.shape(), y.dtype()));
    }
    return node;
  }

  private static Tensor seed(String operator, Tensor y, @Nullable Tensor gradient) {
    if (gradient == null) {
      if (y.numel() != 1) {
        throw new AutogradException(
            ("%s: the result is not a single number but %s; reduce it first (sum, mean), or pass the"
                    + " gradient of that shape")
                .formatted(operator, y.shape()));
      }
      return Tensor.onesLike(y);
    }
    if (!gradient.shape().equals(y.shape())) {
      throw new ShapeException(
          "%s: the gradient has shape %s, the result %s"
              .formatted(operator, gradient.shape(), y.shape()));
    }
    return gradient.to(y.dtype());
  }
}
