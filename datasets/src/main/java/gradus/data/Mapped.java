package gradus.data;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** The samples of another data set, each changed whenever it is asked for. */
record Mapped<S, T>(Dataset<S> source, Function<? super S, ? extends T> change)
    implements Dataset<T> {
  @Override
  public int size() {
    return source.size();
  }

  @Override
  public T get(int index) {
    return change.apply(source.get(index));
  }

  @Override
  public List<T> samples(int... indices) {
    var changed = new ArrayList<T>(indices.length);
    for (S sample : source.samples(indices)) {
      changed.add(change.apply(sample));
    }
    return changed;
  }

  @Override
  public List<String> classes() {
    return source.classes();
  }

  @Override
  public String toString() {
    return "Mapped(%s)".formatted(Description.of(source));
  }
}
