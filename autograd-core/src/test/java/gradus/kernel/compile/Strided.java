package gradus.kernel.compile;

import java.util.Random;

/** An array and a strided view of it. */
record Strided(Object array, int offset, int[] strides) {

  /** A view with permuted, gapped, reversed and (for operands) broadcast dimensions. */
  static Strided random(Random random, Class<?> type, int[] sizes, boolean operand) {
    int rank = sizes.length;
    int[] order = new int[rank];
    for (int d = 0; d < rank; d++) {
      order[d] = rank - 1 - d;
    }
    if (random.nextInt(3) == 0) {
      for (int d = rank - 1; d > 0; d--) {
        int e = random.nextInt(d + 1);
        int swapped = order[d];
        order[d] = order[e];
        order[e] = swapped;
      }
    }
    int[] strides = new int[rank];
    int offset = random.nextInt(3);
    int extent = 1;
    boolean odd = random.nextInt(3) == 0;
    for (int d : order) {
      int step = extent;
      if (odd && random.nextInt(3) == 0) {
        step *= random.nextInt(2, 4);
      }
      if (operand && random.nextInt(4) == 0) {
        continue;
      }
      boolean backwards = odd && random.nextInt(3) == 0 && sizes[d] > 0;
      strides[d] = backwards ? -step : step;
      offset += backwards ? step * (sizes[d] - 1) : 0;
      extent = step * Math.max(1, sizes[d]);
    }
    Object array = Numbers.array(type, random, offset + extent + 3);
    return new Strided(array, offset, strides);
  }

  int place(int[] index) {
    int at = offset;
    for (int d = 0; d < index.length; d++) {
      at += index[d] * strides[d];
    }
    return at;
  }
}
