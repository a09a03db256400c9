/**
 * The operator contract. Read {@link gradus.op.Op} first, then {@link gradus.op.Formula} (one
 * scalar expression for every element), {@link gradus.op.View} (no computation), {@link
 * gradus.op.CompositeOp} (a faster kernel for a composition) and {@link
 * gradus.op.ElementwiseUpdate} (changes in place). {@link gradus.op.LinearMap}, {@link
 * gradus.op.IndexedOp} and {@link gradus.op.NoDerivative} bring the rules of their kinds. The
 * operators themselves are in one folder per family, one file each.
 */
@NullMarked
package gradus.op;

import org.jspecify.annotations.NullMarked;
