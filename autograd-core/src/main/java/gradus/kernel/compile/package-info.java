/**
 * Elementwise loops made at run time: expressions in, hidden classes out.
 *
 * <p>{@link gradus.kernel.compile.ElementwiseKernel} is the door. A kernel is interpreted at first;
 * what it computes earns it a scalar loop, then one over vectors, which is warmed in the
 * background. Every tier gives the same bits.
 */
@NullMarked
package gradus.kernel.compile;

import org.jspecify.annotations.NullMarked;
