package gradus.op.movement;

import gradus.Shape;
import gradus.Tensor;
import gradus.op.Call;
import gradus.op.View;
import java.util.ArrayList;
import java.util.List;

/**
 * Dimensions in another order, as a view: {@code torch.permute}.
 *
 * @param order dimension d of the result is dimension order[d] of the operand
 */
public record Permute(List<Integer> order) implements View {
  /** A matrix transposed. */
  public static final Permute MATRIX = new Permute(List.of(1, 0));

  @Override
  public Tensor view(Tensor x) {
    int rank = order.size();
    int[] dims = new int[rank];
    int[] strides = new int[rank];
    for (int d = 0; d < rank; d++) {
      dims[d] = x.size(order.get(d));
      strides[d] = x.stride(order.get(d));
    }
    return x.alias(Shape.of(dims), x.offset(), strides);
  }

  @Override
  public Tensor vjp(int i, Tensor g, Call call) {
    int[] back = new int[order.size()];
    for (int d = 0; d < back.length; d++) {
      back[order.get(d)] = d;
    }
    return g.permute(back);
  }

  @Override
  public Tensor[] vmap(int size, boolean[] batched, Tensor... in) {
    var shifted = new ArrayList<Integer>();
    shifted.add(0);
    order.forEach(d -> shifted.add(d + 1));
    return new Permute(List.copyOf(shifted)).applyAll(in);
  }
}
