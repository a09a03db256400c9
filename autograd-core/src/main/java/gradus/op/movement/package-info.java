/** Operators that rearrange elements; most are views. */
@NullMarked
package gradus.op.movement;

import org.jspecify.annotations.NullMarked;
