/** Recurrent cells over whole sequences. */
@NullMarked
package gradus.op.recurrent;

import org.jspecify.annotations.NullMarked;
