package gradus.kernel.conv;

/**
 * One dimension of a convolution.
 *
 * @param in size of the input
 * @param kernel size of the kernel
 * @param stride positions of the input from one output to the next
 * @param before zeros in front of the input
 * @param dilation positions of the input from one element of the kernel to the next
 * @param out size of the output
 */
public record Dimension(int in, int kernel, int stride, int before, int dilation, int out) {
  /** A dimension that is not there. */
  public static final Dimension ONE = new Dimension(1, 1, 1, 0, 1, 1);

  /** How many phases the adjoint has: positions of the input with one remainder by the stride. */
  int phases() {
    return Math.min(stride, in);
  }
}
