package gradus.check;

import static gradus.Autograd.ALLOW_UNUSED;
import static gradus.Autograd.CREATE_GRAPH;
import static gradus.Autograd.RETAIN_GRAPH;

import gradus.Autograd;
import gradus.AutogradException;
import gradus.DType;
import gradus.DTypeException;
import gradus.Shape;
import gradus.ShapeException;
import gradus.Storage;
import gradus.Tensor;
import gradus.check.GradCheckReport.Pair;
import gradus.check.GradCheckReport.Verdict;
import gradus.transform.Forward;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.IntStream;

/** One run of {@link GradCheck} at one order: the analytic side, and what it is compared with. */
final class Examination {
  private final GradCheck settings;
  private final int order;
  private final Function<Tensor[], List<Tensor>> f;
  private final Tensor[] inputs;
  private final List<String> labels;
  private final Random random;
  private final List<Pair> pairs = new ArrayList<>();
  private final List<String> problems = new ArrayList<>();
  private final Set<String> transposed = new TreeSet<>();

  Examination(
      GradCheck settings,
      int order,
      Function<Tensor[], List<Tensor>> f,
      Tensor[] inputs,
      List<String> labels) {
    this.settings = settings;
    this.order = order;
    this.f = f;
    this.inputs = inputs;
    this.labels = labels;
    this.random = new Random(settings.seed + order);
  }

  GradCheckReport report() {
    Tensor[] in = leaves(inputs);
    int[] versions = versions(in);
    List<Tensor> y = floating(f.apply(in));
    if (!Arrays.equals(versions, versions(in))) {
      problem("the function changes its inputs in place");
    }
    requireDouble(y);
    requireDeterministic(y);
    Tensor[] weights = y.stream().map(t -> random(t.shape())).toArray(Tensor[]::new);
    try {
      compare(in, y, weights);
      if (settings.forward) {
        compareModes(weights);
        compareRecorded(weights);
      }
    } catch (AutogradException | ShapeException | DTypeException e) {
      problem("the backward pass failed: " + e.getMessage());
    }
    var report =
        new GradCheckReport(
            List.copyOf(pairs),
            List.copyOf(problems),
            settings.forward ? List.copyOf(transposed) : null);
    return order < settings.order && report.ok() ? report.and(next(weights)) : report;
  }

  private void problem(String text) {
    problems.add("order %d: %s".formatted(order, text));
  }

  // --- the function itself ---

  private void requireDouble(List<Tensor> y) {
    if (y.isEmpty()) {
      problem("no result of the function is floating, so it has no derivative");
    }
    for (int o = 0; o < y.size(); o++) {
      if (y.get(o).dtype() != DType.FLOAT64) {
        problem("output %d is %s; compute in float64 throughout".formatted(o, y.get(o).dtype()));
      }
    }
  }

  private void requireDeterministic(List<Tensor> y) {
    List<Tensor> again = floating(f.apply(leaves(inputs)));
    for (int o = 0; o < y.size(); o++) {
      double[] a = y.get(o).toDoubles();
      double[] b = again.get(o).toDoubles();
      if (!Arrays.equals(a, b)) {
        double gap =
            IntStream.range(0, a.length).mapToDouble(k -> Math.abs(a[k] - b[k])).max().orElse(0);
        problem(
            ("the function is not deterministic: output %d differs by %.1e when called again with"
                    + " the same inputs; seed its randomness inside it")
                .formatted(o, gap));
      }
    }
  }

  private static int[] versions(Tensor... in) {
    return Arrays.stream(in).mapToInt(t -> t.storage().version()).toArray();
  }

  /** Detached, with the same layout; floating ones require gradients. */
  static Tensor[] leaves(Tensor... in) {
    return Arrays.stream(in)
        .map(t -> t.detach().requiresGrad(t.dtype().isFloating()))
        .toArray(Tensor[]::new);
  }

  static List<Tensor> floating(List<Tensor> tensors) {
    return tensors.stream().filter(t -> t.dtype().isFloating()).toList();
  }

  private Tensor random(Shape shape) {
    return Tensor.wrap(
        Storage.of(random.doubles(shape.size(), -1, 1).toArray()), DType.FLOAT64, shape);
  }

  // --- against differences ---

