package gradus.op;

/**
 * What the derivative with respect to one input looks at: a set of inputs, and the result or not.
 *
 * @param inputs bit i stands for input i, bit 63 for all from 63 on
 * @param output whether it looks at the result
 */
public record Reads(long inputs, boolean output) {
  /** Neither: the derivative is constant. */
  public static final Reads NOTHING = new Reads(0, false);

  /** All inputs. */
  public static final Reads INPUTS = new Reads(-1, false);

  /** The result only. */
  public static final Reads OUTPUT = new Reads(0, true);

  /** All inputs and the result. */
  public static final Reads ALL = new Reads(-1, true);

  /** These inputs. */
  public static Reads of(int... indices) {
    long mask = 0;
    for (int i : indices) {
      mask |= 1L << Math.min(i, 63);
    }
    return new Reads(mask, false);
  }

  /** These inputs and the result. */
  public Reads andOutput() {
    return new Reads(inputs, true);
  }

  /** What either looks at. */
  public Reads or(Reads other) {
    return new Reads(inputs | other.inputs, output | other.output);
  }

  /** Whether input {@code i} is among them. */
  public boolean has(int i) {
    return (inputs >>> Math.min(i, 63) & 1) != 0;
  }
}
