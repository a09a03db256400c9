package gradus.kernel.gemm;

import gradus.kernel.array.Strided;
import gradus.kernel.gemm.MicroKernel.Form;
import gradus.kernel.threads.Scratch;

/**
 * Rows of A copied in blocks of steps: within a block the rows lie a constant distance apart, as
 * micro-kernels read them.
 *
 * @param array on loan; the caller of pack releases it
 * @param from the first row held
 * @param count how many rows are held
 * @param first the first step held
 * @param block steps of a block
 * @param form the kernels that read them
 */
record PackedA(Object array, int from, int count, int first, int block, Form form) {
  /** Not a power of two, lest rows compete for the same cache lines. */
  static final int STRIDE = Tile.BLOCK + 16;

  /**
   * So many steps are cut evenly, lest a short block remain: it would take up C again for little.
   */
  private static int block(int steps, int most) {
    return Math.ceilDiv(steps, Math.ceilDiv(steps, most));
  }

  /** Packs the rows {@code top .. bottom-1}, the steps {@code begin .. end-1}. */
  static PackedA pack(Product product, int top, int bottom, int begin, int end, Form form) {
    int stride = form.aStride;
    int count = bottom - top;
    int block = block(end - begin, stride);
    int blocks = Math.ceilDiv(end - begin, block);
    Object array = Scratch.like(product.c().array(), count * stride * blocks);
    PackedA rows = new PackedA(array, top, count, begin, block, form);
    Strided a = product.a().rows(top, count);
    for (int p = begin; p < end; p += block) {
      int steps = Math.min(block, end - p);
      product.copy(a.columns(p, steps), array, rows.at(top, p), stride);
    }
    return rows;
  }

  /** The index of A's element {@code [i, p]}, where {@code p} begins a block. */
  int at(int i, int p) {
    return ((p - first) / block * count + i - from) * form.aStride;
  }
}
