/** Pooling over validated arrays, in one to three dimensions. */
@NullMarked
package gradus.kernel.pool;

import org.jspecify.annotations.NullMarked;
