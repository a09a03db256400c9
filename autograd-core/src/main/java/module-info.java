/** Tensors, operators, tape, formulas, kernels, gradient checks. */
module gradus.core {
  requires commons.math3;
  requires jdk.incubator.vector;
  requires static org.jspecify;

  exports gradus.formula;
}
