/** Operators that are one scalar formula, applied to every element; one table for each kind. */
@NullMarked
package gradus.op.elementwise;

import org.jspecify.annotations.NullMarked;
