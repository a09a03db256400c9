/**
 * Scalar expressions: built, differentiated, simplified, printed, lowered and interpreted.
 *
 * <p>An elementwise operator is one {@link gradus.formula.Expr}. Its derivative is derived from it
 * ({@link gradus.formula.Expr#derivative}), its transcendental functions are rewritten to correctly
 * rounded primitives ({@link gradus.formula.Lowering}), and its meaning is what {@link
 * gradus.formula.Evaluator} says: compiled kernels must agree with it to the last bit.
 *
 * <p>Nothing here knows tensors, arrays or loops.
 */
@NullMarked
package gradus.formula;

import org.jspecify.annotations.NullMarked;
