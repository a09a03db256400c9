/** Matrix products. */
@NullMarked
package gradus.op.linalg;

import org.jspecify.annotations.NullMarked;
