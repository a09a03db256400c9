package gradus.data;

import java.util.AbstractList;
import java.util.RandomAccess;

/** The samples of a batch that is there already, as views of its rows. */
final class Rows extends AbstractList<Sample> implements RandomAccess {
  private final Batch batch;

  Rows(Batch batch) {
    this.batch = batch;
  }

  Batch batch() {
    return batch;
  }

  @Override
  public Sample get(int index) {
    return new Sample(batch.input().select(0, index), batch.target().select(0, index));
  }

  @Override
  public int size() {
    return batch.size();
  }
}
