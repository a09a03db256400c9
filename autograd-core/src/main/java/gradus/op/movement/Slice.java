package gradus.op.movement;

import gradus.Shape;
import gradus.Tensor;
import gradus.op.Accumulating;
import gradus.op.Call;
import gradus.op.Op;
import gradus.op.Reads;
import gradus.op.View;

/**
 * Every {@code step}-th index from {@code start} of one dimension, {@code size} of them, as a view;
 * {@code x[start:stop:step]}. A negative step walks backwards.
 */
public record Slice(int dim, int start, int size, int step) implements View, Accumulating {
  @Override
  public Tensor view(Tensor x) {
    int[] strides = x.strides();
    int offset = size == 0 ? x.offset() : x.offset() + start * strides[dim];
    strides[dim] *= step;
    return x.alias(x.shape().with(dim, size), offset, strides);
  }

  @Override
  public Tensor vjp(int i, Tensor g, Call call) {
    return new Unslice(this, call.shape(0)).apply(g);
  }

  /** Adds where the slice lies: the pieces of a sequence cost no more than the sequence. */
  @Override
  public boolean addVjp(int i, Tensor g, Call call, Tensor sum) {
    view(sum).addInPlace(g);
    return true;
  }

  @Override
  public Tensor plusVjp(int i, Tensor g, Call call, Tensor sum) {
    return new Plus(this).apply(sum, g);
  }

  /**
   * The first operand, with the second added at the place of the slice. Elsewhere nothing is added:
   * zeros would turn -0 into 0.
   */
  public record Plus(Slice slice) implements Op {
    @Override
    public Shape shape(Tensor... in) {
      return in[0].shape();
    }

    @Override
    public void forward(Tensor[] in, Tensor out) {
      out.copyInPlace(in[0]);
      slice.view(out).addInPlace(in[1]);
    }

    @Override
    public boolean overwrites() {
      return true;
    }

    @Override
    public Tensor vjp(int i, Tensor g, Call call) {
      return i == 0 ? g : slice.apply(g);
    }

    @Override
    public Reads reads(int i) {
      return Reads.NOTHING;
    }
  }

  /** The adjoint: zeros of shape {@code whole} with the operand at the place of the slice. */
  public record Unslice(Slice slice, Shape whole) implements Op {
    @Override
    public Shape shape(Tensor... in) {
      return whole;
    }

    @Override
    public void forward(Tensor[] in, Tensor out) {
      slice.view(out).copyInPlace(in[0]);
    }

    @Override
    public Tensor vjp(int i, Tensor g, Call call) {
      return slice.apply(g);
    }

    @Override
    public Reads reads(int i) {
      return Reads.NOTHING;
    }
  }
}
