package gradus.kernel.random;

import java.util.Arrays;

/**
 * Philox4x32-10: a bijection of 128-bit counters under a 64-bit key, ten rounds of multiplication.
 *
 * <p>The key is the seed. The counter's four words, low first, are the number of the block, the
 * attempt (0, unless a number was rejected) and the two halves of the stream. Blocks are computed
 * side by side in groups of {@link #BLOCKS}, and their words dealt so that word k of block j of a
 * group has position {@code BLOCKS k + j} in it.
 */
final class Philox {
  /** The blocks of a group. */
  static final int BLOCKS = 256;

  /** The words of a group. */
  static final int SPAN = 4 * BLOCKS;

  private static final int M0 = 0xD2511F53;
  private static final int M1 = 0xCD9E8D57;
  private static final int W0 = 0x9E3779B9; // the golden ratio
  private static final int W1 = 0xBB67AE85; // sqrt(3) - 1

  private Philox() {}

  /** The words of a group, into {@code words[0 .. SPAN)}. */
  static void group(long seed, long stream, int group, int[] words) {
    int first = group * BLOCKS;
    for (int j = 0; j < BLOCKS; j++) {
      words[j] = first + j;
    }
    Arrays.fill(words, BLOCKS, 2 * BLOCKS, 0);
    Arrays.fill(words, 2 * BLOCKS, 3 * BLOCKS, (int) stream);
    Arrays.fill(words, 3 * BLOCKS, SPAN, (int) (stream >>> 32));
    rounds(seed, words);
  }

  /** What position {@code index} takes on a later attempt: the first two words of a block. */
  static long retry(long seed, long stream, int index, int attempt) {
    int c0 = index;
    int c1 = attempt;
    int c2 = (int) stream;
    int c3 = (int) (stream >>> 32);
    int k0 = (int) seed;
    int k1 = (int) (seed >>> 32);
    for (int i = 0; i < 10; i++) {
      long p0 = Integer.toUnsignedLong(c0) * Integer.toUnsignedLong(M0);
      long p1 = Integer.toUnsignedLong(c2) * Integer.toUnsignedLong(M1);
      c0 = (int) (p1 >>> 32) ^ c1 ^ k0;
      c1 = (int) p1;
      c2 = (int) (p0 >>> 32) ^ c3 ^ k1;
      c3 = (int) p0;
      k0 += W0;
      k1 += W1;
    }
    return join(c0, c1);
  }

  /** Two words as one of 64 bits. */
  static long join(int high, int low) {
    return (long) high << 32 | Integer.toUnsignedLong(low);
  }

  /** Encrypts the counters: word k of counter j in {@code words[BLOCKS k + j]}. */
  static void rounds(long seed, int[] words) {
    int k0 = (int) seed;
    int k1 = (int) (seed >>> 32);
    for (int i = 0; i < 10; i++) {
      round(words, k0, k1);
      k0 += W0;
      k1 += W1;
    }
  }

  /**
   * One round: (c0, c1, c2, c3) becomes (high(M1 c2) ^ c1 ^ k0, low(M1 c2), high(M0 c0) ^ c3 ^ k1,
   * low(M0 c0)). The high halves are put together from 16-bit digits, because int loops become
   * vectors where long ones do not.
   */
  private static void round(int[] w, int k0, int k1) {
    for (int j = 0; j < BLOCKS; j++) {
      int c0 = w[j];
      int c2 = w[j + 2 * BLOCKS];
      int l0 = c0 & 0xFFFF;
      int h0 = c0 >>> 16;
      int l2 = c2 & 0xFFFF;
      int h2 = c2 >>> 16;
      int s0 = h0 * (M0 & 0xFFFF) + (l0 * (M0 & 0xFFFF) >>> 16);
      int s2 = h2 * (M1 & 0xFFFF) + (l2 * (M1 & 0xFFFF) >>> 16);
      int t0 = l0 * (M0 >>> 16) + (s0 & 0xFFFF);
      int t2 = l2 * (M1 >>> 16) + (s2 & 0xFFFF);
      int high0 = h0 * (M0 >>> 16) + (s0 >>> 16) + (t0 >>> 16);
      int high1 = h2 * (M1 >>> 16) + (s2 >>> 16) + (t2 >>> 16);
      w[j] = high1 ^ w[j + BLOCKS] ^ k0;
      w[j + BLOCKS] = c2 * M1;
      w[j + 2 * BLOCKS] = high0 ^ w[j + 3 * BLOCKS] ^ k1;
      w[j + 3 * BLOCKS] = c0 * M0;
    }
  }
}
