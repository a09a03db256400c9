package gradus.kernel.gemm;

import gradus.kernel.code.VectorForm;
import gradus.kernel.threads.Workers;
import org.jspecify.annotations.Nullable;

/**
 * Matrix products: {@code C[m,n] (+)= A[m,k] @ B[k,n]}, single or in batches, in float and double.
 *
 * <p>Element {@code [i,p]} of A lies at {@code a[aOffset + i*aRowStride + p*aColStride]}, likewise
 * B; any strides will do, so a transpose is two strides exchanged and a broadcast is a stride of 0.
 * C has unit column stride and must not overlap A or B. With {@code k = 0} C is set to zero, or
 * left as it is when accumulating.
 *
 * <p>The law of this package: {@code C[i,j]} is the chain {@code acc = fma(A[i,p], B[p,j], acc)}
 * for p = 0 .. k-1 in this order, from {@code acc = 0}, or from {@code C[i,j]} when accumulating.
 * Nothing else may happen to an element, whatever the blocking, the packing, the number of threads,
 * the vector width; so the same product has the same bits everywhere.
 */
public final class Gemm {
  static final Element FLOAT = new FloatElement();
  static final Element DOUBLE = new DoubleElement();
  static final @Nullable MicroKernels FLOAT_KERNELS = kernels(FLOAT);
  private static final @Nullable MicroKernels DOUBLE_KERNELS = kernels(DOUBLE);

  /**
   * Multiply-adds from which a product in a batch is cut by itself rather than left to one thread.
   */
  private static final long LARGE = 1 << 22;

  private Gemm() {}

  private static @Nullable MicroKernels kernels(Element element) {
    int bits = VectorForm.PLATFORM.bits();
    return bits == 0 ? null : new MicroKernels(element, bits, true);
  }

  /** One product, in float or double as its arrays are. */
  static Product product(int m, int n, int k, Matrix a, Matrix b, Matrix c, boolean accumulate) {
    return c.array() instanceof float[]
        ? new Product(FLOAT, FLOAT_KERNELS, m, n, k, a, b, c, accumulate)
        : new Product(DOUBLE, DOUBLE_KERNELS, m, n, k, a, b, c, accumulate);
  }

  /** One product in float. */
  public static void multiply(
      int m,
      int n,
      int k,
      float[] a,
      int aOffset,
      int aRowStride,
      int aColStride,
      float[] b,
      int bOffset,
      int bRowStride,
      int bColStride,
      float[] c,
      int cOffset,
      int cRowStride,
      boolean accumulate) {
    new Product(
            FLOAT,
            FLOAT_KERNELS,
            m,
            n,
            k,
            new Matrix(a, aOffset, aRowStride, aColStride),
            new Matrix(b, bOffset, bRowStride, bColStride),
            new Matrix(c, cOffset, cRowStride, 1),
            accumulate)
        .run();
  }

  /** One product in double. */
  public static void multiply(
      int m,
      int n,
      int k,
      double[] a,
      int aOffset,
      int aRowStride,
      int aColStride,
      double[] b,
      int bOffset,
      int bRowStride,
      int bColStride,
      double[] c,
      int cOffset,
      int cRowStride,
      boolean accumulate) {
    new Product(
            DOUBLE,
            DOUBLE_KERNELS,
            m,
            n,
            k,
            new Matrix(a, aOffset, aRowStride, aColStride),
            new Matrix(b, bOffset, bRowStride, bColStride),
            new Matrix(c, cOffset, cRowStride, 1),
            accumulate)
        .run();
  }

  /**
   * A product for each entry of the offset arrays, in float; equal offsets of a or b share a
   * matrix. The matrices of c must not overlap.
   */
  public static void multiplyBatch(
      int m,
      int n,
      int k,
      float[] a,
      int[] aOffsets,
      int aRowStride,
      int aColStride,
      float[] b,
      int[] bOffsets,
      int bRowStride,
      int bColStride,
      float[] c,
      int[] cOffsets,
      int cRowStride,
      boolean accumulate) {
    batch(
        new Product(
            FLOAT,
            FLOAT_KERNELS,
            m,
            n,
            k,
            new Matrix(a, 0, aRowStride, aColStride),
            new Matrix(b, 0, bRowStride, bColStride),
            new Matrix(c, 0, cRowStride, 1),
            accumulate),
        aOffsets,
        bOffsets,
        cOffsets);
  }

  /**
   * A product for each entry of the offset arrays, in double; equal offsets of a or b share a
   * matrix. The matrices of c must not overlap.
   */
  public static void multiplyBatch(
      int m,
      int n,
      int k,
      double[] a,
      int[] aOffsets,
      int aRowStride,
      int aColStride,
      double[] b,
      int[] bOffsets,
      int bRowStride,
      int bColStride,
      double[] c,
      int[] cOffsets,
      int cRowStride,
      boolean accumulate) {
    batch(
        new Product(
            DOUBLE,
            DOUBLE_KERNELS,
            m,
            n,
            k,
            new Matrix(a, 0, aRowStride, aColStride),
            new Matrix(b, 0, bRowStride, bColStride),
            new Matrix(c, 0, cRowStride, 1),
            accumulate),
        aOffsets,
        bOffsets,
        cOffsets);
  }

  static void batch(Product one, int[] aOffsets, int[] bOffsets, int[] cOffsets) {
    int batch = aOffsets.length;
    if (batch == 0) {
      return;
    }
    if (batch > 1
        && constant(bOffsets)
        && apart(aOffsets, one.m() * one.a().row())
        && apart(cOffsets, one.m() * one.c().row())) {
      one.at(aOffsets[0], bOffsets[0], cOffsets[0])
          .withRows(batch * one.m())
          .run(); // [batch * m, k] @ [k, n]
      return;
    }
    long work = Math.max(1, one.work());
    if (work >= LARGE) {
      for (int i = 0; i < batch; i++) {
        one.at(aOffsets[i], bOffsets[i], cOffsets[i]).run();
      }
      return;
    }
    int group = Math.clamp(Tiling.PART / work, 1, batch);
    Workers.parallel(
        Product.ceil(batch, group),
        part -> {
          for (int i = part * group; i < Math.min(batch, (part + 1) * group); i++) {
            one.at(aOffsets[i], bOffsets[i], cOffsets[i]).run();
          }
        });
  }

  private static boolean constant(int[] offsets) {
    return apart(offsets, 0);
  }

  private static boolean apart(int[] offsets, int distance) {
    for (int i = 1; i < offsets.length; i++) {
      if (offsets[i] - offsets[i - 1] != distance) {
        return false;
      }
    }
    return true;
  }
}
