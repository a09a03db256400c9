package gradus.kernel.compile;

import gradus.formula.Expr;
import java.util.List;

/**
 * The expressions that a kernel computes, and where their values go.
 *
 * @param inPlace whether output k takes the place of operand k; otherwise the outputs are arrays of
 *     their own, in front of the operands
 */
record Assignment(List<Expr> outputs, boolean inPlace) {
  /** The slot of the first operand; output k has slot k. */
  int firstOperand() {
    return inPlace ? 0 : outputs.size();
  }

  /** All functions and leaves, each once, arguments first. */
  List<Expr> nodes() {
    return Expr.nodes(outputs);
  }
}
