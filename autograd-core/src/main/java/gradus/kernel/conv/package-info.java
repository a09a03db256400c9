/**
 * Convolution and pooling over validated arrays, in one to three dimensions.
 *
 * <p>Read {@link Taps} first: every pass of a convolution is one sliding product, and a {@code
 * Taps} says for one dimension which positions of the source it meets. {@link Winograd} has another
 * way for many 3 x 3 kernels, with fewer multiplications; read {@link WinogradTransform} for it.
 */
@NullMarked
package gradus.kernel.conv;

import org.jspecify.annotations.NullMarked;
