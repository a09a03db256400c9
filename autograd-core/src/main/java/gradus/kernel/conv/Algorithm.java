package gradus.kernel.conv;

/**
 * How a pass of a convolution is computed. All but {@link #WINOGRAD} are implicit GEMM with the
 * same bits: they differ in what the lanes of a vector are, and so in how a tile of the im2col
 * matrix is laid out.
 */
public enum Algorithm {
  /** Winograd's F(4x4, 3x3): a fourth of the multiplications. */
  WINOGRAD("Winograd F(4x4, 3x3)"),
  /** Lanes are positions, and few filters share one padded copy of the input: depthwise. */
  FLAT("implicit GEMM, few filters, along the padded input"),
  /** Lanes are positions of the output: {@link Im2colTile} are laid out. */
  POSITIONS("implicit GEMM along positions"),
  /** Lanes are filters: the padded input is read where it lies, the result is transposed. */
  FILTERS("implicit GEMM along filters"),
  /** Lanes are channels of the input. */
  CHANNELS("implicit GEMM along channels"),
  /** Lanes are groups. */
  GROUPS("implicit GEMM along groups");

  private final String words;

  Algorithm(String words) {
    this.words = words;
  }

  @Override
  public String toString() {
    return words;
  }
}
