package gradus;

import gradus.tape.Dispatcher;
import gradus.tape.Reverse;
import gradus.transform.Forward;
import gradus.transform.Substitution;
import gradus.transform.Tracing;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/** Derivatives of functions of tensors: {@code torch.func}. Part of {@link Autograd}. */
abstract sealed class FunctionDerivatives permits Autograd {
  /** The most elements that a Jacobian computes in one batch of rows or columns. */
  private static final int LARGEST_BATCH = 1 << 22;

  FunctionDerivatives() {}

  // --- gradients ---

  /** The gradient of the single number {@code f(x)}: {@code torch.func.grad}. */
  public static Tensor grad(UnaryOperator<Tensor> f, Tensor x) {
    return gradients("grad", one(f), List.of(x)).getFirst();
  }

  /** The gradients of the single number {@code f(xs)} with respect to each of {@code xs}. */
  public static List<Tensor> grad(Function<List<Tensor>, Tensor> f, List<Tensor> xs) {
    return gradients("grad", x -> List.of(f.apply(x)), xs);
  }

  private static List<Tensor> gradients(
      String operator, Function<List<Tensor>, List<Tensor>> f, List<Tensor> xs) {
    Function<List<Tensor>, List<Tensor>> checked =
        x -> {
          List<Tensor> y = f.apply(x);
          if (y.size() != 1 || y.getFirst().numel() != 1) {
            throw new AutogradException(
                "%s: the function must give a single number, got %s; reduce it first (sum, mean)"
                    .formatted(operator, y.stream().map(Tensor::shape).toList()));
          }
          return y;
        };
    return pull(checked, xs, y -> List.of(Tensor.onesLike(y.getFirst())));
  }

  /** Vector-Jacobian product: v' J of {@code f} at {@code x}. */
  public static Tensor vjp(UnaryOperator<Tensor> f, Tensor x, Tensor v) {
    return vjp(one(f), List.of(x), List.of(v)).getFirst();
  }

  /** Vector-Jacobian products: one gradient for each of {@code xs}, given one for each result. */
  public static List<Tensor> vjp(
      Function<List<Tensor>, List<Tensor>> f, List<Tensor> xs, List<Tensor> vs) {
    return pull(
        f,
        xs,
        y -> {
          requireShapes("vjp", "result", y, vs);
          return vs;
        });
  }

  private static List<Tensor> pull(
      Function<List<Tensor>, List<Tensor>> f,
      List<Tensor> xs,
      Function<List<Tensor>, List<Tensor>> seeds) {
    var reverse = new Reverse();
    return reverse.run(
        () -> {
          List<Tensor> at = xs.stream().map(reverse::variable).toList();
          List<Tensor> y = f.apply(at);
          return pulled(reverse, y, seeds.apply(y), at, false);
        });
  }

  /** The gradients one level below; zeros where nothing flows back. */
  private static List<Tensor> pulled(
      Reverse reverse, List<Tensor> y, List<Tensor> v, List<Tensor> at, boolean retain) {
    var found = reverse.gradients(y.toArray(Tensor[]::new), v::get, at, retain);
    return at.stream()
        .map(
            x -> {
              Tensor g = found.get(x.node);
              return reverse.value(g == null ? Tensor.zeros(x.shape(), x.dtype()) : g);
            })
        .toList();
  }

  // --- tangents ---

  /** Jacobian-vector product: J v of {@code f} at {@code x}, by forward mode. */
  public static Tensor jvp(UnaryOperator<Tensor> f, Tensor x, Tensor v) {
    return jvp(one(f), List.of(x), List.of(v)).getFirst();
  }

  /** Jacobian-vector products: one tangent for each result, given one for each of {@code xs}. */
  public static List<Tensor> jvp(
      Function<List<Tensor>, List<Tensor>> f, List<Tensor> xs, List<Tensor> vs) {
    requireShapes("jvp", "input", xs, vs);
    var forward = new Forward();
    return forward.run(
        () -> {
          var at = new ArrayList<Tensor>();
          for (int i = 0; i < xs.size(); i++) {
            at.add(forward.dual(xs.get(i), vs.get(i)));
          }
          return f.apply(at).stream().map(y -> tangent(forward, y)).toList();
        });
  }

  private static Tensor tangent(Forward forward, Tensor y) {
    Tensor t = forward.tangent(y);
    return t == null ? Tensor.zerosLike(forward.primal(y)) : t;
  }

