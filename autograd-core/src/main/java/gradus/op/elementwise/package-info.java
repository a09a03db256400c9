/** Operators that are one scalar formula, applied to every element. One file an operator. */
@NullMarked
package gradus.op.elementwise;

import org.jspecify.annotations.NullMarked;
