/**
 * The operator contract. Read {@link gradus.op.Op} first, then {@link gradus.op.Formula} (one
 * scalar expression for every element), {@link gradus.op.View} (no computation), {@link
 * gradus.op.CompositeOp} (a faster kernel for a composition) and {@link
 * gradus.op.ElementwiseUpdate} (changes in place). {@link gradus.op.LinearMap}, {@link
 * gradus.op.IndexedOp}, {@link gradus.op.NoDerivative}, {@link gradus.op.LeadingBatches} and {@link
 * gradus.op.Overwriting} bring the rules of their kinds. The operators are in a folder per family.
 */
@NullMarked
package gradus.op;

import org.jspecify.annotations.NullMarked;
