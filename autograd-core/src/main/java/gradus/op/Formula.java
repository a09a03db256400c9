package gradus.op;

import gradus.DType;
import gradus.Shape;
import gradus.Tensor;
import gradus.formula.Expr;
import gradus.formula.Fn;
import gradus.kernel.compile.ElementwiseKernel;
import gradus.op.fusion.Fusion;
import gradus.op.fusion.KernelArguments;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BinaryOperator;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * An elementwise operator: one scalar expression, applied to every element.
 *
 * <p>The derivative follows from the expression; it is a formula again, so there is one of every
 * order. Operands broadcast. Where an expression has settings (a bound, an exponent), {@link #with}
 * gives them values; every set of values shares one compiled kernel.
 *
 * <pre>{@code
 * Formula swish = Formula.of("swish", v -> v.mul(v.sigmoid()));
 * Tensor y = swish.apply(Tensor.of(1, 2));
 * }</pre>
 */
public final class Formula implements Op, Overwriting {
  private final Definition definition;
  private final double[] settings;

  private Formula(Definition definition, double... settings) {
    this.definition = definition;
    this.settings = settings;
  }

  /** An expression of the operands {@code x} and the settings {@code s}. */
  @FunctionalInterface
  public interface Body {
    Expr of(Expr[] x, Expr[] s);
  }

  /** An expression of three operands. */
  @FunctionalInterface
  public interface Ternary {
    Expr of(Expr a, Expr b, Expr c);
  }

  /** The operator of one operand with this body. */
  public static Formula of(String name, UnaryOperator<Expr> body) {
    return of(name, 1, 0, (x, s) -> body.apply(x[0]));
  }

  /** The operator of two operands with this body. */
  public static Formula of(String name, BinaryOperator<Expr> body) {
    return of(name, 2, 0, (x, s) -> body.apply(x[0], x[1]));
  }

  /** The operator of three operands with this body. */
  public static Formula of(String name, Ternary body) {
    return of(name, 3, 0, (x, s) -> body.of(x[0], x[1], x[2]));
  }

  /** The operator with so many operands, and settings for {@link #with} to set. */
  public static Formula of(String name, int operands, int settings, Body body) {
    Expr[] x = new Expr[operands];
    Arrays.setAll(x, Expr::arg);
    Expr[] s = new Expr[settings];
    Arrays.setAll(s, Expr::setting);
    return new Formula(new Definition(name, body.of(x, s), operands, settings, null));
  }

  /**
   * This operator with the derivative of one-operand {@code y = f(x)} written by hand, for accuracy
   * or to save the result in place of the operand: an expression of x, y and the gradient g of y.
   */
  public Formula derivative(Ternary rule) {
    Expr g = rule.of(Expr.arg(0), Expr.arg(1), Expr.arg(2));
    return new Formula(definition.withRule(g), settings);
  }

  /** This operator with values for its settings. */
  public Formula with(double... values) {
    if (values.length != definition.settings) {
      throw new IllegalArgumentException(
          "%s: needs %d settings, got %d".formatted(name(), definition.settings, values.length));
    }
    return new Formula(definition, values);
  }

  @Override
  public String name() {
    return definition.name;
  }

  /** The expression: operand i is {@code Expr.arg(i)}. */
  public Expr expression() {
    return definition.body;
  }

  /** The values of the settings. */
  public double[] settings() {
    return settings.clone();
  }

  @Override
  public Shape shape(Tensor... in) {
    if (in.length != definition.operands || settings.length != definition.settings) {
      throw new IllegalArgumentException(
          "%s: takes %d operands and %d settings, got %d and %d"
              .formatted(
                  name(), definition.operands, definition.settings, in.length, settings.length));
    }
    Shape shape = in[0].shape();
    for (int i = 1; i < in.length; i++) {
      shape = shape.broadcast(name(), in[i].shape());
    }
    return shape;
  }

  /** Conditions are bool; what integers cannot hold is float32; else the promoted type. */
  @Override
  public DType dtype(Tensor... in) {
    return definition.body.isCondition() ? DType.BOOL : computing(in);
  }

  /** The type of the arithmetic. */
  private DType computing(Tensor... in) {
    DType type = DType.promote(in);
    if (type.isFloating()) {
      return type;
    }
    if (!definition.integral || !whole(settings)) {
      return DType.FLOAT32;
    }
    return type == DType.BOOL && definition.arithmetic ? DType.INT64 : type;
  }

  private static boolean whole(double... values) {
    for (double v : values) {
      if (v != Math.rint(v)) {
        return false;
      }
    }
    return true;
  }

  @Override
  public Tensor evaluate(Tensor... in) {
    Shape shape = shape(in);
    DType type = dtype(in);
    if (Fusion.concerns(shape)) {
      DType computing = computing(in);
      if (computing.isFloating()) {
        return Fusion.apply(definition.body, settings, computing, shape, type, in);
      }
    }
    Tensor out = Tensor.empty(shape, type);
    forward(in, out);
    return out;
  }

  @Override
  public void forward(Tensor[] in, Tensor out) {
    DType computing = definition.body.isCondition() ? computing(in) : out.dtype();
    KernelArguments.run(definition.kernel(), computing, settings, new Tensor[] {out}, in);
  }

  /**
   * Computes the result into the first operand, as {@code addInPlace} does for add. Nothing in
   * place is recorded.
   *
   * @return the first operand
   * @throws gradus.ShapeException if the others do not broadcast to its shape
   * @throws gradus.DTypeException if its type cannot hold the result
   * @throws gradus.AutogradException if recording is on and an operand requires gradients
   */
  public Tensor applyInPlace(Tensor... in) {
    definition.inPlace(name()).apply(settings, in);
    return in[0];
  }

  @Override
  public @Nullable Tensor vjp(int i, Tensor g, Call call) {
    Derivative d = definition.derivative(i);
    Tensor[] args = new Tensor[d.reads.length];
    for (int k = 0; k < args.length; k++) {
      int r = d.reads[k];
      args[k] = r < definition.operands ? call.in(r) : r == definition.operands ? call.out() : g;
    }
    if (d.formula == null) {
      return null;
    }
    Expr body = d.formula.body;
    return body.fn() == Fn.ARG ? args[body.index()] : new Formula(d.formula, settings).apply(args);
  }

  @Override
  public Reads reads(int i) {
    return definition.derivative(i).saved;
  }

  @Override
  public @Nullable Tensor[] jvp(@Nullable Tensor[] tangents, Call call) {
    return definition.body.isCondition()
        ? Tangents.of(null)
        : Tangents.elementwise(this, tangents, call);
  }

  @Override
  public Tensor[] vmap(int size, boolean[] batched, Tensor... in) {
    return Batches.of(apply(Batches.aligned(batched, in)));
  }

  /**
   * The gradient of operand {@code i} given the operands and the gradient {@code g} of the result,
   * for operators that apply this formula inside and do not keep its result; null if it is zero.
   */
  public @Nullable Tensor gradient(int i, Tensor g, Tensor... in) {
    Definition d = definition.withoutResult(i);
    if (d.body.isConstant(0)) {
      return null;
    }
    Tensor[] args = Arrays.copyOf(in, in.length + 1);
    args[in.length] = g;
    return new Formula(d, settings).apply(args);
  }

  /** Whether both have the same name, expression, derivative and settings. */
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Formula f
        && definition.sameAs(f.definition)
        && Arrays.equals(settings, f.settings);
  }

  @Override
  public int hashCode() {
    return 31 * definition.body.hashCode() + Arrays.hashCode(settings);
  }

  @Override
  public String toString() {
    return name() + ": " + definition.body;
  }

  /** A formula for the gradient of one operand, and which of (operands, result, g) it takes. */
  private record Derivative(@Nullable Definition formula, int[] reads, Reads saved) {}

  /** What all formulas that differ only in the values of their settings share. */
  private static final class Definition {
    final String name;
    final Expr body;
    final int operands;
    final int settings;
    final boolean integral;
    final boolean arithmetic;
    private final @Nullable Expr rule;
    private final @Nullable Derivative[] derivatives;
    private volatile @Nullable ElementwiseKernel kernel;
    private volatile @Nullable ElementwiseUpdate update;

    Definition(String name, Expr body, int operands, int settings, @Nullable Expr rule) {
      this.name = name;
      this.body = body;
      this.operands = operands;
      this.settings = settings;
      this.rule = rule;
      this.derivatives = new Derivative[operands];
      boolean whole = true;
      boolean sums = false;
      for (Expr e : body.nodes()) {
        switch (e.fn()) {
          case ADD, SUB, MUL, NEG -> sums = true;
          case CONST -> whole &= e.value() == Math.rint(e.value());
          case ARG, SETTING, ABS, MIN, MAX, LT, LE, EQ, AND, OR, NOT, SELECT -> {}
          default -> whole = false;
        }
      }
      this.integral = whole;
      this.arithmetic = sums;
    }

    /** Expressions are unique, so they are the same object or different. */
    boolean sameAs(Definition other) {
      return this == other
          || name.equals(other.name)
              && body == other.body
              && rule == other.rule
              && operands == other.operands
              && settings == other.settings;
    }

    Definition withRule(Expr g) {
      return new Definition(name, body, operands, settings, g);
    }

    ElementwiseKernel kernel() {
      ElementwiseKernel k = kernel;
      if (k == null) {
        k = ElementwiseKernel.of(List.of(body));
        kernel = k;
      }
      return k;
    }

    ElementwiseUpdate inPlace(String operator) {
      ElementwiseUpdate u = update;
      if (u == null) {
        u = ElementwiseUpdate.of(operator + "InPlace", operands, settings, (x, s) -> List.of(body));
        update = u;
      }
      return u;
    }

    Derivative derivative(int i) {
      Derivative d = derivatives[i];
      if (d == null) {
        d = derive(i);
        derivatives[i] = d; // a race derives the same twice
      }
      return d;
    }

    /** The gradient of operand i as a formula of the operands and g. */
    Definition withoutResult(int i) {
      Expr slope = body.derivative(i);
      return new Definition(
          name + "Grad" + i, Expr.arg(operands).along(slope), operands + 1, settings, null);
    }

    /** Operands keep their indices, the result is the next, g the one after; unread ones go. */
    private Derivative derive(int i) {
      Expr y = Expr.arg(operands);
      Expr g = Expr.arg(operands + 1);
      Expr d = rule != null ? rule : g.along(body.derivative(i));
      if (body.fn() != Fn.ARG) {
        d = d.rewrite(e -> e == body ? y : e);
      }
      if (d.isConstant(0)) {
        return new Derivative(null, new int[0], Reads.NOTHING);
      }
      var reads = new ArrayList<Integer>();
      Expr[] renumbered = new Expr[operands + 2];
      Reads saved = Reads.NOTHING;
      for (int r = 0; r < operands + 2; r++) {
        if (d.nodes().contains(Expr.arg(r))) {
          renumbered[r] = Expr.arg(reads.size());
          reads.add(r);
          saved = r < operands ? saved.or(Reads.of(r)) : r == operands ? saved.andOutput() : saved;
        }
      }
      Expr formula = d.substitute(renumbered);
      String grad = operands == 1 ? name + "Grad" : name + "Grad" + i;
      return new Derivative(
          new Definition(grad, formula, reads.size(), settings, null),
          reads.stream().mapToInt(Integer::intValue).toArray(),
          saved);
    }
  }
}
