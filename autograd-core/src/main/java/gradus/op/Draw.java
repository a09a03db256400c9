package gradus.op;

/** An operator that draws random numbers: what {@code vmap}'s randomness is about. */
public interface Draw extends Primitive {
  /** A draw for each of a number of examples, along a new dimension 0 of every result. */
  Primitive forExamples(int size);
}
