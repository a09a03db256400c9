package gradus.data;

import java.util.List;
import java.util.function.UnaryOperator;

/** The samples of another data set, each changed when it is asked for. */
record Mapped(Dataset source, UnaryOperator<Sample> change) implements Dataset {
  @Override
  public int size() {
    return source.size();
  }

  @Override
  public Sample get(int index) {
    return change.apply(source.get(index));
  }

  @Override
  public List<String> classes() {
    return source.classes();
  }
}
