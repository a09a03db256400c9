/**
 * Scaled dot product attention by blocks of queries and keys: the scores of a block are made, used
 * and forgotten while they are in the cache. A softmax over several blocks keeps its largest score
 * and its sum so far and shrinks what it has when a larger score comes (Milakov and Gimelshein,
 * "Online normalizer calculation for softmax", 2018); the gradient makes the weights again from the
 * logarithm of the sum of each query (Dao et al., "FlashAttention", 2022). Memory grows with the
 * numbers of queries and keys, not with their product. Blocks are cut by shape and each head is
 * worked on in one order, so that no number of threads changes a bit.
 */
@NullMarked
package gradus.kernel.attention;

import org.jspecify.annotations.NullMarked;
