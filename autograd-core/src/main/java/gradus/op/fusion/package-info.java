/**
 * How elementwise operators run: {@link gradus.op.fusion.Fusion} joins those on large tensors, and
 * {@link gradus.op.fusion.KernelArguments} takes tensors to the loops over their elements. The
 * package is not exported: an operator sees nothing of it.
 */
@NullMarked
package gradus.op.fusion;

import org.jspecify.annotations.NullMarked;
