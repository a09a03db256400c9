package gradus.kernel.pool;

import gradus.kernel.code.VectorForm;
import gradus.kernel.code.Vectors;
import gradus.kernel.threads.KernelCache;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/** The {@link Maxima} of one element type, made and warmed up as poolings first ask for them. */
final class MaximaKernels {
  private static final MaximaKernels FLOAT =
      new MaximaKernels(false, VectorForm.PLATFORM.bits(), true);
  private static final MaximaKernels DOUBLE =
      new MaximaKernels(true, VectorForm.PLATFORM.bits(), true);

  /** Lines of a priming call. */
  private static final int PRIMING_LINES = 10;

  private static final long FAST_NANOS = 4_000;

  private final int bits;
  private final Vectors vectors;

  /** By the distance of windows. */
  private final KernelCache<Integer, Maxima> kernels;

  /**
   * @param bits of a vector, 0 for none
   * @param patient whether kernels are used only once compiled, as by {@link KernelCache}
   */
  MaximaKernels(boolean isDouble, int bits, boolean patient) {
    this.bits = bits;
    this.vectors = new Vectors(isDouble, bits);
    this.kernels = new KernelCache<>(patient, this::prepare);
  }

  static MaximaKernels of(Object array) {
    return array instanceof float[] ? FLOAT : DOUBLE;
  }

  /**
   * The kernel for windows so far apart if it is fast by now, else null.
   *
   * @param work the comparisons that wait for it
   */
  @Nullable Maxima find(int stride, long work) {
    return bits == 0 || stride > MaximaCompiler.MOST_STRIDE ? null : kernels.get(stride, work);
  }

  int lanes() {
    return vectors.lanes();
  }

  private @Nullable Maxima prepare(int stride) {
    Maxima made = MaximaCompiler.kernel(vectors, stride).make();
    int n = lanes();
    Object x = vectors.newArray(8 * n);
    Object y = vectors.newArray(2 * n);
    Object places = vectors.newArray(2 * n);
    int[] at = {0, n};
    IntConsumer lines = l -> made.run(l, 0, 0, 1, 2, at, 2, 1, x, 0, y, 0, places, 0);
    return kernels.prime(lines, PRIMING_LINES, FAST_NANOS) ? made : null;
  }
}
