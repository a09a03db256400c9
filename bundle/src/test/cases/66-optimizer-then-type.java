// Reports: Lightning-AI/pytorch-lightning#16303, pytorch/pytorch#2138, #110940 (a model changed to another type after the optimizer has
// begun; torch.optim's doc tells to construct optimizers afterwards). Parameterized.to: "Converts all parameters and floating buffers, in place: who holds them keeps them" - an optimizer holds them.
// SGD with momentum 0.5, lr 1, g = 1: p = -1, then d = 1.5, p = -2.5, whatever the type; Adam goes on as well.
import module gradus;

void main() {
  for (String kind : List.of("sgd", "momentum", "adam")) {
    var net = new Linear(1, 1, false);
    try (var _ = Autograd.noGrad()) {
      net.weight().fillInPlace(0);
    }
    var optimizer = switch (kind) {
      case "sgd" -> new SGD(net.parameters(), 1);
      case "momentum" -> new SGD(net.parameters(), 1, 0.5);
      default -> new Adam(net.parameters(), 1);
    };
    try {
      net.weight().setGrad(Tensor.ones(1, 1));
      optimizer.step();
      net.to(DType.FLOAT64);
      net.weight().setGrad(Tensor.ones(Shape.of(1, 1), DType.FLOAT64));
      optimizer.step();
      near(kind + ", second step in float64", net.weight().detach().item(), kind.equals("momentum") ? -2.5 : -2, 1e-6);
    } catch (RuntimeException e) {
      say(false, kind + ", second step in float64", e, "a step");
    }
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
