package gradus.kernel.code;

import gradus.formula.Fn;

/** A tile of sums: vectors in rows and columns, each in a local variable. */
public final class Accumulators {
  /** What goes into row i, vector v. */
  @FunctionalInterface
  public interface Cell {
    Value at(int i, int v);
  }

  private final Code code;
  private final Vectors vectors;
  private final Variable[][] sums;

  public Accumulators(Code code, Vectors vectors, int rows, int columns) {
    this.code = code;
    this.vectors = vectors;
    this.sums = new Variable[rows][columns];
    for (Variable[] row : sums) {
      for (int v = 0; v < columns; v++) {
        row[v] = code.variable(vectors.type);
      }
    }
  }

  public void set(Cell value) {
    for (int i = 0; i < sums.length; i++) {
      set(i, value);
    }
  }

  /** Sets the vectors of one row. */
  public void set(int i, Cell value) {
    for (int v = 0; v < sums[i].length; v++) {
      code.set(sums[i][v], value.at(i, v));
    }
  }

  /** {@code sum[v] = fma(x, row[v], sum[v])} for the sums of row i. */
  public void fma(int i, Value x, Value[] row) {
    set(i, (r, v) -> vectors.apply(Fn.FMA, x, row[v], sums[r][v]));
  }

  /** Stores each sum at its index in the array. */
  public void store(Value array, Cell index) {
    for (int i = 0; i < sums.length; i++) {
      for (int v = 0; v < sums[i].length; v++) {
        vectors.store(code, sums[i][v], array, index.at(i, v));
      }
    }
  }
}
