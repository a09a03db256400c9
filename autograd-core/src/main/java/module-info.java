/**
 * Tensors, operators, tape, formulas, kernels, gradient checks.
 *
 * <p>What is exported to everybody is what {@code import module gradus} puts into a script, so
 * names must be clear without their package: the families whose operators are named as layers are
 * (Tanh, Linear, Softmax) stay inside, where tensors and {@code gradus.nn.F} reach them by methods.
 */
@SuppressWarnings("module") // gradus.nn is compiled later
module gradus.core {
  requires commons.math3;
  requires jdk.incubator.vector;
  requires static org.jspecify;

  exports gradus;
  exports gradus.check;
  exports gradus.formula;
  exports gradus.op;
  exports gradus.op.convolution;
  exports gradus.op.pooling;
  exports gradus.tape to
      gradus.optim;
  exports gradus.op.attention to
      gradus.nn;
  exports gradus.op.linalg to
      gradus.nn;
  exports gradus.op.normalization to
      gradus.nn;
  exports gradus.op.recurrent to
      gradus.nn;
  exports gradus.op.reduction to
      gradus.nn;
}
