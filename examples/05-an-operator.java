// An operator of your own with two results: direction and length of a vector.
//
//     ./gradus run examples/05-an-operator.java
//
// Last line: per-example directions \[2, 3\]

import module gradus;

/**
 * The direction and the length of a vector: x [n] -> x / |x| [n], |x| []. The residual 1 / |x| is
 * computed only if a derivative will need it.
 */
record Direction() implements Primitive {
  public List<Spec> results(Tensor... in) {
    if (in[0].rank() != 1) {
      throw new ShapeException("direction: needs a vector [n], got " + in[0].shape());
    }
    return List.of(Spec.of(in[0]), length(in[0]));
  }

  public List<Spec> residuals(Tensor... in) {
    return List.of(length(in[0]));
  }

  private static Spec length(Tensor x) {
    return Spec.of(Shape.of(), x.dtype());
  }

  /** Nothing is recorded in here; a residual is asked for if there is a third output. */
  public void forward(Tensor[] in, Tensor[] out) {
    Tensor length = in[0].square().sum().sqrt();
    out[0].copyInPlace(in[0].div(length));
    out[1].copyInPlace(length);
    if (out.length > 2) {
      out[2].copyInPlace(length.reciprocal());
    }
  }

  /**
   * With y = x / |x| and r = 1 / |x|: dy = r (dx - y (y . dx)), d|x| = y . dx, dr = -r^2 y . dx.
   */
  public Tensor[] vjp(boolean[] wanted, Gradients g, Call call) {
    Tensor y = call.out(0);
    Tensor r = call.residual(0);
    Tensor gy = g.orZeros(0, call);
    Tensor along = g.orZeros(1, call);
    Tensor gr = g.residual(0); // not null if this derivative is itself differentiated through r
    if (gr != null) {
      along = along.sub(gr.mul(r.square()));
    }
    return new Tensor[] {gy.sub(y.mul(y.mul(gy).sum())).mul(r).add(y.mul(along))};
  }

  public Reads reads(int i) {
    return Reads.results(0).or(Reads.residuals(0));
  }

  /** Forward mode; without this rule it transposes vjp. */
  public Tensor[] jvp(Tensor[] tangents, Call call) {
    Tensor y = call.out(0);
    Tensor along = y.mul(tangents[0]).sum();
    return new Tensor[] {tangents[0].sub(y.mul(along)).div(call.out(1)), along};
  }
}

void main() {
  var x = Tensor.of(new double[] {3, 0, 4}, DType.FLOAT64).requiresGrad(true);
  Tensor[] parts = new Direction().applyAll(x);
  IO.println("direction %s\nlength %s".formatted(parts[0].detach(), parts[1].detach()));

  // The gradient of the length alone is the direction.
  parts[1].backward();
  IO.println("d length / dx = " + x.grad());

  // Right in both modes, to second order: against differences, and against each other.
  GradCheckReport report =
      GradCheck.DEFAULT
          .withOrder(2)
          .runAll(in -> List.of(new Direction().applyAll(in)), x.detach());
  report.assertOk();
  IO.println(report);

  // And under transformations: a Hessian, and a batch of vectors.
  IO.println("\nHessian of the length:");
  IO.println(Autograd.hessian(v -> new Direction().applyAll(v)[1], x.detach()));
  var vectors = Tensor.of(new double[][] {{1, 2, 2}, {0, 3, 4}}, DType.FLOAT64);
  Tensor directions = Autograd.vmap(v -> new Direction().applyAll(v)[0], vectors);
  IO.println(directions);
  IO.println("per-example directions " + directions.shape());
}
