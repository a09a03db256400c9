/** Tensors, operators, tape, formulas, kernels, gradient checks. */
module gradus.core {
  requires commons.math3;
  requires jdk.incubator.vector;
  requires static org.jspecify;

  exports gradus;
  exports gradus.check;
  exports gradus.formula;
  exports gradus.op;
  exports gradus.op.attention;
  exports gradus.op.convolution;
  exports gradus.op.elementwise;
  exports gradus.op.indexing;
  exports gradus.op.linalg;
  exports gradus.op.movement;
  exports gradus.op.normalization;
  exports gradus.op.pooling;
  exports gradus.op.recurrent;
  exports gradus.op.reduction;
  exports gradus.tape;
}
