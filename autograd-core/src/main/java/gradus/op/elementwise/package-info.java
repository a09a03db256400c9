/**
 * Operators that are one scalar formula, applied to every element. Formulas of one kind stand
 * together.
 */
@NullMarked
package gradus.op.elementwise;

import org.jspecify.annotations.NullMarked;
