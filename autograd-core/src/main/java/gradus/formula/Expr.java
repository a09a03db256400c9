package gradus.formula;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Objects;
import java.util.function.BinaryOperator;
import java.util.function.UnaryOperator;

/**
 * A scalar expression of operands, settings and constants: the body of an elementwise operator.
 *
 * <p>Expressions are immutable and hash-consed: equal expressions are the same object, so common
 * subexpressions are shared and {@code ==} compares. Building one does only what keeps every bit (x
 * * 1 is x, constants fold); the freer algebra of derivatives is in {@link Derivative}.
 */
public final class Expr {
  private final Fn fn;
  private final Expr[] args;
  private final double value;
  private final int hash;

  private Expr(Fn fn, double value, Expr... args) {
    this.fn = fn;
    this.value = value;
    this.args = args;
    int h = fn.ordinal() * 31 + Double.hashCode(value);
    for (Expr arg : args) {
      h = h * 31 + System.identityHashCode(arg);
    }
    this.hash = h;
  }

  private static Expr interned(Fn fn, double value, Expr... args) {
    return Interned.of(new Expr(fn, value, args));
  }

  // --- leaves ---

  /** The operand with this index. */
  public static Expr arg(int index) {
    return interned(Fn.ARG, index);
  }

  /** The setting with this index: a number given at each call. */
  public static Expr setting(int index) {
    return interned(Fn.SETTING, index);
  }

  /** A fixed number. */
  public static Expr constant(double value) {
    return interned(Fn.CONST, value);
  }

  /**
   * The application of a function.
   *
   * @throws IllegalArgumentException if the number or the kind of the arguments does not fit
   */
  public static Expr of(Fn fn, Expr... args) {
    if (fn.isLeaf() || args.length != fn.arity()) {
      throw new IllegalArgumentException(
          "%s takes %d arguments, got %d".formatted(fn, fn.arity(), args.length));
    }
    for (int i = 0; i < args.length; i++) {
      boolean wanted = fn == Fn.AND || fn == Fn.OR || fn == Fn.NOT || (fn == Fn.SELECT && i == 0);
      if (args[i].isCondition() != wanted) {
        throw new IllegalArgumentException(
            "%s: argument %d must be a %s, got %s"
                .formatted(fn, i, wanted ? "condition" : "number", args[i]));
      }
    }
    Expr simpler = ConstantFolding.simpler(fn, args);
    return simpler != null ? simpler : interned(fn, 0, args.clone());
  }

  // --- what it is ---

  public Fn fn() {
    return fn;
  }

  /** The index of an operand or setting. */
  public int index() {
    return (int) value;
  }

  /** The value of a constant. */
  public double value() {
    return value;
  }

  public int arity() {
    return args.length;
  }

  public Expr argument(int i) {
    return args[i];
  }

  public boolean isCondition() {
    return fn.isCondition();
  }

  public boolean isConstant(double v) {
    return fn == Fn.CONST && Double.doubleToRawLongBits(value) == Double.doubleToRawLongBits(v);
  }

  // --- arithmetic ---

  public Expr add(Expr b) {
    return of(Fn.ADD, this, b);
  }

  public Expr add(double b) {
    return add(constant(b));
  }

  public Expr sub(Expr b) {
    return of(Fn.SUB, this, b);
  }

  public Expr sub(double b) {
    return sub(constant(b));
  }

  public Expr mul(Expr b) {
    return of(Fn.MUL, this, b);
  }

  public Expr mul(double b) {
    return mul(constant(b));
  }

  public Expr div(Expr b) {
    return of(Fn.DIV, this, b);
  }

  public Expr div(double b) {
    return div(constant(b));
  }

  public Expr neg() {
    return of(Fn.NEG, this);
  }

  public Expr abs() {
    return of(Fn.ABS, this);
  }

  public Expr square() {
    return mul(this);
  }

  public Expr reciprocal() {
    return constant(1).div(this);
  }

  /** {@code this * b + c}, rounded once. */
  public Expr fma(Expr b, Expr c) {
    return of(Fn.FMA, this, b, c);
  }

  public Expr min(Expr b) {
    return of(Fn.MIN, this, b);
  }

  public Expr max(Expr b) {
    return of(Fn.MAX, this, b);
  }

  public Expr sqrt() {
    return of(Fn.SQRT, this);
  }

  public Expr rint() {
    return of(Fn.RINT, this);
  }

  public Expr floor() {
    return of(Fn.FLOOR, this);
  }

  public Expr ceil() {
    return of(Fn.CEIL, this);
  }

  public Expr trunc() {
    return of(Fn.TRUNC, this);
  }

  // --- conditions ---

  public Expr lt(Expr b) {
    return of(Fn.LT, this, b);
  }

  public Expr lt(double b) {
    return lt(constant(b));
  }

  public Expr le(Expr b) {
    return of(Fn.LE, this, b);
  }

