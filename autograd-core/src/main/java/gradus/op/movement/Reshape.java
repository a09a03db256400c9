package gradus.op.movement;

import gradus.Shape;
import gradus.Tensor;
import gradus.op.Call;
import gradus.op.LinearMap;
import gradus.op.Op;
import gradus.op.Overwriting;
import org.jspecify.annotations.Nullable;

/**
 * The same elements in row-major order under another shape: {@code torch.reshape}. A view where the
 * strides allow it, else a copy.
 */
public record Reshape(Shape target) implements Op, LinearMap, Overwriting {
  @Override
  public Shape shape(Tensor... in) {
    return target;
  }

  @Override
  public Tensor evaluate(Tensor... in) {
    int[] strides = strides(in[0]);
    return strides == null ? Op.super.evaluate(in) : in[0].alias(target, in[0].offset(), strides);
  }

  @Override
  public void forward(Tensor[] in, Tensor out) {
    out.reshape(in[0].shape().dims()).copyInPlace(in[0]);
  }

  @Override
  public Tensor vjp(int i, Tensor g, Call call) {
    return g.reshape(call.shape(0));
  }

  @Override
  public Tensor[] vmap(int size, boolean[] batched, Tensor... in) {
    return new Reshape(target.insert(0, size)).applyAll(in);
  }

  /**
   * The strides with which the operand reads as the target, or null if no strides do: dimensions of
   * both are matched from the right in groups of equal size, and within a group the operand must be
   * dense.
   */
  private int @Nullable [] strides(Tensor x) {
    int[] result = new int[target.rank()];
    int to = result.length - 1;
    int from = x.rank() - 1;
    if (x.numel() == 0) {
      return result;
    }
    while (from >= 0) {
      int stride = x.stride(from);
      int group = x.size(from);
      for (from--; from >= 0; from--) {
        boolean dense = x.size(from) == 1 || x.stride(from) == stride * group;
        if (!dense) {
          break;
        }
        group *= x.size(from);
      }
      for (;
          to >= 0 && group % Math.max(target.dim(to), 1) == 0 && (group > 1 || target.dim(to) == 1);
          to--) {
        result[to] = stride;
        stride *= target.dim(to);
        group /= target.dim(to);
      }
      if (group != 1) {
        return null;
      }
    }
    for (; to >= 0; to--) {
      result[to] = 1; // sizes of 1 are left
    }
    return result;
  }
}
