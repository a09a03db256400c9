/**
 * Scalar expressions: built, differentiated, simplified, printed and lowered.
 *
 * <p>An elementwise operator is one {@link gradus.formula.Expr}. Its derivative is derived from it
 * ({@link gradus.formula.Expr#derivative}), its transcendental functions are rewritten to correctly
 * rounded primitives ({@link gradus.formula.Lowering}), and so its meaning is fixed: compiled
 * kernels agree with one another, and with an interpreter in the tests, to the last bit.
 *
 * <p>Nothing here knows tensors, arrays or loops.
 */
@NullMarked
package gradus.formula;

import org.jspecify.annotations.NullMarked;
