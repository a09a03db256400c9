/** Recurrent cells over whole sequences: what depends on the step before, step by step. */
@NullMarked
package gradus.kernel.recurrent;

import org.jspecify.annotations.NullMarked;
