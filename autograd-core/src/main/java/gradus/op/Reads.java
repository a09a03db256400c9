package gradus.op;

/**
 * What the derivative with respect to one input looks at: sets of inputs, results and residuals.
 *
 * @param inputs bit i stands for input i, bit 63 for all from 63 on
 * @param results as well
 * @param residuals as well
 */
public record Reads(long inputs, long results, long residuals) {
  /** Nothing: the derivative is constant. */
  public static final Reads NOTHING = new Reads(0, 0, 0);

  /** All inputs. */
  public static final Reads INPUTS = new Reads(-1, 0, 0);

  /** The first result only. */
  public static final Reads OUTPUT = new Reads(0, 1, 0);

  /** These inputs. */
  public static Reads of(int... indices) {
    return new Reads(mask(indices), 0, 0);
  }

  /** These results. */
  public static Reads results(int... indices) {
    return new Reads(0, mask(indices), 0);
  }

  /** These residuals. */
  public static Reads residuals(int... indices) {
    return new Reads(0, 0, mask(indices));
  }

  /** These and the first result. */
  public Reads andOutput() {
    return or(OUTPUT);
  }

  /** What either looks at. */
  public Reads or(Reads other) {
    return new Reads(inputs | other.inputs, results | other.results, residuals | other.residuals);
  }

  /** Whether input {@code i} is among them. */
  public boolean has(int i) {
    return has(inputs, i);
  }

  /** Whether bit {@code i} of a set is there. */
  public static boolean has(long set, int i) {
    return (set >>> Math.min(i, 63) & 1) != 0;
  }

  private static long mask(int... indices) {
    long mask = 0;
    for (int i : indices) {
      mask |= 1L << Math.min(i, 63);
    }
    return mask;
  }
}
