/** Convolutions. They are bilinear, and each derivative of one is another. */
@NullMarked
package gradus.op.convolution;

import org.jspecify.annotations.NullMarked;
