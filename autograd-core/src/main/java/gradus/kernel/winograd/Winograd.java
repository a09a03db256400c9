package gradus.kernel.winograd;

import gradus.kernel.array.Strided;
import gradus.kernel.threads.Scratch;
import gradus.kernel.winograd.WinogradTiles.Plane;
import org.jspecify.annotations.Nullable;

/**
 * Convolutions with 3 x 3 elements and stride 1, in float, by {@link WinogradTransform}s. Views are
 * dense: input {@code [images, groups*channels, rows, columns]}, kernel {@code [groups*filters,
 * channels, 3, 3]}.
 *
 * <p>The law: an element of a transformed result is one chain of fma over channels (of a kernel
 * gradient, over the tiles of a block, and blocks cut by shape in a binary tree), and transforms
 * are a fixed sequence of correctly rounded operations. So the bits are the same for all threads,
 * vectors and tiers, but not those of the direct chain; where a convolution may be computed so,
 * shapes alone say which of the two it is. A NaN or an infinity among the 6 x 6 elements that a
 * tile reads makes all 16 results NaN.
 *
 * @param tiles of the result
 * @param channels input channels of one group
 * @param filters output channels of one group
 */
public record Winograd(
    WinogradKernels kernels, WinogradTiles tiles, int groups, int channels, int filters) {
  /** Fewer channels or filters of a group do not pay for the transforms of the others. */
  private static final int CHANNELS = 24;

  /** Fewer tiles do not pay for the transforms of the kernels. */
  private static final int TILES = 8;

  /** Results that a tile must have on average: half of it may hang over the edge. */
  private static final int RESULTS = 8;

  /** By the kernels of this machine. */
  public Winograd(WinogradTiles tiles, int groups, int channels, int filters) {
    this(WinogradKernels.PLATFORM, tiles, groups, channels, filters);
  }

  /** Whether it needs less time than the direct chain. */
  public boolean pays() {
    long results = (long) tiles.images() * tiles.out().size();
    return channels >= CHANNELS
        && filters >= CHANNELS
        && tiles.count() >= TILES
        && results >= (long) RESULTS * tiles.count();
  }

  /** {@code y = conv(x, w) + bias}. */
  public void forward(Strided x, Strided w, @Nullable Strided bias, Strided y) {
    new WinogradProduct(this, false, w, bias, x, y).run();
  }

  /** {@code dx} for the gradient g of the output. */
  public void inputGradient(Strided g, Strided w, Strided dx) {
    Winograd adjoint = new Winograd(kernels, tiles.adjoint(), groups, filters, channels);
    new WinogradProduct(adjoint, true, w, null, g, dx).run();
  }

  /** {@code dw} for the gradient g of the output. */
  public void kernelGradient(Strided g, Strided x, Strided dw) {
    new WinogradKernelGradient(this, g, x, dw).run();
  }

  /** A dense array of results, or of sources, as {@code [images, channels, rows, columns]}. */
  Strided planes(Strided of, boolean results) {
    int all = groups * (results ? filters : channels);
    Plane plane = results ? tiles.out() : tiles.in();
    return Strided.dense(
        of.array(), of.offset(), tiles.images(), all, plane.rows(), plane.columns());
  }

  /**
   * Transforms tiles of some channels to points.
   *
   * @param results whether the array holds results rather than sources
   * @param from the first tile; there are as many as in {@code points}
   */
  void transform(Strided of, boolean results, int channel, int filled, int from, Strided points) {
    var transform = results ? WinogradTransform.GRADIENT : WinogradTransform.SOURCE;
    WinogradKernel kernel = kernels.get(transform, (long) points.size(0) * filled);
    Strided some = planes(of, results).narrow(1, channel, filled);
    tiles.transform(kernel, from, some, results, points);
  }

  /**
   * Runs a transform of many tiles and neighbouring channels.
   *
   * @param from [tiles, rows, columns, channels]
   * @param start what results begin with, for each channel; null for transforms to points
   * @param to [tiles, rows, columns, channels]
   */
  static void transform(WinogradKernel kernel, Strided from, float @Nullable [] start, Strided to) {
    float[] work = Scratch.floats(WinogradKernel.WORK);
    kernel.run(from, start == null ? work : start, work, to);
    Scratch.release(work);
  }

  /**
   * Tiles of neighbouring channels, as {@link #transform} takes them; how many rows and columns
   * they have, the transform knows.
   *
   * @param tile from one tile to the next; likewise {@code row} and {@code column}
   */
  static Strided tiles(
      Object array, int offset, int count, int channels, int tile, int row, int column) {
    int[] sizes = {count, 0, 0, channels};
    return new Strided(array, offset, sizes, new int[] {tile, row, column, 1});
  }

  /** Points of tiles and neighbouring channels, the matrices of two points so far apart. */
  static Strided points(Object array, int offset, int count, int channels, int tile, int point) {
    return tiles(array, offset, count, channels, tile, WinogradTransform.SIDE * point, point);
  }
}
