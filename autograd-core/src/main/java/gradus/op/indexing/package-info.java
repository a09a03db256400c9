/** Operators that pick elements by tensors of indices. */
@NullMarked
package gradus.op.indexing;

import org.jspecify.annotations.NullMarked;
