package gradus.formula;

import java.util.HashMap;
import java.util.Locale;

/** Writes an expression as text: operands as x0, x1, settings as s0, s1, infix where usual. */
final class Printer {
  private Printer() {}

  static String print(Expr root) {
    var text = new HashMap<Expr, String>();
    for (Expr e : root.nodes()) {
      String s =
          switch (e.fn()) {
            case ARG -> "x" + e.index();
            case SETTING -> "s" + e.index();
            case CONST -> number(e.value());
            case ADD -> infix(e, " + ", text);
            case SUB -> infix(e, " - ", text);
            case MUL -> infix(e, " * ", text);
            case DIV -> infix(e, " / ", text);
            case LT -> infix(e, " < ", text);
            case LE -> infix(e, " <= ", text);
            case EQ -> infix(e, " == ", text);
            case AND -> infix(e, " && ", text);
            case OR -> infix(e, " || ", text);
            case NEG -> "-" + text.get(e.argument(0));
            case NOT -> "!" + text.get(e.argument(0));
            default -> call(e, text);
          };
      text.put(e, s);
    }
    String s = text.getOrDefault(root, "");
    return s.startsWith("(") && s.endsWith(")") && !root.fn().isLeaf()
        ? s.substring(1, s.length() - 1)
        : s;
  }

  private static String infix(Expr e, String sign, HashMap<Expr, String> text) {
    return "(" + text.get(e.argument(0)) + sign + text.get(e.argument(1)) + ")";
  }

  private static String call(Expr e, HashMap<Expr, String> text) {
    var s = new StringBuilder(e.fn().name().toLowerCase(Locale.ROOT)).append('(');
    for (int i = 0; i < e.arity(); i++) {
      s.append(i == 0 ? "" : ", ").append(text.get(e.argument(i)));
    }
    return s.append(')').toString();
  }

  private static String number(double v) {
    return v == Math.rint(v) && Math.abs(v) < 1e15 ? Long.toString((long) v) : Double.toString(v);
  }
}