  // --- matrices ---

  /** The Jacobian of {@code f} at {@code x}: the shape of f(x), then the shape of x. */
  public static Tensor jacobian(UnaryOperator<Tensor> f, Tensor x) {
    return jacrev(f, x);
  }

  /** The Jacobians of each result with respect to each input: result i, input j. */
  public static List<List<Tensor>> jacobian(
      Function<List<Tensor>, List<Tensor>> f, List<Tensor> xs) {
    return jacrev(f, xs);
  }

  /** The Jacobian by reverse mode, all rows as a batch: for few results of many inputs. */
  public static Tensor jacrev(UnaryOperator<Tensor> f, Tensor x) {
    return jacrev(one(f), List.of(x)).getFirst().getFirst();
  }

  /** As {@link #jacrev(UnaryOperator, Tensor)} for each result i and each input j. */
  public static List<List<Tensor>> jacrev(Function<List<Tensor>, List<Tensor>> f, List<Tensor> xs) {
    var reverse = new Reverse();
    return reverse.run(
        () -> {
          List<Tensor> at = xs.stream().map(reverse::variable).toList();
          var rows = new ArrayList<List<Tensor>>();
          for (Tensor y : f.apply(at)) {
            List<Tensor> of = List.of(y);
            int widest = at.stream().mapToInt(Tensor::numel).max().orElse(0);
            List<Tensor> flat =
                alongBasis(y, widest, v -> pulled(reverse, of, List.of(v), at, true));
            var row = new ArrayList<Tensor>();
            for (int j = 0; j < at.size(); j++) {
              row.add(reverse.value(flat.get(j).reshape(joined(y.shape(), at.get(j).shape()))));
            }
            rows.add(row);
          }
          return rows;
        });
  }

  /** The Jacobian by forward mode, all columns as a batch: for many results of few inputs. */
  public static Tensor jacfwd(UnaryOperator<Tensor> f, Tensor x) {
    return jacfwd(one(f), List.of(x)).getFirst().getFirst();
  }

  /** As {@link #jacfwd(UnaryOperator, Tensor)} for each result i and each input j. */
  public static List<List<Tensor>> jacfwd(Function<List<Tensor>, List<Tensor>> f, List<Tensor> xs) {
    var columns = new ArrayList<List<Tensor>>();
    for (int j = 0; j < xs.size(); j++) {
      int input = j;
      List<Tensor> flat =
          alongBasis(
              xs.get(j),
              xs.get(j).numel(),
              v -> {
                List<Tensor> vs = new ArrayList<>();
                for (int i = 0; i < xs.size(); i++) {
                  vs.add(i == input ? v : Tensor.zerosLike(xs.get(i)));
                }
                return jvp(f, xs, vs);
              });
      columns.add(flat); // of each result [numel x, result]
    }
    var rows = new ArrayList<List<Tensor>>();
    for (int i = 0; i < columns.getFirst().size(); i++) {
      var row = new ArrayList<Tensor>();
      for (int j = 0; j < xs.size(); j++) {
        Tensor c = columns.get(j).get(i);
        int[] order = new int[c.rank()];
        Arrays.setAll(order, d -> (d + 1) % c.rank());
        Shape y = c.shape().remove(0);
        row.add(c.permute(order).reshape(joined(y, xs.get(j).shape())));
      }
      rows.add(row);
    }
    return rows;
  }

  /**
   * What {@code f} gives for each unit vector of the shape of {@code like}, along a new dimension
   * 0.
   *
   * @param width elements of a result, so that batches are not too large
   */
  private static List<Tensor> alongBasis(Tensor like, int width, Function<Tensor, List<Tensor>> f) {
    int n = like.numel();
    int step = Math.clamp(LARGEST_BATCH / Math.max(1, width), 1, Math.max(1, n));
    List<List<Tensor>> parts = new ArrayList<>();
    for (int start = 0; start < n || start == 0; start += step) {
      int size = Math.min(step, n - start);
      Tensor basis = Tensor.eye(n, like.dtype()).narrow(0, start, size);
      Tensor vs = basis.reshape(like.shape().insert(0, size));
      parts.add(new Vmap().applyAll(x -> f.apply(x.getFirst()), vs));
    }
    if (parts.size() == 1) {
      return parts.getFirst();
    }
    var all = new ArrayList<Tensor>();
    for (int k = 0; k < parts.getFirst().size(); k++) {
      int result = k;
      all.add(Tensor.cat(parts.stream().map(p -> p.get(result)).toList(), 0));
    }
    return all;
  }