  public Expr le(double b) {
    return le(constant(b));
  }

  public Expr gt(Expr b) {
    return b.lt(this);
  }

  public Expr gt(double b) {
    return gt(constant(b));
  }

  public Expr ge(Expr b) {
    return b.le(this);
  }

  public Expr ge(double b) {
    return ge(constant(b));
  }

  public Expr eq(Expr b) {
    return of(Fn.EQ, this, b);
  }

  public Expr eq(double b) {
    return eq(constant(b));
  }

  public Expr ne(Expr b) {
    return eq(b).not();
  }

  public Expr ne(double b) {
    return ne(constant(b));
  }

  public Expr isNaN() {
    return ne(this);
  }

  public Expr and(Expr b) {
    return of(Fn.AND, this, b);
  }

  public Expr or(Expr b) {
    return of(Fn.OR, this, b);
  }

  public Expr not() {
    return of(Fn.NOT, this);
  }

  /** {@code this ? a : b}. */
  public Expr select(Expr a, Expr b) {
    return of(Fn.SELECT, this, a, b);
  }

  /** {@code this ? a : b}. */
  public Expr select(double a, double b) {
    return select(constant(a), constant(b));
  }

  // --- functions ---

  public Expr exp() {
    return of(Fn.EXP, this);
  }

  public Expr expm1() {
    return of(Fn.EXPM1, this);
  }

  public Expr log() {
    return of(Fn.LOG, this);
  }

  public Expr log1p() {
    return of(Fn.LOG1P, this);
  }

  public Expr tanh() {
    return of(Fn.TANH, this);
  }

  public Expr sigmoid() {
    return of(Fn.SIGMOID, this);
  }

  public Expr erf() {
    return of(Fn.ERF, this);
  }

  public Expr sin() {
    return of(Fn.SIN, this);
  }

  public Expr cos() {
    return of(Fn.COS, this);
  }

  public Expr pow(Expr exponent) {
    return of(Fn.POW, this, exponent);
  }

  /** 1 above zero, -1 below, and zero and NaN as they are. */
  public Expr sign() {
    return gt(0).select(constant(1), lt(0).select(constant(-1), mul(0))); // NaN * 0 is NaN
  }

  // --- on the whole expression ---

  /** This gradient passed on through a slope: their product, exactly zero where the slope is. */
  public Expr along(Expr slope) {
    return Derivative.times(this, slope);
  }

  /** The derivative with respect to operand {@code i}; see {@link Derivative}. */
  public Expr derivative(int i) {
    return Derivative.of(this, i);
  }

  /** Every node once, arguments before the nodes that use them. */
  public List<Expr> nodes() {
    return nodes(List.of(this));
  }

  /** Every node of several expressions once, arguments before the nodes that use them. */
  public static List<Expr> nodes(List<Expr> roots) {
    return Graph.ordered(roots);
  }

  /** This expression with every node replaced by {@code change}, from the leaves upwards. */
  public Expr rewrite(UnaryOperator<Expr> change) {
    return rebuild((before, after) -> change.apply(after));
  }

  /** This expression with its operands, settings and constants replaced by {@code change}. */
  public Expr replaceLeaves(UnaryOperator<Expr> change) {
    // What a function simplifies to may be a leaf, too, but one that has been replaced already.
    return rebuild((before, after) -> before.fn.isLeaf() ? change.apply(before) : after);
  }

  /** This expression with the operands replaced, operand i by {@code operands[i]}. */
  public Expr substitute(Expr... operands) {
    return replaceLeaves(e -> e.fn == Fn.ARG ? operands[e.index()] : e);
  }

  /** Every node by {@code change} of it and of itself with changed arguments. */
  private Expr rebuild(BinaryOperator<Expr> change) {
    var changed = new HashMap<Expr, Expr>();
    for (Expr e : nodes()) {
      var args = new Expr[e.args.length];
      Arrays.setAll(args, i -> Objects.requireNonNull(changed.get(e.args[i])));
      Expr same = Arrays.equals(args, e.args) ? e : of(e.fn, args);
      changed.put(e, change.apply(e, same));
    }
    return Objects.requireNonNull(changed.get(this));
  }

  @Override
  public boolean equals(Object other) {
    // Arguments are interned already, so one level decides. The table compares with its entries.
    return (other instanceof Interned entry ? entry.get() : other) instanceof Expr e
        && fn == e.fn
        && Double.doubleToRawLongBits(value) == Double.doubleToRawLongBits(e.value)
        && sameArguments(e);
  }

  private boolean sameArguments(Expr e) {
    for (int i = 0; i < args.length; i++) {
      if (args[i] != e.args[i]) {
        return false;
      }
    }
    return true;
  }

  @Override
  public int hashCode() {
    return hash;
  }

  @Override
  public String toString() {
    return Printer.print(this);
  }
}
