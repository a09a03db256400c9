package gradus.kernel.gemm;

import gradus.kernel.array.Strided;
import gradus.kernel.code.VectorForm;
import gradus.kernel.threads.Workers;
import org.jspecify.annotations.Nullable;

/**
 * Matrix products: {@code C[m,n] (+)= A[m,k] @ B[k,n]}, single or in batches, all float or all
 * double.
 *
 * <p>A and B may have any strides, so a transpose is two strides exchanged and a broadcast is a
 * stride of 0. C has unit column stride and must not overlap A or B. With {@code k = 0} C is set to
 * zero, or left as it is when accumulating.
 *
 * <p>Each element of C is one chain of fma over k in order, from 0 or from what it is when
 * accumulating: the same product has the same bits everywhere.
 */
public final class Gemm {
  static final GemmLoops FLOAT = new FloatGemmLoops();
  static final GemmLoops DOUBLE = new DoubleGemmLoops();
  static final @Nullable MicroKernels FLOAT_KERNELS = kernels(FLOAT);
  private static final @Nullable MicroKernels DOUBLE_KERNELS = kernels(DOUBLE);

  /**
   * Multiply-adds from which a product in a batch is cut by itself rather than left to one thread.
   */
  private static final long LARGE = 1 << 22;

  private Gemm() {}

  private static @Nullable MicroKernels kernels(GemmLoops element) {
    int bits = VectorForm.PLATFORM.bits();
    return bits == 0 ? null : new MicroKernels(element, bits, true);
  }

  /** The loops for such an array. */
  static GemmLoops element(Object array) {
    return array instanceof float[] ? FLOAT : DOUBLE;
  }

  /** The vector kernels of this machine for such an array, if there are any. */
  static @Nullable MicroKernels kernels(Object array) {
    return array instanceof float[] ? FLOAT_KERNELS : DOUBLE_KERNELS;
  }

  static Product product(Strided a, Strided b, Strided c, boolean accumulate) {
    Object array = c.array();
    return new Product(element(array), kernels(array), a, b, c, accumulate);
  }

  /**
   * The product of two matrices, or one for each pair of matrices if there are leading dimensions,
   * over which A and B broadcast already; the matrices of C must not overlap.
   */
  public static void multiply(Strided a, Strided b, Strided c, boolean accumulate) {
    if (c.rank() == 2) {
      product(a, b, c, accumulate).run();
    } else if (c.matrices() > 0) {
      batch(product(a.matrix(0), b.matrix(0), c.matrix(0), accumulate), a, b, c);
    }
  }

  private static void batch(Product one, Strided a, Strided b, Strided c) {
    int batch = c.matrices();
    int lead = c.rank() - 2;
    if (batch > 1
        && isApart(b, 0)
        && isApart(a, one.m() * a.stride(-2))
        && isApart(c, one.m() * c.stride(-2))) {
      one.withRows(batch * one.m()).run(); // [batch * m, k] @ [k, n]
      return;
    }
    long work = Math.max(1, one.work());
    int group = work >= LARGE ? batch : Math.clamp(Tiling.PART / work, 1, batch);
    int parts = work >= LARGE ? 1 : Math.ceilDiv(batch, group);
    Workers.parallel(
        parts,
        part -> {
          for (int i = part * group; i < Math.min(batch, (part + 1) * group); i++) {
            one.moved(a.distance(i, lead), b.distance(i, lead), c.distance(i, lead)).run();
          }
        });
  }

  /** Whether the matrices follow each other at this distance. */
  private static boolean isApart(Strided of, int distance) {
    int next = distance;
    for (int d = of.rank() - 3; d >= 0; d--) {
      if (of.size(d) != 1 && of.stride(d) != next) {
        return false;
      }
      next *= of.size(d);
    }
    return true;
  }
}
