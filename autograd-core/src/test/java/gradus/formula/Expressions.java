package gradus.formula;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Random expressions for tests. */
public final class Expressions {
  private static final Fn[] REAL = {
    Fn.ADD,
    Fn.SUB,
    Fn.MUL,
    Fn.DIV,
    Fn.NEG,
    Fn.ABS,
    Fn.FMA,
    Fn.MIN,
    Fn.MAX,
    Fn.SQRT,
    Fn.LT,
    Fn.LE,
    Fn.EQ,
    Fn.AND,
    Fn.OR,
    Fn.NOT,
    Fn.SELECT,
    Fn.SELECT,
    Fn.POW2,
    Fn.EXPONENT,
    Fn.MANTISSA
  };
  private static final Fn[] INTEGRAL = {
    Fn.ADD, Fn.SUB, Fn.MUL, Fn.NEG, Fn.ABS, Fn.MIN, Fn.MAX, Fn.LT, Fn.LE, Fn.EQ, Fn.AND, Fn.OR,
    Fn.NOT, Fn.SELECT
  };
  private static final double[] CONSTANTS = {
    0, -0.0, 1, -1, 2, 0.5, 3.25, -7, 1e-3, 1e30, Double.POSITIVE_INFINITY, Double.NaN
  };

  private Expressions() {}

  /** Primitives over three operands and two settings, as a graph with shared parts. */
  public static List<Expr> primitive(Random random, int nodes, int outputs) {
    return graph(random, REAL, nodes, outputs, true);
  }

  /** What integers have. */
  public static List<Expr> integral(Random random, int nodes, int outputs) {
    return graph(random, INTEGRAL, nodes, outputs, false);
  }

  private static List<Expr> graph(
      Random random, Fn[] functions, int nodes, int outputs, boolean real) {
    var numbers = new ArrayList<Expr>();
    var conditions = new ArrayList<Expr>();
    for (int i = 0; i < 3; i++) {
      numbers.add(Expr.arg(i));
    }
    numbers.add(Expr.setting(0));
    numbers.add(Expr.setting(1));
    numbers.add(
        Expr.constant(real ? CONSTANTS[random.nextInt(CONSTANTS.length)] : random.nextInt(-9, 10)));
    conditions.add(Expr.arg(0).lt(Expr.arg(1)));
    for (int i = 0; i < nodes; i++) {
      Fn fn = functions[random.nextInt(functions.length)];
      var args = new Expr[fn.arity()];
      for (int k = 0; k < args.length; k++) {
        boolean condition =
            fn == Fn.AND || fn == Fn.OR || fn == Fn.NOT || (fn == Fn.SELECT && k == 0);
        args[k] = recent(random, condition ? conditions : numbers);
      }
      if (fn == Fn.POW2 || fn == Fn.EXPONENT || fn == Fn.MANTISSA) {
        // They look at bits, and the bits of a NaN are nobody's promise.
        args[0] = args[0].eq(args[0]).select(args[0], Expr.constant(1.5));
      }
      Expr e = Expr.of(fn, args);
      (e.isCondition() ? conditions : numbers).add(e);
    }
    var results = new ArrayList<Expr>();
    results.add(numbers.getLast());
    for (int i = 1; i < outputs; i++) {
      results.add(recent(random, i % 3 == 2 ? conditions : numbers));
    }
    return results;
  }

  /** Prefers what was made last, so that graphs grow deep as well as wide. */
  private static Expr recent(Random random, List<Expr> from) {
    int back = Math.min(random.nextInt(from.size()), random.nextInt(from.size()));
    return from.get(from.size() - 1 - back);
  }
}
