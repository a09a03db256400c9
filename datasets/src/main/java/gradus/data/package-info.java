/**
 * Data sets, and the ways through them.
 *
 * <p>In this order: a {@link gradus.data.Dataset} is a number of samples, each to be had by its
 * number; a new one says how many there are and which, and gets the rest: subsets, maps, splits. A
 * {@link gradus.data.Sample} is the usual kind of sample, an input and its target; any other type
 * will do. A {@link gradus.data.TensorDataset} lies in memory, where the rows of a batch are one
 * copy. A {@link gradus.data.DataLoader} goes through a data set in a new order each epoch and
 * makes batches: a {@link gradus.data.Batch} of pairs, or what a collate function makes of other
 * samples.
 *
 * <p>{@link gradus.data.Digits} and {@link gradus.data.Iris} come with the library; {@link
 * gradus.data.Mnist} comes from a folder or, when it is asked for without one, from the network,
 * checked and kept. {@link gradus.data.Csv} and {@link gradus.data.Idx} read files of your own. A
 * file is never believed: what is wrong with it is a {@link gradus.data.DataException} that names
 * the place.
 *
 * <p>All randomness comes from {@link gradus.Generator}, so {@link gradus.Gradus#seed} settles
 * splits and orders.
 */
@NullMarked
package gradus.data;

import org.jspecify.annotations.NullMarked;
