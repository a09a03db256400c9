package gradus;

import gradus.tape.Backward;
import gradus.tape.Node;
import gradus.tape.Recording;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Derivatives of tensors: {@code torch.autograd}. */
public final class Autograd {
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
    private final boolean before;

    private Mode(boolean on) {
      before = Recording.set(on);
    }

    @Override
    public void close() {
      Recording.set(before);
    }
  }

  /** Whether operators are recorded on this thread. */
  public static boolean isRecording() {
    return Recording.isOn();
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
    var pass = pass(options);
    pass.seed(root, seed);
    pass.toLeaves();
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
    var targets = new HashSet<Node>();
    for (int i = 0; i < xs.size(); i++) {
      Node node = xs.get(i).node();
      if (node == null) {
        throw new AutogradException(
            "grad: input %d %s does not require gradients; call requiresGrad(true) before use"
                .formatted(i, xs.get(i).shape()));
      }
      targets.add(node);
    }
    boolean allowUnused = List.of(options).contains(ALLOW_UNUSED);
    Map<Node, Tensor> found = Map.of();
    if (!(allowUnused && y.node() == null)) {
      Node root = root("grad", y);
      var pass = pass(options);
      pass.seed(root, seed("grad", y, gradient));
      found = pass.to(targets);
    }
    var result = new ArrayList<Tensor>(xs.size());
    for (int i = 0; i < xs.size(); i++) {
      Tensor g = found.get(xs.get(i).node());
      if (g == null && !allowUnused) {
        throw new AutogradException(
            "grad: the result does not depend on input %d %s; pass ALLOW_UNUSED for zeros"
                .formatted(i, xs.get(i).shape()));
      }
      result.add(g == null ? Tensor.zerosLike(xs.get(i)) : g);
    }
    return result;
  }

  private static Backward pass(Option... options) {
    boolean create = List.of(options).contains(CREATE_GRAPH);
    return new Backward(create || List.of(options).contains(RETAIN_GRAPH), create);
  }

  private static Node root(String operator, Tensor y) {
    Node node = y.node();
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

  /** Vector-Jacobian product: v' J of {@code f} at {@code x}. */
  public static Tensor vjp(UnaryOperator<Tensor> f, Tensor x, Tensor v) {
    try (var _ = enableGrad()) {
      Tensor at = x.detach().requiresGrad(true);
      return grad(f.apply(at), v, List.of(at), ALLOW_UNUSED).getFirst();
    }
  }

  /**
   * Jacobian-vector product: J v of {@code f} at {@code x}, by differentiating the vector-Jacobian
   * product, which is linear in its vector, with respect to that vector.
   */
  public static Tensor jvp(UnaryOperator<Tensor> f, Tensor x, Tensor v) {
    try (var _ = enableGrad()) {
      Tensor at = x.detach().requiresGrad(true);
      Tensor y = f.apply(at);
      Tensor u = Tensor.zerosLike(y).requiresGrad(true);
      Tensor back = grad(y, u, List.of(at), CREATE_GRAPH, ALLOW_UNUSED).getFirst();
      return back.requiresGrad()
          ? grad(back, v, List.of(u), ALLOW_UNUSED).getFirst()
          : Tensor.zerosLike(y);
    }
  }

  /** The Jacobian of {@code f} at {@code x}: the shape of f(x), then the shape of x. */
  public static Tensor jacobian(UnaryOperator<Tensor> f, Tensor x) {
    try (var _ = enableGrad()) {
      Tensor at = x.detach().requiresGrad(true);
      return rows(f.apply(at), at);
    }
  }

  /** The Hessian of the single number {@code f(x)}: the shape of x, twice. */
  public static Tensor hessian(UnaryOperator<Tensor> f, Tensor x) {
    try (var _ = enableGrad()) {
      Tensor at = x.detach().requiresGrad(true);
      return rows(grad(f.apply(at), List.of(at), CREATE_GRAPH, ALLOW_UNUSED).getFirst(), at);
    }
  }

  /** Hessian-vector product of the single number {@code f(x)} along {@code v}. */
  public static Tensor hvp(UnaryOperator<Tensor> f, Tensor x, Tensor v) {
    try (var _ = enableGrad()) {
      Tensor at = x.detach().requiresGrad(true);
      Tensor g = grad(f.apply(at), List.of(at), CREATE_GRAPH, ALLOW_UNUSED).getFirst();
      return grad(g, v, List.of(at), ALLOW_UNUSED).getFirst();
    }
  }

  /** One backward pass for each element of {@code y}. */
  private static Tensor rows(Tensor y, Tensor x) {
    int[] dims = y.shape().dims();
    int[] all = new int[dims.length + x.rank()];
    System.arraycopy(dims, 0, all, 0, dims.length);
    System.arraycopy(x.shape().dims(), 0, all, dims.length, x.rank());
    if (y.numel() == 0) {
      return Tensor.zeros(Shape.of(all), x.dtype());
    }
    var rows = new ArrayList<Tensor>(y.numel());
    Tensor basis = Tensor.eye(y.numel(), y.dtype());
    for (int i = 0; i < y.numel(); i++) {
      Tensor v = basis.select(0, i).reshape(dims);
      rows.add(grad(y, v, List.of(x), RETAIN_GRAPH, ALLOW_UNUSED).getFirst());
    }
    return Tensor.stack(rows, 0).reshape(all);
  }
}
