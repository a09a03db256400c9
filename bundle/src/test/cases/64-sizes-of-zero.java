// Reports: pytorch has dozens of crashes and hangs for stride=0, groups=0, dilation=0, kernel 0, negative padding, no heads; Linear(0, n)
// divided by zero when it drew its bias. Such settings have no meaning and must be refused as wrong arguments, naming the setting; an
// ArithmeticException or a hang is neither. A layer without inputs is legal: y = b, and b is a finite number.
import module gradus;

void main() {
  Tensor x = Tensor.ones(1, 2, 6, 6), w = Tensor.ones(2, 2, 3, 3);
  refused("conv2d stride 0", () -> F.conv2d(x, w, null, 0, 0));
  refused("conv2d stride -1", () -> F.conv2d(x, w, null, -1, 0));
  refused("conv2d padding -1", () -> F.conv2d(x, w, null, 1, -1));
  refused("conv2d dilation 0", () -> F.conv2d(x, w, null, 1, 0, 0, 1));
  refused("conv2d groups 0", () -> F.conv2d(x, w, null, 1, 0, 1, 0));
  refused("conv2d groups 3 of 2 channels", () -> F.conv2d(x, w, null, 1, 0, 1, 3));
  refused("conv2d kernel of size 0", () -> F.conv2d(x, Tensor.ones(2, 2, 0, 0), null));
  refused("convTranspose2d stride 0", () -> F.convTranspose2d(x, w, null, 0, 0));
  refused("maxPool2d(0)", () -> F.maxPool2d(x, 0));
  refused("maxPool2d stride 0", () -> F.maxPool2d(x, 2, 0, 0));
  refused("maxPool2d padding -1", () -> F.maxPool2d(x, 2, 2, -1));
  refused("avgPool2d(-2)", () -> F.avgPool2d(x, -2));
  refused("adaptiveAvgPool2d(-1, 1)", () -> F.adaptiveAvgPool2d(x, -1, 1));
  refused("adaptiveMaxPool2d of nothing", () -> F.adaptiveMaxPool2d(Tensor.ones(1, 2, 0, 6), 1, 1));
  refused("Conv2d with 0 groups", () -> new Conv2d(2, 2, 3, 1, 0, 1, 0, true));
  refused("MultiheadAttention(4, 0)", () -> new MultiheadAttention(4, 0));
  refused("MultiheadAttention(4, 3)", () -> new MultiheadAttention(4, 3));
  refused("GroupNorm(0, 4)", () -> new GroupNorm(0, 4));
  refused("LSTM(3, 0)", () -> new LSTM(3, 0));
  refused("batch(0)", () -> DataLoader.of(new TensorDataset(Tensor.ones(2, 1), Tensor.ones(2, 1))).batch(0));
  refused("slice step 0", () -> x.slice(0, 0, 1, 0));
  var none = new Linear(0, 3);
  Tensor y = none.forward(Tensor.zeros(2, 0));
  near("numbers of Linear(0, 3) that are not finite", y.detach().sub(y.detach()).ne(0).sum().item() + y.detach().isnan().sum().item(), 0, 0);
  end();
}

void refused(String what, Runnable work) {
  try {
    work.run();
    say(false, what, "nothing thrown", "IllegalArgumentException");
  } catch (IllegalArgumentException e) {
    IO.println("  refused: " + what + ": " + e.getMessage());
  } catch (Throwable t) {
    say(false, what, t, "IllegalArgumentException");
  }
}
