/**
 * Elementwise loops made at run time: expressions in, hidden classes out.
 *
 * <p>{@link gradus.kernel.compile.ElementwiseKernel} is the door. A kernel starts on a generated
 * scalar loop, which is fast enough at once; when it has worked enough to earn it, a loop over
 * vectors is generated and warmed in the background, and takes over. Every tier gives the same
 * bits.
 */
@NullMarked
package gradus.kernel.compile;

import org.jspecify.annotations.NullMarked;
