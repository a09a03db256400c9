/**
 * Convolution with 3 x 3 kernels by Winograd's products, with a fourth of the multiplications.
 *
 * <p>Read {@link gradus.kernel.winograd.WinogradTransform} first, which has the mathematics; then
 * {@link gradus.kernel.winograd.WinogradProduct} for the result and the gradient of the input, and
 * {@link gradus.kernel.winograd.WinogradKernelGradient} for that of the kernel. {@link
 * gradus.kernel.winograd.WinogradTiles} cuts planes into tiles, and the transforms of many tiles
 * and channels at once are generated kernels ({@link gradus.kernel.winograd.WinogradCompiler}).
 */
@NullMarked
package gradus.kernel.winograd;

import org.jspecify.annotations.NullMarked;
