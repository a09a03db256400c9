/**
 * Moving elements: strided copies, gathering and scattering by index, selection by mask, sorting.
 *
 * <p>Everything is validated by the caller, index tensors by {@link gradus.kernel.index.Indices}:
 * every position named lies inside its array, and a destination overlaps no source. Sums into the
 * same place are taken in index order, and work is only ever divided between places, never within
 * one: the bits do not depend on the number of threads.
 */
@NullMarked
package gradus.kernel.index;

import org.jspecify.annotations.NullMarked;
