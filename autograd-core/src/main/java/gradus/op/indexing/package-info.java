/** Operators that pick elements: by tensors of indices, by order, by mask. */
@NullMarked
package gradus.op.indexing;

import org.jspecify.annotations.NullMarked;
