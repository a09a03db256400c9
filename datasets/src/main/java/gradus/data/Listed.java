package gradus.data;

import java.util.List;

/** The samples of a list. */
record Listed<S>(List<S> list) implements Dataset<S> {
  Listed {
    list = List.copyOf(list);
  }

  @Override
  public int size() {
    return list.size();
  }

  @Override
  public S get(int index) {
    return list.get(index);
  }

  @Override
  public String toString() {
    return "Dataset(%d samples)".formatted(size());
  }
}
