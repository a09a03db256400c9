package gradus.kernel.compile;

/** The shape of a generated loop. */
abstract class Loop {
  /** The elements that one round handles; a power of two. */
  final int lanes;

  Loop(int lanes) {
    this.lanes = lanes;
  }

  /**
   * For every row r below {@code rows} and column c in [from, to): element {@code at[k] + c *
   * steps[2 k] + r * steps[2 k + 1]} of each output k from the same element of each operand.
   *
   * <p>All arrays are of the loop's own type. A scalar loop takes any steps; a vector loop was made
   * for column steps of 0 or 1 in a certain pattern, and {@code to - from} must be a multiple of
   * its lanes.
   */
  abstract void run(
      Object[] arrays, int[] at, int[] steps, int rows, int from, int to, double[] settings);
}
