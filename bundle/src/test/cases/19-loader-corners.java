// Reports: questions about loaders that are left early, nested, iterated twice, and fail in the middle (pytorch/pytorch has
// dozens). Definition: an iteration is an epoch; each sample comes once; an exception of the data set reaches the caller.
import module gradus;

void main() {
  var data = new TensorDataset(Tensor.arange(0, 10, 1, DType.FLOAT32).unsqueeze(1), Tensor.arange(10));
  for (int ahead : new int[] {0, 3, 1000, Integer.MAX_VALUE}) {
    Gradus.seed(5);
    var loader = DataLoader.of(data).batch(4).shuffle().prefetch(ahead);
    try {
      same("ahead " + ahead + ": all samples once", sorted(loader), LongStream.range(0, 10).toArray());
      int pairs = 0;
      for (var a : loader) for (var b : loader) pairs++; // nested
      same("ahead " + ahead + ": nested", pairs, 9);
      loader.iterator().next(); // given up
      same("ahead " + ahead + ": after one given up", sorted(loader), LongStream.range(0, 10).toArray());
    } catch (RuntimeException e) {
      say(false, "ahead " + ahead, e, "batches");
    }
  }
  same("a batch as large as can be", DataLoader.of(data).batch(Integer.MAX_VALUE).iterator().next().size(), 10);
  same("batches of that", DataLoader.of(data).batch(Integer.MAX_VALUE).size(), 1);
  var bad = data.map(Sample.onInput(x -> {
    if (x.item() == 7) throw new UnsupportedOperationException("sample 7");
    return x;
  }));
  for (int ahead : new int[] {0, 2}) {
    throwsA("an exception, ahead " + ahead, UnsupportedOperationException.class,
        () -> DataLoader.of(bad).batch(4).prefetch(ahead).forEach(b -> {}));
  }
  end();
}

long[] sorted(DataLoader<Batch> loader) {
  var all = new ArrayList<Long>();
  for (var batch : loader) for (long v : batch.target().toLongs()) all.add(v);
  return all.stream().mapToLong(v -> v).sorted().toArray();
}
