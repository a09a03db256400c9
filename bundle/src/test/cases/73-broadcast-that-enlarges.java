// Reports: HIPS/Kayak#14 (an L2 loss of (77,) and (77, 1) became 77 x 77), 935963004/LaBraM#15; siblings of 70. A bias is [out]: of another length
// it must be refused, not make channels. Weights of a loss are "factors for the elements, which broadcast" to the losses: they must not
// enlarge them; with Reduction.NONE a loss has the shape of its input.
import module gradus;

void main() {
  Tensor x = Tensor.ones(1, 1, 3, 3);
  shape("convTranspose2d, 1 channel out, bias [3]", null, () -> F.convTranspose2d(x, Tensor.ones(1, 1, 3, 3), Tensor.ones(3), 1, 0));
  shape("conv2d, 1 channel out, bias [3]", null, () -> F.conv2d(x, Tensor.ones(1, 1, 3, 3), Tensor.ones(3)));
  shape("conv2d, 3 channels out, bias [1]", null, () -> F.conv2d(x, Tensor.ones(3, 1, 3, 3), Tensor.ones(1)));
  shape("convTranspose2d, 3 channels out, bias [1]", null, () -> F.convTranspose2d(x, Tensor.ones(1, 3, 3, 3), Tensor.ones(1), 1, 0));
  shape("linear, 1 out, bias [3]", null, () -> F.linear(Tensor.ones(2, 4), Tensor.ones(1, 4), Tensor.ones(3)));
  shape("linear, 3 out, bias [1]", null, () -> F.linear(Tensor.ones(2, 4), Tensor.ones(3, 4), Tensor.ones(1)));
  Tensor p = Tensor.full(Shape.of(3, 1), 0.5, DType.FLOAT32), t = Tensor.ones(3, 1);
  shape("bce of [3, 1], weight [3]", Shape.of(3, 1), () -> new BCELoss(Tensor.ones(3), Reduction.NONE).forward(p, t));
  shape("bceWithLogits of [3, 1], weight [3]", Shape.of(3, 1), () -> new BCEWithLogitsLoss().withWeight(Tensor.ones(3)).withReduction(Reduction.NONE).forward(p, t));
  shape("bceWithLogits of [3, 1], posWeight [3]", Shape.of(3, 1), () -> new BCEWithLogitsLoss().withPosWeight(Tensor.ones(3)).withReduction(Reduction.NONE).forward(p, t));
  shape("attention with a mask [5, 2, 2] for [2, 2]", null, () -> F.scaledDotProductAttention(Tensor.ones(2, 3), Tensor.ones(2, 3), Tensor.ones(2, 3), Tensor.zeros(5, 2, 2)));
  end();
}

void shape(String what, Shape want, Supplier<Tensor> work) {
  try {
    Tensor y = work.get();
    say(y.shape().equals(want), what, y.shape(), want == null ? "refused" : want + " or refused");
  } catch (IllegalArgumentException e) {
    IO.println("  refused: " + what + ": " + e.getMessage());
  }
}
