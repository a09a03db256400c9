/**
 * What all kernels need around their loops: threads, work arrays, warm-up.
 *
 * <p>{@link gradus.kernel.threads.Workers} runs the parts of one job on all cores, or on as many as
 * the {@link gradus.kernel.threads.Limit} of the caller's scope allows. Its rule is the reason for
 * the bit-identical results of the engine: work is cut by its shape, never by the number of
 * threads, and partial results are combined in the order of the parts. A kernel that follows it can
 * forget about threads. Only where nothing is combined, as in a matrix product, whose elements are
 * one chain each, or among sequences that know nothing of each other, may the cut ask how many
 * threads there are.
 *
 * <p>{@link gradus.kernel.threads.Scratch} lends arrays for packing and partial results. Fresh
 * arrays cost several times a reused one, since memory must be found and cleared.
 *
 * <p>{@link gradus.kernel.threads.Warmup} makes code fast in the background. A just-in-time
 * compiled engine has two speeds, and Vector API code has the widest gap between them; so each such
 * kernel waits in a {@link gradus.kernel.threads.KernelCache}: it stands behind a scalar twin that
 * gives the same bits, and takes over when it is known to be compiled. {@link
 * gradus.kernel.threads.TileKernels} is such a cache in which tiles are found without a key.
 *
 * <p>{@link gradus.kernel.threads.SystemProperties} reads what is set from outside.
 */
@NullMarked
package gradus.kernel.threads;

import org.jspecify.annotations.NullMarked;
