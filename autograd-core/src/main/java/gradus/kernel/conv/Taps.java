package gradus.kernel.conv;

/**
 * One dimension of a sliding product: position y of the result meets, under tap t, position {@code
 * y*step + offset[t]} of the source, and zero if that lies outside {@code [0, size)}.
 *
 * @param index which element of the kernel each tap is
 * @param count positions of the result
 */
record Taps(int[] index, int[] offset, int step, int count, int size) {
  static final Taps ONE = new Taps(new int[1], new int[1], 1, 1, 1);

  /** A convolution: tap r reads {@code y*stride + r*dilation - before}. */
  static Taps of(int kernel, int stride, int dilation, int before, int count, int size) {
    int[] index = new int[kernel];
    int[] offset = new int[kernel];
    for (int r = 0; r < kernel; r++) {
      index[r] = r;
      offset[r] = r * dilation - before;
    }
    return new Taps(index, offset, stride, count, size);
  }

  /**
   * Its adjoint at the positions {@code phase + stride*i}: those taps r reach position x from
   * {@code y = (x + before - r*dilation) / stride} for which that is whole, and then y moves by one
   * as i does. So no product with a zero between strides is ever formed.
   *
   * @param count positions of the convolution's source
   * @param size positions of its result
   */
  static Taps adjoint(
      int kernel, int stride, int dilation, int before, int phase, int count, int size) {
    int taps = 0;
    for (int r = 0; r < kernel; r++) {
      taps += Math.floorMod(phase + before - r * dilation, stride) == 0 ? 1 : 0;
    }
    int[] index = new int[taps];
    int[] offset = new int[taps];
    int t = 0;
    for (int r = 0; r < kernel; r++) {
      int reach = phase + before - r * dilation;
      if (Math.floorMod(reach, stride) == 0) {
        index[t] = r;
        offset[t++] = Math.floorDiv(reach, stride);
      }
    }
    int positions = Math.max(0, (count - phase + stride - 1) / stride);
    return new Taps(index, offset, 1, positions, size);
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

  /** This dimension and the next as one, if both are plain. */
  Taps times(Taps inner) {
    return new Taps(index, offset, 1, count * inner.count, size * inner.size);
  }

  int least() {
    int least = offset[0];
    for (int each : offset) {
      least = Math.min(least, each);
    }
    return least;
  }

  int most() {
    int most = offset[0];
    for (int each : offset) {
      most = Math.max(most, each);
    }
    return most;
  }
}
