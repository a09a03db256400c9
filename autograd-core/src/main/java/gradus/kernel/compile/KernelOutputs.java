package gradus.kernel.compile;

import gradus.formula.Expr;
import gradus.formula.Fn;
import java.util.List;

/**
 * The expressions that a kernel computes, where their values go and where operands come from.
 *
 * @param inPlace whether output k takes the place of operand k; otherwise outputs come first
 * @param members how many operands one array holds: operand {@code a * members + k} is element
 *     {@code k * apart} of array a from where the others of that array are read
 */
record KernelOutputs(List<Expr> outputs, boolean inPlace, int members, int apart) {
  /** Each operand in an array of its own. */
  KernelOutputs(List<Expr> outputs, boolean inPlace) {
    this(outputs, inPlace, 1, 0);
  }

  /** The same for other expressions. */
  KernelOutputs with(List<Expr> others) {
    return new KernelOutputs(others, inPlace, members, apart);
  }

  /** The same with a list of its own. */
  KernelOutputs copy() {
    return with(List.copyOf(outputs));
  }

  /** The slot of the first operand; output k has slot k. */
  int firstOperand() {
    return inPlace ? 0 : outputs.size();
  }

  /** The slot of an operand's array. */
  int slot(Expr operand) {
    return firstOperand() + operand.index() / members;
  }

  /** How far an operand lies behind the place of its array. */
  int shift(Expr operand) {
    return operand.index() % members * apart;
  }

  /** How far operands reach behind the places of their arrays. */
  int reach() {
    return (members - 1) * apart;
  }

  /** How many settings the expressions know. */
  int settings() {
    int n = 0;
    for (Expr e : nodes()) {
      n = e.fn() == Fn.SETTING ? Math.max(n, e.index() + 1) : n;
    }
    return n;
  }

  /** All functions and leaves, each once, arguments first. */
  List<Expr> nodes() {
    return Expr.nodes(outputs);
  }
}
