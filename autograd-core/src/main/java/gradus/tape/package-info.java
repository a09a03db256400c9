/** The record of what was computed, and the walk back through it. Knows no operator. */
@NullMarked
package gradus.tape;

import org.jspecify.annotations.NullMarked;
