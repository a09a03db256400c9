package gradus.data;

import gradus.Generator;
import java.util.Arrays;
import java.util.stream.IntStream;

/** The order in which an epoch goes through the samples 0 to n - 1. */
@FunctionalInterface
interface Order {
  Order SEQUENTIAL = n -> IntStream.range(0, n).toArray();

  int[] of(int n);

  /** A new random order each time, by {@link Generator#current} where it is asked for. */
  static Order random() {
    return n -> permutation(Generator.current(), n);
  }

  /** A new random order each time, by this generator. */
  static Order random(Generator generator) {
    return n -> permutation(generator, n);
  }

  private static int[] permutation(Generator generator, int n) {
    return Arrays.stream(generator.permutation(n).storage().longs())
        .mapToInt(Math::toIntExact)
        .toArray();
  }
}
