package gradus.kernel.reduce;

import gradus.kernel.array.Strided;
import gradus.kernel.compile.Compute;
import gradus.kernel.index.Copy;

/**
 * Where the elements of a reduction come from: an array as it is, or formulas of several. With more
 * than one formula an element has as many values, and each is folded on its own.
 *
 * @param isPlain whether the elements are those of the only operand, in the type of the fold
 * @param halves whether {@link #halve} gains by computing formulas within the tree
 */
record ReductionInput(MappedFormulas terms, double[] settings, boolean isPlain, boolean halves) {
  private static final double[] NO_SETTINGS = {};

  /** The elements of x, converted to the type of {@code out} where that differs. */
  static ReductionInput of(Strided x, Strided out) {
    boolean plain = x.array().getClass() == out.array().getClass();
    boolean halves = plain && Compute.of(x.array()) != Compute.LONG;
    return new ReductionInput(MappedFormulas.ITSELF, NO_SETTINGS, plain, halves);
  }

  /** Formulas of several operands, in the arithmetic of {@code out}. */
  static ReductionInput of(
      MappedFormulas terms, double[] settings, Strided[] operands, Strided out) {
    boolean halves = terms.areSimple();
    for (Strided x : operands) {
      halves &= x.array().getClass() == out.array().getClass();
    }
    return new ReductionInput(terms, settings, false, halves);
  }

  /** What making one element costs, against loading it. */
  int cost() {
    return terms == MappedFormulas.ITSELF ? 1 : terms.cost();
  }

  /** Puts the elements of a box, the same of each operand, into a view for each value. */
  void stage(Strided[] from, Strided... to) {
    if (isPlain) {
      Copy.run(from[0], to[0]);
    } else {
      terms.stage(settings, from, to);
    }
  }

  /**
   * As {@link #stage}, but what is put is the tree over some members, which lie {@code members[a]}
   * from each operand's element of the box: the first halvings, before anything is stored.
   */
  void halve(Reducer fold, Strided[] from, int[][] members, Strided... to) {
    terms.halve(fold, settings, from, members, to);
  }
}
