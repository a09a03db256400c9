/**
 * Matrix products, the loops in which a network spends its time.
 *
 * <p>Everything here obeys one law: an element of C is the chain {@code acc = fma(A[i,p], B[p,j],
 * acc)}, p ascending. Sums are never split along k and never reordered. That gives up one kind of
 * parallelism (many cores on one long dot product) and buys results that do not depend on blocking,
 * threads, vector width or warm-up; an interrupted chain that was stored and loaded again has lost
 * nothing. Vectors run along the columns of C, so each lane is a chain of its own.
 *
 * <p>From the outside in:
 *
 * <ul>
 *   <li>{@link gradus.kernel.gemm.Gemm}: the entries, single and batched, float and double.
 *   <li>{@code Product}: one product; chooses the loops, cuts C into parts ({@code Tiling}) for the
 *       workers.
 *   <li>{@code Tile}, {@code PackedB}: a tile's walk over blocks of k and panels of B, as in Goto
 *       and van de Geijn, "Anatomy of High-Performance Matrix Multiplication" (ACM TOMS 34, 2008):
 *       a panel of B stays in the first-level cache, the tile's rows of A in the second.
 *   <li>{@code MicroKernel}: the rows of a tile along one panel, in strips small enough for the
 *       registers. Generated per shape of strip by {@code MicroKernelCompiler}; {@code PackKernel}
 *       does the same for packing, transposing and matrix times vector. {@code MicroKernels} keeps
 *       those of one element type and has them warmed up on demand. {@link gradus.kernel.code} is
 *       the assembler.
 *   <li>{@code GemmLoops}, with {@code FloatGemmLoops} and {@code DoubleGemmLoops}: plain loops of
 *       each type. They serve until the generated kernels are compiled, and for good where the
 *       Vector API is absent.
 * </ul>
 *
 * <p>Operands are read by strides, so transposes and broadcasts need no copies of their own; a
 * block that cannot be read in sequence is put in sequence on its way to the micro-kernel, which it
 * needs anyway. Where that would transpose much, {@code Product} computes the transpose of C.
 */
@NullMarked
package gradus.kernel.gemm;

import org.jspecify.annotations.NullMarked;
