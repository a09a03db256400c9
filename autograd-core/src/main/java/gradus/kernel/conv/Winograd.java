package gradus.kernel.conv;

import gradus.kernel.conv.WinogradTiles.Plane;
import org.jspecify.annotations.Nullable;

/**
 * Convolutions with 3 x 3 elements and stride 1, in float, by {@link WinogradTransform}s.
 *
 * <p>The law: an element of a transformed result is one chain of fma over channels (of a kernel
 * gradient, over the tiles of a block, and blocks cut by shape in a binary tree), and transforms
 * are a fixed sequence of correctly rounded operations. So the bits are the same for all threads,
 * vectors and tiers, but not those of the direct chain; where a convolution may be computed so,
 * shapes alone say which of the two it is. A NaN or an infinity among the 6 x 6 elements that a
 * tile reads makes all 16 results NaN.
 */
final class Winograd {
  /** Fewer channels or filters of a group do not pay for the transforms of the others. */
  private static final int CHANNELS = 24;

  /** Fewer tiles do not pay for the transforms of the kernels. */
  private static final int TILES = 8;

  /** Results that a tile must have on average: half of it may hang over the edge. */
  private static final int RESULTS = 8;

  private Winograd() {}

  /** Whether the three passes of a convolution in the type of this array are computed here. */
  static boolean suits(Convolution c, Object array) {
    return c.winograd()
        && array instanceof float[]
        && c.kernel()[0] == 1
        && c.kernel()[1] == 3
        && c.kernel()[2] == 3
        && c.in()[0] == 1
        && c.before()[0] == 0
        && c.out()[0] == 1
        && c.stride()[1] == 1
        && c.stride()[2] == 1
        && c.dilation()[1] == 1
        && c.dilation()[2] == 1
        && c.channels() >= CHANNELS
        && c.filters() >= CHANNELS
        && fills(tiles(c));
  }

  private static boolean fills(WinogradTiles tiles) {
    long results = (long) tiles.images() * tiles.out().size();
    return tiles.count() >= TILES && results >= (long) RESULTS * tiles.count();
  }

  private static WinogradTiles tiles(Convolution c) {
    return new WinogradTiles(
        c.images(), plane(c.in()), c.before()[1], c.before()[2], plane(c.out()));
  }

  private static Plane plane(int[] sizes) {
    return new Plane(sizes[1], sizes[2]);
  }

  static void forward(
      Convolution c,
      float[] x,
      int xo,
      float[] w,
      int wo,
      float @Nullable [] bias,
      int bo,
      float[] y,
      int yo) {
    forward(WinogradKernels.PLATFORM, c, x, xo, w, wo, bias, bo, y, yo);
  }

  static void forward(
      WinogradKernels kernels,
      Convolution c,
      float[] x,
      int xo,
      float[] w,
      int wo,
      float @Nullable [] bias,
      int bo,
      float[] y,
      int yo) {
    new WinogradProduct(
            kernels,
            tiles(c),
            c.groups(),
            c.filters(),
            c.channels(),
            false,
            w,
            wo,
            bias,
            bo,
            x,
            xo,
            y,
            yo)
        .run();
  }

  static void inputGradient(
      Convolution c, float[] g, int go, float[] w, int wo, float[] dx, int dxo) {
    inputGradient(WinogradKernels.PLATFORM, c, g, go, w, wo, dx, dxo);
  }

  static void inputGradient(
      WinogradKernels kernels,
      Convolution c,
      float[] g,
      int go,
      float[] w,
      int wo,
      float[] dx,
      int dxo) {
    int last = WinogradTransform.TAPS - 1;
    WinogradTiles tiles =
        new WinogradTiles(
            c.images(), plane(c.out()), last - c.before()[1], last - c.before()[2], plane(c.in()));
    new WinogradProduct(
            kernels,
            tiles,
            c.groups(),
            c.channels(),
            c.filters(),
            true,
            w,
            wo,
            null,
            0,
            g,
            go,
            dx,
            dxo)
        .run();
  }

  static void kernelGradient(
      Convolution c, float[] g, int go, float[] x, int xo, float[] dw, int dwo) {
    kernelGradient(WinogradKernels.PLATFORM, c, g, go, x, xo, dw, dwo);
  }

  static void kernelGradient(
      WinogradKernels kernels,
      Convolution c,
      float[] g,
      int go,
      float[] x,
      int xo,
      float[] dw,
      int dwo) {
    new WinogradKernelGradient(
            kernels, tiles(c), c.groups(), c.filters(), c.channels(), g, go, x, xo, dw, dwo)
        .run();
  }
}
