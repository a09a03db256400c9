/**
 * Factorisations of dense matrices of float or double, one after the other of a batch, in double
 * and without blocks.
 */
@NullMarked
package gradus.kernel.linalg;

import org.jspecify.annotations.NullMarked;