  private void compare(Tensor[] in, List<Tensor> y, Tensor... weights) {
    var differences = new Differences(f, inputs);
    for (int o = 0; o < y.size(); o++) {
      Tensor result = y.get(o);
      if (settings.fast) {
        Tensor[] once = gradients(result, weights[o].to(result.dtype()), in);
        for (int i : floatingInputs()) {
          Pair pair = projected(differences, weights[o], once[i], o, i);
          boolean right = pair.verdict() == Verdict.RIGHT;
          pairs.add(right ? pair : full(differences, rows(result, in), o, i, result.shape()));
        }
      } else {
        Tensor[][] rows = rows(result, in);
        for (int i : floatingInputs()) {
          pairs.add(full(differences, rows, o, i, result.shape()));
        }
      }
    }
  }

  private int[] floatingInputs() {
    return IntStream.range(0, inputs.length).filter(i -> inputs[i].dtype().isFloating()).toArray();
  }

  /** The slope of the weighted output along a random direction in one input. */
  private Pair projected(Differences differences, Tensor weights, Tensor gradient, int o, int i) {
    Tensor u = random(inputs[i].shape());
    var comparison = new Comparison(settings, differences, o, weights.toDoubles());
    if (inputs[i].numel() > 0) {
      comparison.projection(differences.along(i, u.toDoubles()), dot(gradient, u));
    }
    return comparison.pair(order, labels.get(i), weights.shape(), inputs[i].shape(), 1);
  }

  /** The gradients of every element of an output: [output element][input]. */
  private static Tensor[][] rows(Tensor y, Tensor... in) {
    Tensor basis = Tensor.eye(y.numel(), y.dtype());
    Tensor[][] rows = new Tensor[y.numel()][];
    for (int k = 0; k < rows.length; k++) {
      rows[k] = gradients(y, basis.select(0, k).reshape(y.shape()), in);
    }
    return rows;
  }

  /** Every element of an input against every element of an output. */
  private Pair full(Differences differences, Tensor[][] rows, int o, int i, Shape outputShape) {
    double[][] slopes = new double[rows.length][];
    Arrays.setAll(slopes, k -> rows[k][i].toDoubles());
    var comparison = new Comparison(settings, differences, o, null);
    int n = inputs[i].numel();
    for (int j = 0; j < n && rows.length > 0; j++) {
      int element = j;
      comparison.column(
          differences.element(i, j), Arrays.stream(slopes).mapToDouble(r -> r[element]).toArray());
    }
    return comparison.pair(order, labels.get(i), outputShape, inputs[i].shape(), rows.length * n);
  }

  /** J'v with respect to each floating input; zeros where the result does not depend on it. */
  private static Tensor[] gradients(Tensor y, Tensor v, Tensor... in) {
    var wanted = Arrays.stream(in).filter(Tensor::requiresGrad).toList();
    var found = Autograd.grad(y, v, wanted, RETAIN_GRAPH, ALLOW_UNUSED).iterator();
    Tensor[] g = new Tensor[in.length];
    for (int i = 0; i < in.length; i++) {
      g[i] = in[i].requiresGrad() ? found.next() : in[i];
    }
    return g;
  }

  // --- forward against reverse mode ---

  /**
   * {@code <w, J u> = <J'w, u>}, where forward mode finds J u. By the rules of operators it is
   * independent of reverse mode; by transposition it only shows that a vjp is linear and recorded.
   */
  private void compareModes(Tensor... weights) {
    Tensor[] directions =
        Arrays.stream(inputs)
            .map(t -> t.dtype().isFloating() ? random(t.shape()) : t)
            .toArray(Tensor[]::new);
    double reverse = 0;
    double size = 0;
    var back = gradients(RETAIN_GRAPH, leaves(inputs), weights).iterator();
    for (int i : floatingInputs()) {
      Tensor g = back.hasNext() ? back.next() : Tensor.zerosLike(directions[i]);
      reverse += dot(g, directions[i]);
      size += dot(g.abs(), directions[i].abs());
    }
    double forward = alongTangents(directions, weights);
    if (!(Math.abs(forward - reverse) <= 1e-10 * size) && !Double.isNaN(reverse)) {
      problem(
          "forward and reverse mode differ: <w, J u> = %s, <J'w, u> = %s%s"
              .formatted(
                  forward,
                  reverse,
                  forward == 0
                      ? "; is a vjp written with arrays instead of tensor operators?"
                      : "; is a vjp not linear in the gradient it is given, or a jvp wrong?"));
    }
  }

