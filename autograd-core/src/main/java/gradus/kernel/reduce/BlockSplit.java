package gradus.kernel.reduce;

import gradus.kernel.array.Strided;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Blocks of n reduced elements, seen as [blocks, members, places]: the first halvings of a block
 * fold its members at each place. There is a cut where the dimensions' borders allow it, as they do
 * wherever sizes are powers of two.
 *
 * @param blocks from one block to the next, all of them but for an incomplete one
 * @param members how far each member lies from the first, by operand
 * @param places from one place to the next, the last of them as far as n allows
 */
record BlockSplit(Strided[] blocks, int[][] members, Strided[] places) {
  /**
   * Cuts blocks of {@code places * members} elements.
   *
   * @param reduced the reduced dimensions, without any of size 1
   */
  static @Nullable BlockSplit of(Strided[] reduced, int places, int members) {
    var nests = new Strided[3][reduced.length]; // places, members, blocks
    for (Strided[] nest : nests) {
      Arrays.setAll(nest, a -> reduced[a].leading(0));
    }
    int[] wanted = {places, members};
    int level = wanted[0] == 1 ? 1 : 0;
    for (int d = reduced[0].rank() - 1; d >= 0; d--) {
      int size = reduced[0].size(d);
      int times = 1;
      while (level < 2 && size > 1) {
        int want = wanted[level];
        int take = Math.min(size, want);
        boolean open = d == 0 && size >= want; // what is left over of the outermost is no block
        if (want % take != 0 || size % take != 0 && !open) {
          return null;
        }
        add(nests[level], take, times, reduced, d);
        times *= take;
        size /= take;
        wanted[level] /= take;
        level += wanted[level] == 1 ? 1 : 0;
      }
      if (size > 1) {
        add(nests[2], size, times, reduced, d);
      }
    }
    if (level < 2) {
      return null;
    }
    int[][] offsets = new int[reduced.length][members];
    for (int a = 0; a < offsets.length; a++) {
      Strided member = nests[1][a];
      for (int k = 0; k < members; k++) {
        offsets[a][k] = member.distance(k, member.rank());
      }
    }
    return new BlockSplit(nests[2], offsets, nests[0]);
  }

  /** Puts part of a dimension, every so many of its positions, around each view. */
  private static void add(Strided[] nest, int size, int times, Strided[] of, int d) {
    Arrays.setAll(nest, a -> nest[a].outer(size, times * of[a].stride(d)));
  }

  /**
   * The distance of neighbouring members, if it is one and the same in all operands that do not
   * stand still, and short; else 0.
   */
  static int apart(int[][] members) {
    int apart = 0;
    for (int[] m : members) {
      apart = Math.max(apart, m[1]);
    }
    if (apart > PairwiseTree.BLOCK / 2) {
      return 0;
    }
    for (int[] m : members) {
      int step = m[1] == 0 ? 0 : apart;
      for (int k = 0; k < m.length; k++) {
        if (m[k] != k * step) {
          return 0;
        }
      }
    }
    return apart;
  }

  /** How many members a block has. */
  int count() {
    return members[0].length;
  }

  /**
   * How many neighbouring blocks, at most so many, can be walked together from any multiple of
   * their number on.
   */
  int group(int most) {
    int group = 1;
    for (int d = blocks[0].rank() - 1; d >= 0; d--) {
      int size = blocks[0].size(d);
      int fit = Math.min(size, most / group);
      while (d > 0 && size % fit != 0) {
        fit--;
      }
      group *= fit;
      if (fit < size) {
        return group;
      }
    }
    return Math.max(group, 1);
  }

  /** The sizes of the block dimensions over which m blocks of a group, or of all, extend. */
  int[] extent(int m) {
    int[] sizes = new int[blocks[0].rank()];
    for (int d = sizes.length - 1; d >= 0; d--) {
      sizes[d] = Math.min(blocks[0].size(d), m);
      m = Math.ceilDiv(m, sizes[d]);
    }
    return sizes;
  }

  /** Whether loops over places of the innermost dimension have vectors to move. */
  boolean isDense(int least) {
    if (places[0].innerSize() < least) {
      return false;
    }
    for (Strided place : places) {
      if ((place.innerStride() & ~1) != 0) {
        return false;
      }
    }
    return true;
  }
}
