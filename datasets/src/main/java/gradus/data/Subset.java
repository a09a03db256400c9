package gradus.data;

import java.util.List;
import java.util.Objects;

/** Some samples of another data set, in an order of their own: {@code torch.utils.data.Subset}. */
public final class Subset<S> implements Dataset<S> {
  private final Dataset<S> source;
  private final int[] indices;

  /**
   * Those with these numbers.
   *
   * @throws IndexOutOfBoundsException if {@code source} has no such sample
   */
  public Subset(Dataset<S> source, int... indices) {
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
  public S get(int index) {
    return source.get(indices[index]);
  }

  @Override
  public List<S> samples(int... own) {
    int[] sources = new int[own.length];
    for (int k = 0; k < own.length; k++) {
      sources[k] = indices[own[k]];
    }
    return source.samples(sources);
  }

  @Override
  public List<String> classes() {
    return source.classes();
  }

  /** As {@code Subset(70 of TensorDataset(...))}. */
  @Override
  public String toString() {
    return "Subset(%d of %s)".formatted(size(), Description.of(source));
  }
}
