// Gradients: what the tape records, and how to trust it.
//
//     ./gradus run examples/02-autograd.java
//
// Last line: gradient check passed

import module gradus;

void main() {
  // Ask for gradients at the inputs; compute as usual; go backward from a single number.
  var x = Tensor.of(1, 2, 3).requiresGrad(true);
  var y = x.pow(3).sum(); // x^3 summed
  IO.println("y = " + y);
  y.backward();
  IO.println("dy/dx = 3 x^2 = " + x.grad());

  // Gradients add up in grad() until they are cleared: that is what optimizers rely on.
  x.pow(3).sum().backward();
  IO.println("after a second backward: " + x.grad());
  x.setGrad(null);

  // Derivatives of derivatives: record the gradient itself.
  var first = Autograd.grad(x.pow(3).sum(), x, Autograd.CREATE_GRAPH);
  var second = Autograd.grad(first.sum(), x);
  IO.println("second derivative = 6 x = " + second);

  // The same without touching graphs: Jacobians, Hessians and products with them.
  IO.println(
      "\nHessian of sum(x^3) =\n" + Autograd.hessian(t -> t.pow(3).sum(), Tensor.of(1, 2, 3)));
  IO.println("Jacobian of tanh =\n" + Autograd.jacobian(Tensor::tanh, Tensor.of(0, 1)));

  // Control flow is plain Java: the graph is what happened.
  var z = x;
  while (z.square().sum().item() < 1000) {
    z = z.mul(2);
  }
  z.sum().backward();
  IO.println("\ndoubled until large: dz/dx = " + x.grad());

  // Nothing is recorded here.
  try (var _ = Autograd.noGrad()) {
    IO.println("under noGrad: requiresGrad = " + x.mul(2).requiresGrad());
  }

  // What cannot work says why.
  try {
    x.mul(2).backward();
  } catch (AutogradException e) {
    IO.println("\n" + e.getMessage());
  }

  // A new elementwise operator is one expression; its derivatives, of every order, follow from it.
  var swish = Formula.of("swish", a -> a.mul(a.sigmoid()));
  IO.println("\n" + swish);
  var s = Tensor.of(-1, 0, 1).requiresGrad(true);
  swish.apply(s).sum().backward();
  IO.println("swish' = " + s.grad());

  // Do not believe: check. Against central differences, in float64, second derivatives too.
  var input = Tensor.of(new double[] {-2, -0.3, 0.7, 1.9}, DType.FLOAT64);
  GradCheck.secondOrder(a -> swish.apply(a), input).assertOk();
  IO.println("gradient check passed");
}
