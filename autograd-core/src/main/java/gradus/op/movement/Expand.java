package gradus.op.movement;

import gradus.Shape;
import gradus.ShapeException;
import gradus.Tensor;
import gradus.kernel.array.Strided;
import gradus.op.Batches;
import gradus.op.Call;
import gradus.op.View;

/** Dimensions of size 1 repeated without copying: {@code torch.expand}. */
public record Expand(Shape target) implements View {
  @Override
  public Tensor view(Tensor x) {
    if (!x.shape().expandsTo(target)) {
      throw new ShapeException(
          "expand: %s does not expand to %s: from the right, sizes must be equal or 1"
              .formatted(x.shape(), target));
    }
    int[] strides = Strided.expanded(x.shape().dims(), x.strides(), target.dims());
    return x.alias(target, x.offset(), strides);
  }

  @Override
  public Tensor vjp(int i, Tensor g, Call call) {
    return g; // the walk sums it back to the operand's shape
  }

  @Override
  public Tensor[] vmap(int size, boolean[] batched, Tensor... in) {
    return new Expand(target.insert(0, size)).applyAll(Batches.padded(in[0], target.rank()));
  }
}
