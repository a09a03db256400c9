package gradus.op.fusion;

import gradus.DType;
import gradus.Tensor;
import gradus.formula.Expr;
import gradus.formula.Fn;
import gradus.formula.Lowering;
import gradus.formula.Precision;
import gradus.kernel.compile.ElementwiseKernel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;

/**
 * An expression that is growing, with the tensors and the settings to which its leaves refer: each
 * tensor and each setting once.
 *
 * <p>Joining does nothing to the functions themselves, so a joined expression has the bits of its
 * parts computed one after the other. The same joints come again at every step of a training; what
 * they lead to is remembered.
 */
public final class FusedExpression {
  private record Renamed(Expr body, List<Integer> operands, List<Integer> settings) {}

  private record Join(Expr body, List<Expr> arguments) {}

  private static final ConcurrentHashMap<Renamed, Expr> RENAMED = new ConcurrentHashMap<>();
  private static final ConcurrentHashMap<Join, Expr> JOINED = new ConcurrentHashMap<>();
  private static final ConcurrentHashMap<Expr, Integer> COSTS = new ConcurrentHashMap<>();

  /** Joins remembered; a program that makes more of them is not repeating itself. */
  private static final int REMEMBERED = 4096;

  /** Expressions of up to so many primitive functions are cheaper to compute than to load. */
  private static final int CHEAP = 16;

  private Expr body;
  private final List<Tensor> operands = new ArrayList<>();
  private final List<Double> settings = new ArrayList<>();

  /** The body of a formula, with its settings; its operands are still to be {@link #join}ed. */
  FusedExpression(Expr body, double... settings) {
    this.body = body;
    for (double s : settings) {
      this.settings.add(s);
    }
  }

  /** The expression: operand i is {@code operands().get(i)}. */
  public Expr body() {
    return body;
  }

  public List<Tensor> operands() {
    return operands;
  }

  public double[] settings() {
    double[] values = new double[settings.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = settings.get(i);
    }
    return values;
  }

  /** The place of a tensor among the operands, as a leaf. */
  Expr place(Tensor t) {
    for (int i = 0; i < operands.size(); i++) {
      Tensor known = operands.get(i);
      if (known.storage() == t.storage()
          && known.offset() == t.offset()
          && known.shape().equals(t.shape())
          && Arrays.equals(known.strides(), t.strides())) {
        return Expr.arg(i);
      }
    }
    operands.add(t.requiresGrad() ? t.detach() : t);
    return Expr.arg(operands.size() - 1);
  }

  /** The body of another chain in the operands and settings of this one. */
  Expr rename(FusedExpression other) {
    var args = new ArrayList<Integer>();
    for (Tensor t : other.operands) {
      args.add(place(t).index());
    }
    var sets = new ArrayList<Integer>();
    for (Double s : other.settings) {
      int at = settings.indexOf(s);
      if (at < 0) {
        at = settings.size();
        settings.add(s);
      }
      sets.add(at);
    }
    var key = new Renamed(other.body, args, sets);
    Expr known = RENAMED.get(key);
    return known != null ? known : remember(RENAMED, key, renamed(key));
  }

  private static Expr renamed(Renamed key) {
    return key.body.replaceLeaves(
        e ->
            switch (e.fn()) {
              case ARG -> Expr.arg(key.operands.get(e.index()));
              case SETTING -> Expr.setting(key.settings.get(e.index()));
              default -> e;
            });
  }

  /** Puts these expressions in the place of the operands of the body. */
  void join(List<Expr> arguments) {
    var key = new Join(body, arguments);
    Expr known = JOINED.get(key);
    body =
        known != null
            ? known
            : remember(JOINED, key, body.substitute(arguments.toArray(new Expr[0])));
  }

  private static <K, V> V remember(ConcurrentHashMap<K, V> known, K key, V value) {
    if (known.size() < REMEMBERED) {
      known.put(key, value);
    }
    return value;
  }

  /** The primitive functions to compute for an element. */
  int cost() {
    Integer known = COSTS.get(body);
    return known != null
        ? known
        : remember(COSTS, body, Lowering.of(body, Precision.FLOAT).nodes().size());
  }

  boolean isExpensive() {
    return body.fn() != Fn.ARG && cost() > CHEAP;
  }

  /** Computes the elements into a new tensor of their shape and type. */
  public void compute(Tensor out) {
    run(ElementwiseKernel.of(List.of(body)), out.dtype(), out);
  }

  /** Runs a kernel over the operands. */
  void run(ElementwiseKernel kernel, DType computing, Tensor... out) {
    KernelArguments.run(kernel, computing, settings(), out, operands.toArray(new Tensor[0]));
  }
}