  private static int[] joined(Shape a, Shape b) {
    return IndexExpression.join(a.dims(), b.dims());
  }

  // --- second order ---

  /** The Hessian of the single number {@code f(x)}: the shape of x, twice. */
  public static Tensor hessian(UnaryOperator<Tensor> f, Tensor x) {
    return jacfwd(at -> grad(f, at), x);
  }

  /** The second derivatives of the single number {@code f(xs)} by inputs i and j. */
  public static List<List<Tensor>> hessian(Function<List<Tensor>, Tensor> f, List<Tensor> xs) {
    return jacfwd(at -> grad(f, at), xs);
  }

  /** Hessian-vector product H v of the single number {@code f(x)}: forward over reverse. */
  public static Tensor hvp(UnaryOperator<Tensor> f, Tensor x, Tensor v) {
    return jvp(at -> grad(f, at), x, v);
  }

  /** Hessian-vector products of the single number {@code f(xs)} along {@code vs}. */
  public static List<Tensor> hvp(
      Function<List<Tensor>, Tensor> f, List<Tensor> xs, List<Tensor> vs) {
    return jvp(at -> grad(f, at), xs, vs);
  }

  /** Vector-Hessian product v' H of the single number {@code f(x)}: reverse over reverse. */
  public static Tensor vhp(UnaryOperator<Tensor> f, Tensor x, Tensor v) {
    return vjp(at -> grad(f, at), x, v);
  }

  /** Vector-Hessian products of the single number {@code f(xs)}. */
  public static List<Tensor> vhp(
      Function<List<Tensor>, Tensor> f, List<Tensor> xs, List<Tensor> vs) {
    return vjp(at -> grad(f, at), xs, vs);
  }

  // --- batches, notes ---

  /**
   * Applies a function of one example to all examples along dimension 0 of {@code x} at once:
   * {@code torch.vmap}. {@link Vmap} has the settings.
   */
  public static Tensor vmap(UnaryOperator<Tensor> f, Tensor x) {
    return new Vmap().apply(f, x);
  }

  /** As {@link #vmap(UnaryOperator, Tensor)} for a function of several tensors. */
  public static List<Tensor> vmap(Function<List<Tensor>, List<Tensor>> f, List<Tensor> xs) {
    return new Vmap().applyAll(f, xs.toArray(Tensor[]::new));
  }

  /**
   * Notes what a function does with its arguments: every operator with the numbers, shapes and
   * types of what it takes and makes.
   */
  public static Trace trace(Function<List<Tensor>, List<Tensor>> f, List<Tensor> xs) {
    var tracing = new Tracing();
    return tracing.run(
        () -> {
          xs.forEach(tracing::input);
          return tracing.trace(f.apply(xs));
        });
  }

  /**
   * What {@code work} returns while other tensors are used in place of some, by identity: {@code
   * torch.func.functional_call}. Nothing is written, so several threads may use one network with
   * different parameters at once.
   *
   * @param replacements what is used in place of each tensor
   * @throws ShapeException if a replacement has another shape
   */
  public static <T> T functionalCall(
      Map<? extends Tensor, ? extends Tensor> replacements, Supplier<T> work) {
    return new Substitution(replacements).run(work);
  }

  /**
   * Whether a transformation such as {@code vmap}, {@code jvp} or {@code trace} stands on this
   * thread: then elements had better not be looked at.
   */
  public static boolean isTransforming() {
    return Dispatcher.current().top() != null;
  }

  private static Function<List<Tensor>, List<Tensor>> one(UnaryOperator<Tensor> f) {
    return x -> List.of(f.apply(x.getFirst()));
  }

  private static void requireShapes(
      String operator, String what, List<Tensor> of, List<Tensor> vs) {
    if (of.size() != vs.size()) {
      throw new IllegalArgumentException(
          "%s: needs a vector for each %s, got %d for %d"
              .formatted(operator, what, vs.size(), of.size()));
    }
    for (int i = 0; i < vs.size(); i++) {
      if (!vs.get(i).shape().equals(of.get(i).shape())) {
        throw new ShapeException(
            "%s: vector %d has shape %s, the %s %s"
                .formatted(operator, i, vs.get(i).shape(), what, of.get(i).shape()));
      }
    }
  }
}
