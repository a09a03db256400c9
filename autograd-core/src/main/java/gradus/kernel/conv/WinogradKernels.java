package gradus.kernel.conv;

import gradus.kernel.gemm.PanelProduct;
import gradus.kernel.threads.Warmup;
import gradus.kernel.vector.VectorWidth;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * The {@link WinogradKernel}s of one vector width, made and warmed up as they are first asked for,
 * and the products between them. Until the vectors of a transform are compiled it runs one number
 * at a time, with the same bits.
 */
final class WinogradKernels {
  private static final long FAST_NANOS = 500;
  private static final int COUNT = WinogradTransform.values().length;

  static final WinogradKernels PLATFORM =
      new WinogradKernels(VectorWidth.BITS, true, PanelProduct.ofPlatform());

  private final int bits;
  private final boolean patient;
  private final PanelProduct product;
  private final AtomicReferenceArray<@Nullable WinogradKernel> scalar =
      new AtomicReferenceArray<>(COUNT);
  private final AtomicReferenceArray<@Nullable WinogradKernel> fast =
      new AtomicReferenceArray<>(COUNT);
  private final AtomicIntegerArray asked = new AtomicIntegerArray(COUNT);

  /**
   * @param bits of a vector, 0 for none
   * @param patient whether kernels are used only once compiled; if not, they are made and used at
   *     once
   */
  WinogradKernels(int bits, boolean patient, PanelProduct product) {
    this.bits = bits;
    this.patient = patient;
    this.product = product;
  }

  PanelProduct product() {
    return product;
  }

  WinogradKernel get(WinogradTransform transform) {
    int i = transform.ordinal();
    if (bits > 0 && asked.get(i) == 0 && asked.compareAndSet(i, 0, 1)) {
      if (patient) {
        Warmup.later(() -> prepare(transform));
      } else {
        prepare(transform);
      }
    }
    WinogradKernel kernel = fast.getPlain(i);
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

  private void prepare(WinogradTransform transform) {
    try {
      WinogradKernel kernel = WinogradCompiler.compile(transform, bits);
      int n = 2 * bits / Float.SIZE;
      int side = WinogradTransform.SIDE;
      float[] from = new float[WinogradTransform.POINTS * n];
      float[] to = new float[WinogradTransform.POINTS * n];
      float[] work = new float[WinogradKernel.WORK];
      Runnable call =
          () -> kernel.run(1, n, from, 0, 0, side * n, n, from, 0, work, to, 0, 0, side * n, n);
      if (!patient || Warmup.prime(call, FAST_NANOS)) {
        fast.set(transform.ordinal(), kernel);
      }
    } catch (ReflectiveOperationException | LinkageError e) {
      return; // no Vector API here
    }
  }
}
