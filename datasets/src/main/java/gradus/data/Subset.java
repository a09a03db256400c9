package gradus.data;

import java.util.List;
import java.util.Objects;

/** Some samples of another data set, in an order of their own: {@code torch.utils.data.Subset}. */
public final class Subset implements Dataset {
  private final Dataset source;
  private final int[] indices;

  /**
   * @throws IndexOutOfBoundsException if {@code source} has no such sample
   */
  public Subset(Dataset source, int... indices) {
    this.source = source;
    this.indices = indices.clone();
    for (int i : indices) {
      Objects.checkIndex(i, source.size());
    }
  }

  @Override
  public int size() {
    return indices.length;
  }

  @Override
  public Sample get(int index) {
    return source.get(indices[index]);
  }

  @Override
  public Batch batch(int... own) {
    int[] sources = new int[own.length];
    for (int k = 0; k < own.length; k++) {
      sources[k] = indices[own[k]];
    }
    return source.batch(sources);
  }

  @Override
  public List<String> classes() {
    return source.classes();
  }
}
