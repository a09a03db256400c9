/** Operators that fold dimensions away. */
@NullMarked
package gradus.op.reduction;

import org.jspecify.annotations.NullMarked;
