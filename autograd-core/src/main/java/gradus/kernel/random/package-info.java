/**
 * Counter-based random numbers: Philox4x32-10 and the distributions made from it (Salmon, Moraes,
 * Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011).
 *
 * <p>A fill is a function of (seed, stream, position): element i never depends on how many elements
 * are filled, in which order, or by how many threads. The owner of a generator gives each fill a
 * stream number of its own; streams of one seed are independent, as are seeds. Everything is
 * integer arithmetic, correctly rounded operations and {@link java.lang.StrictMath}: the same bits
 * on every platform.
 */
@NullMarked
package gradus.kernel.random;

import org.jspecify.annotations.NullMarked;
