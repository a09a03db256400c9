package gradus;

/**
 * Where a {@link Generator} stands: what it draws next follows from this alone.
 *
 * @param seed what it was seeded with
 * @param stream how many draws it has made since; each has a stream of its own
 */
public record GeneratorState(long seed, long stream) {
  /** Refuses a negative number of draws. */
  public GeneratorState {
    if (stream < 0) {
      throw new IllegalArgumentException(
          "GeneratorState: the number of draws must not be negative, got " + stream);
    }
  }

  GeneratorState next() {
    return new GeneratorState(seed, stream + 1);
  }
}
