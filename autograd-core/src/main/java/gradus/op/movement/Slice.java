package gradus.op.movement;

import gradus.Shape;
import gradus.Tensor;

/**
 * Every {@code step}-th index from {@code start} of one dimension, {@code size} of them, as a view;
 * {@code x[start:stop:step]}. A negative step walks backwards.
 */
public record Slice(int dim, int start, int size, int step) implements Part {
  @Override
  public Tensor view(Tensor x) {
    int[] strides = x.strides();
    int offset = size == 0 ? x.offset() : x.offset() + start * strides[dim];
    strides[dim] *= step;
    return x.alias(shape(x.shape()), offset, strides);
  }

  @Override
  public Shape shape(Shape whole) {
    return whole.with(dim, size);
  }

  @Override
  public Slice ofExamples() {
    return new Slice(dim + 1, start, size, step);
  }
}
