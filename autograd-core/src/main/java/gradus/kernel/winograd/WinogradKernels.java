package gradus.kernel.winograd;

import gradus.kernel.gemm.PanelProduct;
import gradus.kernel.threads.Awaited;
import gradus.kernel.threads.Warmup;
import gradus.kernel.vector.VectorWidth;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.IntConsumer;
import java.util.stream.Stream;
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

  private static final int COUNT = WinogradTransform.values().length;

  static final WinogradKernels PLATFORM =
      new WinogradKernels(VectorWidth.BITS, true, PanelProduct.ofPlatform());

  private final int bits;
  private final boolean patient;
  private final PanelProduct product;
  private final AtomicReferenceArray<@Nullable WinogradKernel> scalar =
      new AtomicReferenceArray<>(COUNT);
  private final List<Awaited<WinogradKernel>> fast;

  /**
   * @param bits of a vector, 0 for none
   * @param patient whether kernels are used only once compiled; if not, they are made and used at
   *     once
   */
  WinogradKernels(int bits, boolean patient, PanelProduct product) {
    this.bits = bits;
    this.patient = patient;
    this.product = product;
    this.fast =
        Stream.of(WinogradTransform.values())
            .map(each -> new Awaited<>(patient, () -> prepare(each)))
            .toList();
  }

  PanelProduct product() {
    return product;
  }

  /** The kernel that transforms so many tiles. */
  WinogradKernel get(WinogradTransform transform, long tiles) {
    WinogradKernel kernel =
        bits == 0 ? null : fast.get(transform.ordinal()).get(tiles * TRANSFORMING);
    return kernel != null ? kernel : scalar(transform);
  }

  private WinogradKernel scalar(WinogradTransform transform) {
    WinogradKernel kernel = scalar.getPlain(transform.ordinal());
    if (kernel == null) {
      try {
        kernel = WinogradCompiler.compile(transform, 0);
      } catch (ReflectiveOperationException e) {
        throw new IllegalStateException(e); // plain code of our own
      }
      scalar.set(transform.ordinal(), kernel);
    }
    return kernel;
  }

  private @Nullable WinogradKernel prepare(WinogradTransform transform)
      throws ReflectiveOperationException {
    WinogradKernel kernel = WinogradCompiler.compile(transform, bits);
    int n = 2 * bits / Float.SIZE;
    int side = WinogradTransform.SIDE;
    float[] from = new float[WinogradTransform.POINTS * n];
    float[] to = new float[WinogradTransform.POINTS * n];
    float[] work = new float[WinogradKernel.WORK];
    IntConsumer tiles =
        t -> kernel.run(t, n, from, 0, 0, side * n, n, from, 0, work, to, 0, 0, side * n, n);
    return !patient || Warmup.prime(tiles, PRIMING_TILES, FAST_NANOS) ? kernel : null;
  }
}
