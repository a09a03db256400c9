package gradus.kernel.attention;

/**
 * A matrix for each head, [rows, cols].
 *
 * @param offsets where the matrix of each head begins
 */
public record Heads(Object array, int[] offsets, int rows, int cols, int rowStride, int colStride) {

  /** Some rows of the matrix of one head. */
  Matrix rows(int head, int first, int count) {
    return new Matrix(array, offsets[head] + first * rowStride, count, cols, rowStride, colStride);
  }
}
