/** Normalising to mean 0 and variance 1 over some dimensions, and the gradients of that. */
@NullMarked
package gradus.op.normalization;

import org.jspecify.annotations.NullMarked;