  private double alongTangents(Tensor[] directions, Tensor... weights) {
    var mode = new Forward();
    double sum =
        mode.run(
            () -> {
              Tensor[] at = Arrays.stream(inputs).map(Tensor::detach).toArray(Tensor[]::new);
              for (int i : floatingInputs()) {
                at[i] = mode.dual(at[i], directions[i].to(at[i].dtype()));
              }
              double total = 0;
              List<Tensor> y = floating(f.apply(at));
              for (int o = 0; o < weights.length; o++) {
                Tensor tangent = mode.tangent(y.get(o));
                total += tangent == null ? 0 : dot(tangent, weights[o]);
              }
              return total;
            });
    transposed.addAll(mode.transposed());
    return sum;
  }

  // --- recorded against unrecorded passes ---

  /** A pass that is recorded must find what one that is not finds: derivatives may ask which. */
  private void compareRecorded(Tensor... weights) {
    Tensor[] in = leaves(inputs);
    List<Tensor> recorded = gradients(CREATE_GRAPH, in, weights);
    List<Tensor> plain = gradients(RETAIN_GRAPH, in, weights);
    int[] floating = floatingInputs();
    for (int g = 0; g < plain.size(); g++) {
      double[] a = recorded.get(g).toDoubles();
      double[] b = plain.get(g).toDoubles();
      for (int k = 0; k < b.length; k++) {
        double tolerance = settings.atol + settings.rtol * Math.abs(b[k]);
        if (Double.compare(a[k], b[k]) != 0 && !(Math.abs(a[k] - b[k]) <= tolerance)) {
          problem(
              ("recorded and unrecorded passes differ: the gradient of %s at %s is %s with"
                      + " CREATE_GRAPH, %s without")
                  .formatted(labels.get(floating[g]), place(plain.get(g).shape(), k), a[k], b[k]));
          return;
        }
      }
    }
  }

  private static double dot(Tensor a, Tensor b) {
    double[] x = a.toDoubles();
    double[] y = b.toDoubles();
    return IntStream.range(0, x.length).mapToDouble(k -> x[k] * y[k]).sum();
  }

  // --- the next order ---

  /** The gradients of the results, weighted by w; with CREATE_GRAPH they are recorded. */
  private List<Tensor> gradients(Autograd.Option option, Tensor[] in, Tensor[] w) {
    Tensor total = null;
    List<Tensor> y = floating(f.apply(in));
    for (int o = 0; o < w.length; o++) {
      Tensor part = y.get(o).mul(w[o]).sum();
      total = total == null ? part : total.add(part);
    }
    var wanted = Arrays.stream(in).filter(Tensor::requiresGrad).toList();
    return total == null ? List.of() : Autograd.grad(total, wanted, option, ALLOW_UNUSED);
  }

  /** The same as a derivative inside of a transformation. */
  private List<Tensor> pulled(Tensor[] in, Tensor... w) {
    int[] floating = floatingInputs();
    return Autograd.vjp(
        x -> {
          Tensor[] at = in.clone();
          for (int k = 0; k < floating.length; k++) {
            at[floating[k]] = x.get(k);
          }
          return floating(f.apply(at));
        },
        Arrays.stream(floating).mapToObj(i -> in[i]).toList(),
        List.of(w));
  }

  private GradCheckReport next(Tensor... weights) {
    int n = inputs.length;
    Tensor[] all = Arrays.copyOf(inputs, n + weights.length);
    System.arraycopy(weights, 0, all, n, weights.length);
    var names = new ArrayList<>(labels);
    for (int o = 0; o < weights.length; o++) {
      names.add("weights of output %d at order %d".formatted(o, order));
    }
    Function<Tensor[], List<Tensor>> g =
        x -> {
          Tensor[] in = Arrays.copyOf(x, n);
          Tensor[] w = Arrays.copyOfRange(x, n, x.length);
          return Autograd.isTransforming() ? pulled(in, w) : gradients(CREATE_GRAPH, in, w);
        };
    return new Examination(settings, order + 1, g, all, names).report();
  }

  /** The place of element {@code k} of a row-major array of this shape. */
  static List<Integer> place(Shape shape, int k) {
    Integer[] index = new Integer[shape.rank()];
    int rest = k;
    for (int d = index.length - 1; d >= 0; d--) {
      index[d] = rest % shape.dim(d);
      rest /= shape.dim(d);
    }
    return List.of(index);
  }
}
