/** Pooling: one number for each window. {@link gradus.op.pooling.Windows} says where they lie. */
@NullMarked
package gradus.op.pooling;

import org.jspecify.annotations.NullMarked;
