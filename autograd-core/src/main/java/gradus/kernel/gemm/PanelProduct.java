package gradus.kernel.gemm;

import gradus.kernel.array.Strided;
import org.jspecify.annotations.Nullable;

/**
 * Products by the calling thread alone whose operands were written where micro-kernels read them,
 * so that nothing is packed: {@code C[m, width] (+)= A[m,k] @ B[k, width]}, in float.
 *
 * <p>A lies in blocks of {@link #BLOCK} steps; within a block, rows are {@link #ROW} elements
 * apart. B is one panel, {@link #width} columns wide, and so is C; rows of both follow each other.
 */
public final class PanelProduct {
  /** Elements from one row of A to the next. */
  public static final int ROW = PackedA.STRIDE;

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

  /** A's blocks [blocks, m, {@link #BLOCK}], for {@code blockStride} from one to the next. */
  public static Strided blocks(float[] array, int offset, int m, int blockStride) {
    return new Strided(array, offset, new int[] {1, m, BLOCK}, new int[] {blockStride, ROW, 1});
  }

  /**
   * Runs one.
   *
   * @param a as {@link #blocks} makes it
   * @param fromA how many elements behind the first of {@code a} this product's begin; likewise
   *     {@code fromB} and {@code fromC}
   */
  public void run(
      Strided a, int fromA, Strided b, int fromB, Strided c, int fromC, boolean accumulate) {
    int m = c.size(0);
    int k = b.size(0);
    int width = width();
    long work = (long) m * k * width;
    MicroKernels ready =
        kernels != null && kernels.ready(m, MicroKernels.VECTORS, kernels.form(true), work)
            ? kernels
            : null;
    for (int p = 0; p < k; p += BLOCK) {
      int depth = Math.min(BLOCK, k - p);
      int ao = a.offset() + fromA + p / BLOCK * a.stride(0);
      int bo = b.offset() + fromB + p * width;
      int co = c.offset() + fromC;
      boolean fresh = p == 0 && !accumulate;
      if (ready == null) {
        Strided rows = Strided.matrix(a.array(), ao, m, depth, ROW, 1);
        Gemm.FLOAT.rows(rows, b.from(bo).rows(0, depth), c.from(co), fresh);
        continue;
      }
      int step = ready.rows(MicroKernels.VECTORS);
      int count;
      for (int i = 0; i < m; i += count) {
        int height = Tile.height(m - i, step);
        int strips = Tile.strips(m - i, step);
        MicroKernel kernel = ready.get(height, MicroKernels.VECTORS, ready.form(true));
        int from = ao + i * ROW;
        int to = co + i * width;
        kernel.run(
            strips, depth, a.array(), from, b.array(), bo, width, c.array(), to, width, fresh);
        count = strips * height;
      }
    }
  }
}
