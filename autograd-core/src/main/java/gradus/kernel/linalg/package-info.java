/**
 * Factorisations of dense matrices, one after the other of a batch, in double and without blocks.
 * Matrices are row-major and lie one behind the other; they may be {@code float[]} or {@code
 * double[]}.
 */
@NullMarked
package gradus.kernel.linalg;

import org.jspecify.annotations.NullMarked;
