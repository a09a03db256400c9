/**
 * Convolution over validated arrays, in one to three dimensions, as implicit GEMM.
 *
 * <p>A convolution is a matrix product: the kernels, {@code [filters, channels * taps]}, times the
 * im2col matrix, {@code [channels * taps, positions]}, whose columns are what each position of the
 * output reads. That matrix is never built. Read {@link KernelTaps} first, which says for one
 * dimension which positions of the source an output meets; {@link VirtualIm2col} is the matrix, cut
 * into {@link Tile}s. For a tile, {@link Im2colTile} lay its part of the matrix out (im2col), or a
 * {@link PaddedTile} the part of the padded input that it reads, so that the matrix is read in
 * place.
 *
 * <p>{@link ImplicitGemm} makes the output and the gradient of the input, {@link KernelGradient}
 * that of the kernel; {@link ConvolutionPlan} chooses the {@link Algorithm}. For many 3 x 3 kernels
 * it chooses Winograd's products, which have a package of their own.
 */
@NullMarked
package gradus.kernel.conv;

import org.jspecify.annotations.NullMarked;
