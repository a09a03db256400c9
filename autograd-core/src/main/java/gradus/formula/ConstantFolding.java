package gradus.formula;

import org.jspecify.annotations.Nullable;

/** The simplifications that change no bit of any result: constants fold, x * 1 is x. */
final class ConstantFolding {
  private ConstantFolding() {}

  /** A simpler expression with the same value as {@code fn(args)}, or null. */
  static @Nullable Expr simpler(Fn fn, Expr[] args) {
    Expr a = args[0];
    Expr b = args.length > 1 ? args[1] : a;
    return switch (fn) {
      case ADD -> constants(a, b) ? Expr.constant(a.value() + b.value()) : null;
      case SUB ->
          constants(a, b) ? Expr.constant(a.value() - b.value()) : b.isConstant(0) ? a : null;
      case MUL ->
          constants(a, b)
              ? Expr.constant(a.value() * b.value())
              : a.isConstant(1) ? b : b.isConstant(1) ? a : null;
      case DIV ->
          constants(a, b) ? Expr.constant(a.value() / b.value()) : b.isConstant(1) ? a : null;
      case NEG ->
          a.fn() == Fn.CONST ? Expr.constant(-a.value()) : a.fn() == Fn.NEG ? a.argument(0) : null;
      case ABS -> a.fn() == Fn.ABS ? a : a.fn() == Fn.NEG ? a.argument(0).abs() : null;
      case MIN, MAX, AND, OR -> a == b ? a : null;
      case NOT -> a.fn() == Fn.NOT ? a.argument(0) : null;
      case SELECT -> b == args[2] ? b : null;
      default -> null;
    };
  }

  private static boolean constants(Expr a, Expr b) {
    return a.fn() == Fn.CONST && b.fn() == Fn.CONST;
  }
}
