package gradus.kernel.gemm;

import org.jspecify.annotations.Nullable;

/**
 * Products by the calling thread alone whose operands were written where micro-kernels read them,
 * so that nothing is packed: {@code C[m, width] (+)= A[m,k] @ B[k, width]}, in float.
 *
 * <p>A lies in blocks of {@link #BLOCK} steps; within a block, rows are {@link #ROW} elements
 * apart. B is one panel, {@link #width} columns wide, and so is C; rows of both follow each other.
 *
 * <p>The law is that of {@link Gemm}: each element is one chain of fma over k in order.
 */
public final class PanelProduct {
  /** Elements from one row of A to the next. */
  public static final int ROW = Rows.STRIDE;

  /** Steps of a block of A. */
  public static final int BLOCK = Tile.BLOCK;

  /** Columns of a panel where no kernel asks for another number. */
  private static final int PLAIN = 16;

  private static final PanelProduct PLATFORM = new PanelProduct(Gemm.FLOAT_KERNELS);

  private final @Nullable MicroKernels kernels;

  private PanelProduct(@Nullable MicroKernels kernels) {
    this.kernels = kernels;
  }

  /** With the kernels of this machine, as they become ready. */
  public static PanelProduct ofPlatform() {
    return PLATFORM;
  }

  /** With vectors of so many bits, used at once, or with plain loops for 0. */
  public static PanelProduct of(int bits) {
    return new PanelProduct(bits == 0 ? null : new MicroKernels(Gemm.FLOAT, bits, false));
  }

  /** Columns of a panel. */
  public int width() {
    return kernels == null ? PLAIN : MicroKernels.VECTORS * kernels.lanes();
  }

  /**
   * Runs one.
   *
   * @param blockStride from one block of A to the next
   */
  public void run(
      int m,
      int k,
      float[] a,
      int ao,
      int blockStride,
      float[] b,
      int bo,
      float[] c,
      int co,
      boolean accumulate) {
    int width = width();
    MicroKernels ready =
        kernels != null
                && kernels.ready(m, MicroKernels.VECTORS, kernels.form(true), (long) m * k * width)
            ? kernels
            : null;
    for (int p = 0; p < k; p += BLOCK) {
      int depth = Math.min(BLOCK, k - p);
      int from = ao + p / BLOCK * blockStride;
      int panel = bo + p * width;
      boolean fresh = p == 0 && !accumulate;
      if (ready == null) {
        Gemm.FLOAT.rows(m, width, depth, a, from, ROW, 1, b, panel, width, 1, c, co, width, fresh);
      } else {
        strips(ready, m, depth, a, from, b, panel, c, co, fresh);
      }
    }
  }

  private static void strips(
      MicroKernels kernels,
      int m,
      int depth,
      float[] a,
      int ao,
      float[] b,
      int bo,
      float[] c,
      int co,
      boolean fresh) {
    int width = MicroKernels.VECTORS * kernels.lanes();
    int step = kernels.rows(MicroKernels.VECTORS);
    int count;
    for (int i = 0; i < m; i += count) {
      int height = Tile.height(m - i, step);
      int strips = Tile.strips(m - i, step);
      kernels
          .get(height, MicroKernels.VECTORS, kernels.form(true))
          .run(strips, depth, a, ao + i * ROW, b, bo, width, c, co + i * width, width, fresh);
      count = strips * height;
    }
  }
}
