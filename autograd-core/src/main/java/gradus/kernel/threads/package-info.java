/**
 * What all kernels need around their loops: threads, work arrays, warm-up, and what is set from
 * outside.
 *
 * <p>The reason for the bit-identical results of the engine is the rule of {@link
 * gradus.kernel.threads.Workers}: work is cut by its shape, never by the number of threads, and
 * partial results are combined in the order of the parts. Only where nothing is combined, as in a
 * matrix product, whose elements are one chain each, may the cut ask how many threads there are.
 *
 * <p>Vector API code has two speeds, and {@link gradus.kernel.threads.Warmup} brings it to the
 * higher one in the background: each such kernel waits in a {@link
 * gradus.kernel.threads.KernelCache} behind a scalar twin that gives the same bits, and takes over
 * when it is known to be compiled. {@link gradus.kernel.threads.TileKernels} finds the kernels of
 * tiles without a key. {@link gradus.kernel.threads.RecentCache} forgets what nobody asks for any
 * more: a program may make ever new formulas.
 *
 * <p>{@link gradus.kernel.threads.Scratch} lends work arrays, and {@link
 * gradus.kernel.threads.SystemProperties} reads what is set from outside.
 */
@NullMarked
package gradus.kernel.threads;

import org.jspecify.annotations.NullMarked;
