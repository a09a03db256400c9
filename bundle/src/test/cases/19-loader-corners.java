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

// ---- what every script here uses ----
int bad = 0;

void near(String what, double got, double want, double relative) {
  boolean ok =
      Double.isNaN(want)
          ? Double.isNaN(got)
          : got == want
              || Double.isFinite(want) && Math.abs(got - want) <= relative * (want == 0 ? 1 : Math.abs(want));
  say(ok, what, got, want);
}

void same(String what, Object got, Object want) {
  say(Objects.deepEquals(got, want), what, text(got), text(want));
}

void yes(String what, boolean ok) {
  say(ok, what, ok, true);
}

void throwsA(String what, Class<? extends Throwable> kind, Runnable work) {
  try {
    work.run();
    say(false, what, "nothing thrown", kind.getSimpleName());
  } catch (Throwable t) {
    say(kind.isInstance(t), what, t, kind.getSimpleName());
  }
}

void say(boolean ok, String what, Object got, Object want) {
  if (!ok) bad++;
  IO.println((ok ? "  ok    " : "  WRONG ") + what + ": " + got + (ok ? "" : "   should be " + want));
}

String text(Object o) {
  return o instanceof Object[] a ? Arrays.deepToString(a) : o instanceof double[] d ? Arrays.toString(d)
      : o instanceof float[] f ? Arrays.toString(f) : o instanceof long[] l ? Arrays.toString(l)
      : o instanceof int[] i ? Arrays.toString(i) : String.valueOf(o);
}

void end() {
  IO.println(bad == 0 ? "PASS" : "FAIL (" + bad + ")");
}
