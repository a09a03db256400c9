package gradus.op.movement;

import gradus.Shape;
import gradus.ShapeException;
import gradus.Tensor;
import gradus.op.Batches;
import gradus.op.Call;
import gradus.op.LinearMap;
import gradus.op.Op;
import gradus.op.Overwriting;
import gradus.op.Tangents;
import org.jspecify.annotations.Nullable;

/** Tensors one after the other along an existing dimension: {@code torch.cat}. */
public record Cat(int dim) implements Op, LinearMap, Overwriting {
  @Override
  public Shape shape(Tensor... in) {
    Shape first = in[0].shape();
    int total = 0;
    for (int i = 0; i < in.length; i++) {
      Shape s = in[i].shape();
      if (s.rank() != first.rank() || !s.with(dim, first.dim(dim)).equals(first)) {
        throw new ShapeException(
            "cat: tensor %d %s and tensor 0 %s must agree in all dimensions but %d"
                .formatted(i, s, first, dim));
      }
      total = Math.addExact(total, s.dim(dim));
    }
    return first.with(dim, total);
  }

  @Override
  public void forward(Tensor[] in, Tensor out) {
    int start = 0;
    for (Tensor t : in) {
      new Slice(dim, start, t.size(dim), 1).view(out).copyInPlace(t);
      start += t.size(dim);
    }
  }

  @Override
  public Tensor vjp(int i, Tensor g, Call call) {
    int start = 0;
    for (int k = 0; k < i; k++) {
      start += call.shape(k).dim(dim);
    }
    return g.narrow(dim, start, call.shape(i).dim(dim));
  }

  @Override
  public @Nullable Tensor[] jvp(@Nullable Tensor[] tangents, Call call) {
    return applyAll(Tangents.orZeros(tangents, call));
  }

  @Override
  public Tensor[] vmap(int size, boolean[] batched, Tensor... in) {
    return new Cat(dim + 1).applyAll(Batches.expanded(size, batched, in));
  }
}
