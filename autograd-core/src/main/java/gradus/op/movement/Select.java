package gradus.op.movement;

import gradus.Shape;
import gradus.Tensor;

/** One index of a dimension, which goes, as a view: {@code torch.select}. */
public record Select(int dim, int index) implements Part {
  @Override
  public Tensor view(Tensor x) {
    int[] all = x.strides();
    int[] strides = new int[all.length - 1];
    System.arraycopy(all, 0, strides, 0, dim);
    System.arraycopy(all, dim + 1, strides, dim, strides.length - dim);
    return x.alias(shape(x.shape()), x.offset() + index * all[dim], strides);
  }

  @Override
  public Shape shape(Shape whole) {
    return whole.remove(dim);
  }

  @Override
  public Select ofExamples() {
    return new Select(dim + 1, index);
  }
}
