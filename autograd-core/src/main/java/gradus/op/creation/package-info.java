/** Operators without inputs: filled tensors and random draws. */
@NullMarked
package gradus.op.creation;

import org.jspecify.annotations.NullMarked;
