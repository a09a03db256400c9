/**
 * Folding dimensions away: sums, products, minima, maxima, their positions, and softmax.
 *
 * <p><b>The law.</b> The bits of a result depend on the numbers and on the shape, and on nothing
 * else: not on the number of threads, the width of vectors, the tier, nor on how the operand lies
 * in memory. A sum over a transposed view equals the sum over its copy, and a map that was fused
 * into the reduction equals the same map stored first.
 *
 * <p><b>The order.</b> The reduced elements are numbered in row-major order of the reduced
 * dimensions. Up to 512 are folded by halving: element i takes in element i + h, h being the
 * largest power of two below their number, until one is left ({@link
 * gradus.kernel.reduce.PairwiseTree}). More are cut into blocks of 512, and the block results are
 * reduced by the same rule. So every sum is a balanced binary tree, and its rounding error grows
 * with the logarithm of the count: at most {@code log2(n) + 2} half-ulps of the sum of magnitudes
 * (Higham, "The accuracy of floating point summation", SIAM J. Sci. Comput. 14, 1993).
 *
 * <p>The same tree serves both directions. Along contiguous elements, one step adds stretches of an
 * array to each other; down the rows of a matrix, one step adds rows to each other. Both are loops
 * without dependencies, three levels of the tree per pass. Where the operands are to be mapped by
 * short formulas, or lie in several dimensions of convenient sizes, the formulas are computed
 * within the first three to five levels, for several sums of the same operands at once ({@link
 * gradus.kernel.reduce.MappedFormulas}). What lies otherwise is staged in pieces that stay in the
 * cache ({@link gradus.kernel.reduce.ReductionInput}).
 *
 * <p><b>Types.</b> float and double are folded in their own type. Integers (byte, int, long) are
 * folded as long, wrapping around; minima and maxima come back in the type of the operand.
 *
 * <p>Nothing here knows tensors. Arrays, offsets, sizes and strides are validated by the caller.
 */
@NullMarked
package gradus.kernel.reduce;

import org.jspecify.annotations.NullMarked;
