package gradus.kernel.random;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Random;
import org.junit.jupiter.api.Test;

class PhiloxTest {
  /** The known answers of the authors' library Random123: counter, key, words. */
  private static final int[][] KNOWN = {
    {0, 0, 0, 0, 0, 0, 0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8},
    {-1, -1, -1, -1, -1, -1, 0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd},
    {
      0x243f6a88,
      0x85a308d3,
      0x13198a2e,
      0x03707344,
      0xa4093822,
      0x299f31d0,
      0xd16cfe09,
      0x94fdcceb,
      0x5001e420,
      0x24126ea1
    }
  };

  @Test
  void knownAnswers() {
    for (int[] k : KNOWN) {
      long seed = Philox.join(k[5], k[4]);
      int[] words = new int[Philox.SPAN];
      int j = 77; // any lane
      for (int c = 0; c < 4; c++) {
        words[c * Philox.BLOCKS + j] = k[c];
      }
      Philox.rounds(seed, words);
      for (int c = 0; c < 4; c++) {
        assertEquals(k[6 + c], words[c * Philox.BLOCKS + j]);
      }
      assertEquals(
          Philox.join(k[6], k[7]), Philox.retry(seed, Philox.join(k[3], k[2]), k[0], k[1]));
    }
  }

  @Test
  void lanesAreTheBlocksOneByOne() {
    var random = new Random(5);
    int[] words = new int[Philox.SPAN];
    for (int i = 0; i < 200; i++) {
      long seed = random.nextLong();
      long stream = random.nextLong();
      int group = random.nextInt(1 << 20);
      Philox.group(seed, stream, group, words);
      int j = random.nextInt(Philox.BLOCKS);
      long block = Philox.retry(seed, stream, group * Philox.BLOCKS + j, 0);
      assertEquals(block, Philox.join(words[j], words[j + Philox.BLOCKS]));
    }
  }
}
