package gradus.kernel.conv;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * One dimension of a sliding product: position y of the result meets, under tap t, position {@code
 * y*step + offset[t]} of the source, and zero if that lies outside {@code [0, size)}.
 *
 * @param index which element of the kernel each tap is
 * @param count positions of the result
 */
record KernelTaps(int[] index, int[] offset, int step, int count, int size) {
  static final KernelTaps ONE = new KernelTaps(new int[1], new int[1], 1, 1, 1);

  /** A convolution: tap r reads {@code y*stride + r*dilation - before}. */
  static KernelTaps of(Dimension d) {
    int[] index = IntStream.range(0, d.kernel()).toArray();
    int[] offset = IntStream.of(index).map(r -> r * d.dilation() - d.before()).toArray();
    return new KernelTaps(index, offset, d.stride(), d.out(), d.in());
  }

  /**
   * Its adjoint at the positions {@code phase + stride*i}: those taps r reach position x from
   * {@code y = (x + before - r*dilation) / stride} for which that is whole, and then y moves by one
   * as i does. So no product with a zero between strides is ever formed.
   */
  static KernelTaps adjoint(Dimension d, int phase) {
    int first = phase + d.before();
    int[] index =
        IntStream.range(0, d.kernel())
            .filter(r -> Math.floorMod(first - r * d.dilation(), d.stride()) == 0)
            .toArray();
    int[] offset =
        IntStream.of(index).map(r -> Math.floorDiv(first - r * d.dilation(), d.stride())).toArray();
    int positions = Math.max(0, Math.ceilDiv(d.in() - phase, d.stride()));
    return new KernelTaps(index, offset, 1, positions, d.out());
  }

  int taps() {
    return index.length;
  }

  /** Whether the result lies on the source, position by position. */
  boolean isPlain() {
    return index.length == 1 && offset[0] == 0 && step == 1 && count == size;
  }

  /** Whether some position meets a zero outside of the source. */
  boolean isClipped() {
    return least() < 0 || (count - 1) * step + most() >= size;
  }

  /** How many places of the source so many neighbouring positions span. */
  int reach(int positions) {
    return (positions - 1) * step + most() - least() + 1;
  }

  /** What n neighbouring positions from {@code first} on read, with the places between. */
  Range read(int first, int n) {
    return Range.of(reach(n), first * step + least(), 1, size);
  }

  /** The same without the places between, for each tap. */
  Range[] readByTap(int first, int n) {
    Range[] ranges = new Range[offset.length];
    Arrays.setAll(ranges, t -> Range.of(n, first * step + offset[t], step, size));
    return ranges;
  }

  /** This dimension and the next as one, if both are plain. */
  KernelTaps times(KernelTaps inner) {
    return new KernelTaps(index, offset, 1, count * inner.count, size * inner.size);
  }

  /** The least offset; they rise, or, of an adjoint, fall. */
  int least() {
    return Math.min(offset[0], offset[offset.length - 1]);
  }

  int most() {
    return Math.max(offset[0], offset[offset.length - 1]);
  }
}
