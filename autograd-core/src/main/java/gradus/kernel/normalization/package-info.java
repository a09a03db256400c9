/**
 * Normalising parts of an array to mean 0 and variance 1, and the gradient of that. An array is
 * seen as [kept, folded]: each position of the kept dimensions has a mean and a variance over the
 * folded ones. Work goes by blocks of kept positions that stay in the cache from the first pass
 * over them to the last; every pass is a reduction or a formula, whose bits do not depend on how
 * the blocks are cut.
 */
@NullMarked
package gradus.kernel.normalization;

import org.jspecify.annotations.NullMarked;
