// Reports: numpy/numpy#1683, #5241, #6119, pytorch/pytorch#48401, numba/numba#6949, sonots/cumo#473.
// In place means: as if the right side had been copied first. So a += a' is symmetric, x - x[0] uses the old x[0], a shift by
// one moves each element once, also for tensors larger than any buffer (300 x 300).
import module gradus;

void main() {
  for (int n : new int[] {2, 3, 91, 300}) {
    Tensor a = Tensor.arange(0, n * n, 1, DType.FLOAT32).reshape(n, n);
    Tensor want = a.add(a.transpose()).clone();
    a.addInPlace(a.transpose());
    same(n + ": a += a'", a.toFloats(), want.toFloats());
    Tensor x = Tensor.arange(1, n * n + 1, 1, DType.FLOAT64);
    x.addInPlace(x.select(0, 0), -1);
    near(n + ": x -= x[0], first", x.get(0), 0, 0);
    near(n + ": x -= x[0], last", x.get(n * n - 1), n * n - 1, 0);
    Tensor s = Tensor.arange(n * n);
    s.slice(0, 1, n * n).copyInPlace(s.slice(0, 0, n * n - 1));
    near(n + ": shift right, last", s.get(n * n - 1), n * n - 2, 0);
    s = Tensor.arange(n * n);
    s.slice(0, 0, n * n - 1).copyInPlace(s.slice(0, 1, n * n));
    near(n + ": shift left, first", s.get(0), 1, 0);
    s = Tensor.arange(n * n);
    s.copyInPlace(s.flip(0));
    near(n + ": reversed, last", s.get(n * n - 1), 0, 0);
    Tensor m = Tensor.arange(0, n * n, 1, DType.FLOAT32).reshape(n, n);
    m.copyInPlace(m.transpose());
    near(n + ": transposed in place", m.get(0, n - 1), n * (n - 1), 0);
  }
  end();
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
