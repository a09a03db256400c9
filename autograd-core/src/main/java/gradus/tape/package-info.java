/**
 * The record of what was computed, and the walk back through it. Knows the operator contract and no
 * operator.
 */
@NullMarked
package gradus.tape;

import org.jspecify.annotations.NullMarked;
