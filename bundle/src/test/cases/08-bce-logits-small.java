// Report: pytorch/pytorch#49844 (its table shows 4.54177e-05 at 10 where log1p(exp(-10)) = 4.53989e-05), #24933.
// The doc says "accurate for large inputs too". For target 0 the loss is log(1 + e^x): at x = -20
// 2.0611536203143808e-09, at -10 4.5398899216864647e-05; slope sigmoid(x): 2.0611536181902037e-09,
// 4.5397868702434395e-05 (50 digits). Float32 holds these with 7 digits; log1p and sigmoid deliver them. And 1 - t is exact.
import module gradus;

void main() {
  double[] at = {-5, -10, -20, -50};
  double[] value = {0.0067153484891180684, 4.5398899216864647e-05, 2.0611536203143808e-09, 1.9287498479639178e-22};
  double[] slope = {0.0066928509242848554, 4.5397868702434395e-05, 2.0611536181902037e-09, 1.9287498479639178e-22};
  Tensor x = Tensor.of(at).requiresGrad(true);
  Tensor loss = F.binaryCrossEntropyWithLogits(x, Tensor.zeros(4), Reduction.NONE);
  loss.backward(Tensor.ones(4));
  for (int i = 0; i < at.length; i++) {
    near("loss of target 0 at " + at[i], loss.detach().get(i), value[i], 1e-4);
    near("slope", x.grad().get(i), slope[i], 1e-4);
  }
  // The mirror image: target 1 at +|x|.
  Tensor z = Tensor.of(5, 10, 20, 50).requiresGrad(true);
  Tensor mirrored = F.binaryCrossEntropyWithLogits(z, Tensor.ones(4), Reduction.NONE);
  mirrored.backward(Tensor.ones(4));
  for (int i = 0; i < at.length; i++) {
    near("loss of target 1 at " + -at[i], mirrored.detach().get(i), value[i], 1e-4);
    near("slope", z.grad().get(i), -slope[i], 1e-4);
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
