/**
 * Scaled dot product attention by blocks of queries: the scores of a block are made, used and
 * forgotten while they are in the cache, and made again for the gradient, so that memory grows with
 * the number of keys and not with its product with the number of queries. Dao et al.,
 * "FlashAttention", 2022.
 *
 * <p>Blocks are cut by shape and each head is worked on by one thread in one order; the rows of a
 * block are whole, so that a softmax has the order of any other softmax.
 */
@NullMarked
package gradus.kernel.attention;

import org.jspecify.annotations.NullMarked;
