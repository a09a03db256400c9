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
