/**
 * Tensors, operators, tape, formulas, kernels, gradient checks.
 *
 * <p>What is exported to everybody is what {@code import module gradus} puts into a script, so
 * names must be clear without their package: an operator that shares the name of a layer ends in Op
 * (LinearOp, SoftmaxOp). The operators of your own project are on a par with these.
 */
@SuppressWarnings("module") // gradus.optim is compiled later
module gradus.core {
  requires commons.math3;
  requires jdk.incubator.vector;
  requires static org.jspecify;

  exports gradus;
  exports gradus.check;
  exports gradus.formula;
  exports gradus.kernel.array;
  exports gradus.op;
  exports gradus.op.attention;
  exports gradus.op.convolution;
  exports gradus.op.creation;
  exports gradus.op.elementwise;
  exports gradus.op.indexing;
  exports gradus.op.linalg;
  exports gradus.op.movement;
  exports gradus.op.normalization;
  exports gradus.op.pooling;
  exports gradus.op.recurrent;
  exports gradus.op.reduction;
  exports gradus.tape to
      gradus.optim;
}
