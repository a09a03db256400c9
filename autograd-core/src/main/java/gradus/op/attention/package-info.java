/** Attention without a matrix of all scores. */
@NullMarked
package gradus.op.attention;

import org.jspecify.annotations.NullMarked;
