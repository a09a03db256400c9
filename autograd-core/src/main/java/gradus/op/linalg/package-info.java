/** Matrix products and factorisations. */
@NullMarked
package gradus.op.linalg;

import org.jspecify.annotations.NullMarked;
