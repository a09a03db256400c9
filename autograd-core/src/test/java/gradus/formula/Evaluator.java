package gradus.formula;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What an expression means, for one element: the oracle that compiled loops must equal bit by bit.
 *
 * <p>Every function is rounded to the type of the arithmetic before the next one sees it.
 * Conditions are 1 and 0. Not fast: a map holds the value of each node.
 */
public final class Evaluator {
  private Evaluator() {}

  /** The values of the outputs in float arithmetic. */
  public static float[] floats(List<Expr> outputs, float[] operands, double... settings) {
    Map<Expr, Float> known = new HashMap<>();
    for (Expr e : Expr.nodes(outputs)) {
      float a = e.arity() > 0 ? value(known, e, 0) : 0;
      float b = e.arity() > 1 ? value(known, e, 1) : 0;
      float c = e.arity() > 2 ? value(known, e, 2) : 0;
      known.put(
          e,
          switch (e.fn()) {
            case ARG -> operands[e.index()];
            case SETTING -> (float) settings[e.index()];
            case CONST -> (float) e.value();
            case ADD -> a + b;
            case SUB -> a - b;
            case MUL -> a * b;
            case DIV -> a / b;
            case NEG -> -a;
            case ABS -> Math.abs(a);
            case FMA -> Math.fma(a, b, c);
            case MIN -> Math.min(a, b);
            case MAX -> Math.max(a, b);
            case SQRT -> (float) Math.sqrt(a);
            case LT -> a < b ? 1f : 0;
            case LE -> a <= b ? 1f : 0;
            case EQ -> a == b ? 1f : 0;
            case AND -> a * b;
            case OR -> Math.max(a, b);
            case NOT -> 1 - a;
            case SELECT -> a != 0 ? b : c;
            case POW2 -> Bits.pow2(a);
            case EXPONENT -> Bits.exponent(a);
            case MANTISSA -> Bits.mantissa(a);
            default -> (float) StrictFunctions.call(e.fn(), a, b);
          });
    }
    var values = new float[outputs.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = Objects.requireNonNull(known.get(outputs.get(i)));
    }
    return values;
  }

  /** The values of the outputs in double arithmetic. */
  public static double[] doubles(List<Expr> outputs, double[] operands, double... settings) {
    Map<Expr, Double> known = new HashMap<>();
    for (Expr e : Expr.nodes(outputs)) {
      double a = e.arity() > 0 ? value(known, e, 0) : 0;
      double b = e.arity() > 1 ? value(known, e, 1) : 0;
      double c = e.arity() > 2 ? value(known, e, 2) : 0;
      known.put(
          e,
          switch (e.fn()) {
            case ARG -> operands[e.index()];
            case SETTING -> settings[e.index()];
            case CONST -> e.value();
            case ADD -> a + b;
            case SUB -> a - b;
            case MUL -> a * b;
            case DIV -> a / b;
            case NEG -> -a;
            case ABS -> Math.abs(a);
            case FMA -> Math.fma(a, b, c);
            case MIN -> Math.min(a, b);
            case MAX -> Math.max(a, b);
            case SQRT -> Math.sqrt(a);
            case LT -> a < b ? 1.0 : 0;
            case LE -> a <= b ? 1.0 : 0;
            case EQ -> a == b ? 1.0 : 0;
            case AND -> a * b;
            case OR -> Math.max(a, b);
            case NOT -> 1 - a;
            case SELECT -> a != 0 ? b : c;
            case POW2 -> Bits.pow2(a);
            case EXPONENT -> Bits.exponent(a);
            case MANTISSA -> Bits.mantissa(a);
            default -> StrictFunctions.call(e.fn(), a, b);
          });
    }
    var values = new double[outputs.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = Objects.requireNonNull(known.get(outputs.get(i)));
    }
    return values;
  }

  /**
   * The values of the outputs in long arithmetic, which wraps.
   *
   * @throws IllegalArgumentException for a function that integers do not have
   */
  public static long[] longs(List<Expr> outputs, long[] operands, double... settings) {
    Map<Expr, Long> known = new HashMap<>();
    for (Expr e : Expr.nodes(outputs)) {
      long a = e.arity() > 0 ? value(known, e, 0) : 0;
      long b = e.arity() > 1 ? value(known, e, 1) : 0;
      long c = e.arity() > 2 ? value(known, e, 2) : 0;
      known.put(
          e,
          switch (e.fn()) {
            case ARG -> operands[e.index()];
            case SETTING -> (long) settings[e.index()];
            case CONST -> (long) e.value();
            case ADD -> a + b;
            case SUB -> a - b;
            case MUL -> a * b;
            case NEG -> -a;
            case ABS -> Math.abs(a);
            case MIN -> Math.min(a, b);
            case MAX -> Math.max(a, b);
            case LT -> a < b ? 1L : 0;
            case LE -> a <= b ? 1L : 0;
            case EQ -> a == b ? 1L : 0;
            case AND -> a & b;
            case OR -> a | b;
            case NOT -> 1 - a;
            case SELECT -> a != 0 ? b : c;
            default -> throw new IllegalArgumentException("integers have no " + e.fn() + ": " + e);
          });
    }
    var values = new long[outputs.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = Objects.requireNonNull(known.get(outputs.get(i)));
    }
    return values;
  }

  private static <V> V value(Map<Expr, V> known, Expr e, int i) {
    return Objects.requireNonNull(known.get(e.argument(i)));
  }
}
