// Report: pytorch/pytorch#49844, #102894, #135359 (NaN for infinite logits).
// -(t log s + (1-t) log(1-s)), s = sigmoid(x). At x = +inf: s = 1, so for t = 1 the loss is -log 1 = 0; at x = -inf,
// t = 0: 0. Their slopes s - t are 0. For the opposite target the loss is +inf and the slope +-1.
import module gradus;

void main() {
  double inf = Double.POSITIVE_INFINITY;
  Tensor x = Tensor.of(inf, -inf, inf, -inf).requiresGrad(true);
  Tensor loss = F.binaryCrossEntropyWithLogits(x, Tensor.of(1, 0, 0, 1), Reduction.NONE);
  loss.backward(Tensor.ones(4));
  double[] value = {0, 0, inf, inf};
  double[] slope = {0, 0, 1, -1};
  for (int i = 0; i < 4; i++) {
    near("loss " + i, loss.detach().get(i), value[i], 0);
    near("slope " + i, x.grad().get(i), slope[i], 0);
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
