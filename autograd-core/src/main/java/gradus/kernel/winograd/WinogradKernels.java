package gradus.kernel.winograd;

import gradus.kernel.code.VectorForm;
import gradus.kernel.gemm.PanelProduct;
import gradus.kernel.threads.KernelCache;
import java.util.Objects;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The {@link WinogradKernel}s of one vector width, made and warmed up as they are first asked for,
 * and the products between them. Until the vectors of a transform are compiled it runs one number
 * at a time, with the same bits.
 */
final class WinogradKernels {
  /** Tiles of a priming call. */
  private static final int PRIMING_TILES = 3;

  private static final long FAST_NANOS = 6_000;

  /** About the operations of transforming a tile. */
  private static final long TRANSFORMING = 4 * WinogradTransform.POINTS;

  static final WinogradKernels PLATFORM =
      new WinogradKernels(VectorForm.PLATFORM.bits(), true, PanelProduct.ofPlatform());

  private final int bits;
  private final PanelProduct product;
  private final KernelCache<WinogradTransform, WinogradKernel> fast;
  private final KernelCache<WinogradTransform, WinogradKernel> scalar;

  /**
   * @param bits of a vector, 0 for none
   * @param patient whether kernels are used only once compiled, as by {@link KernelCache}
   */
  WinogradKernels(int bits, boolean patient, PanelProduct product) {
    this.bits = bits;
    this.product = product;
    this.fast = new KernelCache<>(patient, this::prepare);
    this.scalar =
        new KernelCache<>(false, transform -> WinogradCompiler.kernel(transform, 0).make());
  }

  PanelProduct product() {
    return product;
  }

  /** The kernel that transforms so many tiles. */
  WinogradKernel get(WinogradTransform transform, long tiles) {
    WinogradKernel kernel = bits == 0 ? null : fast.get(transform, tiles * TRANSFORMING);
    return kernel != null ? kernel : Objects.requireNonNull(scalar.get(transform, 0));
  }

  private @Nullable WinogradKernel prepare(WinogradTransform transform) {
    WinogradKernel kernel = WinogradCompiler.kernel(transform, bits).make();
    int n = 2 * bits / Float.SIZE;
    float[] from = new float[WinogradTransform.POINTS * n];
    float[] to = new float[WinogradTransform.POINTS * n];
    float[] work = new float[WinogradKernel.WORK];
    IntConsumer tiles =
        t ->
            kernel.run(
                Winograd.points(from, 0, t, n, 0, n),
                from,
                work,
                Winograd.points(to, 0, t, n, 0, n));
    return fast.prime(tiles, PRIMING_TILES, FAST_NANOS) ? kernel : null;
  }
}
