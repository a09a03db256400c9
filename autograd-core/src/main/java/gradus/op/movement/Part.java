package gradus.op.movement;

import gradus.DType;
import gradus.DTypeException;
import gradus.Shape;
import gradus.ShapeException;
import gradus.Tensor;
import gradus.op.Accumulating;
import gradus.op.Batches;
import gradus.op.Call;
import gradus.op.LinearMap;
import gradus.op.Op;
import gradus.op.Overwriting;
import gradus.op.Tangents;
import gradus.op.View;
import org.jspecify.annotations.Nullable;

/**
 * A view of some of the elements, none of them twice. Its gradient is added where they lie, so that
 * the pieces of a sequence cost no more than the sequence.
 */
public sealed interface Part extends View, Accumulating permits Select, Slice {
  /** The shape of this part of a tensor. */
  Shape shape(Shape whole);

  /** The same of every example of a batch. */
  Part ofExamples();

  @Override
  default Shape shape(Tensor... in) {
    return shape(in[0].shape());
  }

  @Override
  default Tensor[] vmap(int size, boolean[] batched, Tensor... in) {
    return ofExamples().applyAll(in);
  }

  @Override
  default Tensor vjp(int i, Tensor g, Call call) {
    return new Embed(this, call.shape(0)).apply(g);
  }

  @Override
  default void addVjp(int i, Tensor g, Call call, Tensor sum) {
    view(sum).addInPlace(g);
  }

  @Override
  default Tensor plusVjp(int i, Tensor g, Call call, Tensor sum) {
    return new Plus(this).apply(sum, g);
  }

  /** The adjoint: zeros of shape {@code whole} with the operand in the place of the part. */
  record Embed(Part part, Shape whole) implements Op, LinearMap {
    @Override
    public Shape shape(Tensor... in) {
      return whole;
    }

    @Override
    public void forward(Tensor[] in, Tensor out) {
      part.view(out).copyInPlace(in[0]);
    }

    @Override
    public Tensor vjp(int i, Tensor g, Call call) {
      return part.apply(g);
    }

    @Override
    public Tensor[] vmap(int size, boolean[] batched, Tensor... in) {
      return new Embed(part.ofExamples(), whole.insert(0, size)).applyAll(in);
    }
  }

  /**
   * The first operand, with the second added in the place of the part. Elsewhere nothing is added:
   * zeros would turn -0 into 0.
   */
  record Plus(Part part) implements Op, LinearMap, Overwriting {
    @Override
    public Shape shape(Tensor... in) {
      return in[0].shape();
    }

    @Override
    public void forward(Tensor[] in, Tensor out) {
      out.copyInPlace(in[0]);
      part.view(out).addInPlace(in[1]);
    }

    @Override
    public Tensor vjp(int i, Tensor g, Call call) {
      return i == 0 ? g : part.apply(g);
    }

    @Override
    public Tensor[] vmap(int size, boolean[] batched, Tensor... in) {
      return new Plus(part.ofExamples()).applyAll(Batches.expanded(size, batched, in));
    }
  }

  /**
   * The first operand, with the second in the place of the part: {@code torch.select_scatter},
   * {@code torch.slice_scatter}. What an assignment {@code x[part] = y} means, without its side
   * effect.
   */
  record Scatter(Part part) implements Op, LinearMap, Overwriting {
    @Override
    public String name() {
      return part.name() + "Scatter";
    }

    @Override
    public Shape shape(Tensor... in) {
      Shape place = part.shape(in[0].shape());
      if (!in[1].shape().equals(place)) {
        throw new ShapeException(
            "%s: the source must have the shape %s of its place in %s, got %s; use expand(...)"
                .formatted(name(), place, in[0].shape(), in[1].shape()));
      }
      return in[0].shape();
    }

    @Override
    public DType dtype(Tensor... in) {
      if (in[1].dtype().isFloating() && !in[0].dtype().isFloating()) {
        throw new DTypeException(
            "%s: %s cannot hold a source of %s; convert one with to(...)"
                .formatted(name(), in[0].dtype(), in[1].dtype()));
      }
      return in[0].dtype();
    }

    @Override
    public void forward(Tensor[] in, Tensor out) {
      out.copyInPlace(in[0]);
      part.view(out).copyInPlace(in[1]);
    }

    @Override
    public Tensor vjp(int i, Tensor g, Call call) {
      return i == 0 ? apply(g, Tensor.scalar(0, g.dtype()).expand(call.shape(1))) : part.apply(g);
    }

    @Override
    public @Nullable Tensor[] jvp(@Nullable Tensor[] tangents, Call call) {
      return applyAll(Tangents.orZeros(tangents, call));
    }

    @Override
    public Tensor[] vmap(int size, boolean[] batched, Tensor... in) {
      return new Scatter(part.ofExamples()).applyAll(Batches.expanded(size, batched, in));
    }
  }
}
