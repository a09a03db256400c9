package gradus.formula;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * Writes an expression as text: operands as x0, x1, settings as s0, s1, infix where usual. Shared
 * parts that are not short are named: {@code t0 * t0 where t0 = tanh(x0 + x1)}; without names the
 * text of a graph could be exponentially long.
 */
final class Printer {
  /** Texts up to this long are repeated rather than named. */
  private static final int SHORT = 12;

  private final Map<Expr, String> text = new HashMap<>();
  private final StringBuilder names = new StringBuilder();
  private int named;

  private Printer() {}

  static String print(Expr root) {
    return new Printer().whole(root);
  }

  private String whole(Expr root) {
    var uses = new HashMap<Expr, Integer>();
    for (Expr e : root.nodes()) {
      for (int i = 0; i < e.arity(); i++) {
        uses.put(e.argument(i), 1 + uses.getOrDefault(e.argument(i), 0));
      }
    }
    for (Expr e : root.nodes()) {
      String s = written(e);
      if (uses.getOrDefault(e, 0) > 1 && s.length() > SHORT) {
        String name = "t" + named++;
        names.append(named == 1 ? " where " : ", ").append(name).append(" = ").append(bare(e, s));
        s = name;
      }
      text.put(e, s);
    }
    return bare(root, argument(root)) + names;
  }

  private String argument(Expr e) {
    return text.getOrDefault(e, "");
  }

  private String written(Expr e) {
    return switch (e.fn()) {
      case ARG -> "x" + e.index();
      case SETTING -> "s" + e.index();
      case CONST -> number(e.value());
      case ADD -> infix(e, " + ");
      case SUB -> infix(e, " - ");
      case MUL -> infix(e, " * ");
      case DIV -> infix(e, " / ");
      case LT -> infix(e, " < ");
      case LE -> infix(e, " <= ");
      case EQ -> infix(e, " == ");
      case AND -> infix(e, " && ");
      case OR -> infix(e, " || ");
      case NEG -> "-" + argument(e.argument(0));
      case NOT -> "!" + argument(e.argument(0));
      default -> call(e);
    };
  }

  private String infix(Expr e, String sign) {
    return "(" + argument(e.argument(0)) + sign + argument(e.argument(1)) + ")";
  }

  private String call(Expr e) {
    var s = new StringBuilder(e.fn().name().toLowerCase(Locale.ROOT)).append('(');
    for (int i = 0; i < e.arity(); i++) {
      s.append(i == 0 ? "" : ", ").append(bare(e.argument(i), argument(e.argument(i))));
    }
    return s.append(')').toString();
  }

  /** Without the parentheses of an infix expression. */
  private static String bare(Expr e, String s) {
    return e.arity() == 2 && s.startsWith("(") ? s.substring(1, s.length() - 1) : s;
  }

  private static String number(double v) {
    boolean whole = v == Math.rint(v) && Math.abs(v) < 1e15 && !(v == 0 && 1 / v < 0);
    return whole ? Long.toString((long) v) : Double.toString(v);
  }
}
