/**
 * Counter-based random numbers: Philox4x32-10 and the distributions made from it.
 *
 * <p>A fill is a function of (seed, stream, position): element i of a fill never depends on how
 * many elements are filled, in which order, or by how many threads. The owner of a generator gives
 * each fill a stream number of its own; streams of one seed are independent, as are seeds.
 *
 * <p>{@link gradus.kernel.random.Philox} is the block cipher and the order in which its words are
 * dealt to positions; {@link gradus.kernel.random.Distributions} makes numbers of the words.
 * Everything is integer arithmetic, correctly rounded operations and {@link java.lang.StrictMath}:
 * the same bits on every platform.
 *
 * <p>Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011.
 */
@NullMarked
package gradus.kernel.random;

import org.jspecify.annotations.NullMarked;
