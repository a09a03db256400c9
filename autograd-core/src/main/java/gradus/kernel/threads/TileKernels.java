package gradus.kernel.threads;

import java.util.Objects;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A {@link KernelCache} of kernels for tiles. A product asks for them strip by strip, so those that
 * are fast by now are found in a table, without a key.
 *
 * @param <F> the forms
 * @param <T> the kernel
 */
public final class TileKernels<F extends Enum<F>, T> {
  private static final int MOST_ROWS = 12;
  private static final int WIDEST = 8;

  /** What a kernel computes at a time. */
  public record Tile<F>(F form, int rows, int vectors) {}

  private final KernelCache<Tile<F>, T> all;
  private final @Nullable Object[] fast; // read in a data race, as kernels may be

  /** For these forms; as a {@link KernelCache} otherwise. */
  public TileKernels(F[] forms, boolean patient, KernelCache.Maker<Tile<F>, T> maker) {
    all = new KernelCache<>(patient, maker);
    fast = new Object[forms.length * WIDEST * MOST_ROWS];
  }

  /**
   * The kernel if it is fast by now, else null.
   *
   * @param work as in {@link KernelCache#get}
   * @throws IndexOutOfBoundsException for a tile larger than 12 rows of 8 vectors
   */
  @SuppressWarnings("unchecked") // only kernels are put there
  public @Nullable T get(F form, int rows, int vectors, long work) {
    int column = Objects.checkIndex(vectors - 1, WIDEST);
    int row = Objects.checkIndex(rows - 1, MOST_ROWS);
    int slot = (form.ordinal() * WIDEST + column) * MOST_ROWS + row;
    Object known = fast[slot];
    if (known == null) {
      known = all.get(new Tile<>(form, rows, vectors), work);
      fast[slot] = known;
    }
    return (T) known;
  }

  /** As {@link KernelCache#prime}. */
  public boolean prime(IntConsumer kernel, int units, long fastNanos) {
    return all.prime(kernel, units, fastNanos);
  }
}
