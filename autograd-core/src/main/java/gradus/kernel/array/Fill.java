package gradus.kernel.array;

import java.util.Arrays;

/** Fills of views with one number. */
public final class Fill {
  private Fill() {}

  /** Sets the elements of a matrix of float or double whose columns lie side by side. */
  public static void run(Strided rows, double value) {
    for (int i = 0; i < rows.size(0); i++) {
      run(rows.array(), rows.at(i, 0), rows.size(1), value);
    }
  }

  /** Sets n neighbouring elements of an array of float or double. */
  public static void run(Object array, int from, int n, double value) {
    if (array instanceof float[] x) {
      Arrays.fill(x, from, from + n, (float) value);
    } else {
      Arrays.fill((double[]) array, from, from + n, value);
    }
  }
}
