/**
 * Moving elements: strided copies, gathering and scattering by index, selection by mask, sorting.
 *
 * <p>Everything here works on primitive arrays ({@code float[] double[] int[] long[] byte[]}) with
 * offsets and strides counted in elements, already validated by the caller: every position named
 * lies inside its array, and a destination overlaps no source. {@link gradus.kernel.index.Indices}
 * is how a caller checks an index tensor before it calls.
 *
 * <p>{@link gradus.kernel.array.Strided#sorted} brings a loop nest to its simplest form. {@link
 * gradus.kernel.index.Copy} turns it into runs of {@link System#arraycopy} or into small square
 * blocks, so that a transposition touches each cache line once. {@link gradus.kernel.index.Gather}
 * and its adjoint {@link gradus.kernel.index.ScatterAdd} move element by element or slice by slice.
 *
 * <p>Sums into the same place are taken in index order, and work is only ever divided between
 * places, never within one: the bits do not depend on the number of threads.
 */
@NullMarked
package gradus.kernel.index;

import org.jspecify.annotations.NullMarked;
