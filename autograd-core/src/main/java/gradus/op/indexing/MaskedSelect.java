package gradus.op.indexing;

import gradus.DType;
import gradus.DTypeException;
import gradus.Shape;
import gradus.ShapeException;
import gradus.Tensor;
import gradus.kernel.index.Mask;
import gradus.op.Batches;
import gradus.op.Call;
import gradus.op.Gradients;
import gradus.op.IndexedOp;
import gradus.op.Primitive;
import gradus.op.Reads;
import gradus.op.Spec;
import gradus.op.Tangents;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The elements of x where a bool mask of the same shape holds, as a vector in row-major order:
 * {@code torch.masked_select}.
 */
public record MaskedSelect() implements Primitive {
  @Override
  public List<Spec> results(Tensor... in) {
    Tensor mask = in[1];
    if (mask.dtype() != DType.BOOL) {
      throw new DTypeException(
          "maskedSelect: the mask must be bool, got %s; compare first, as in x.gt(0)"
              .formatted(mask.dtype()));
    }
    if (!mask.shape().equals(in[0].shape())) {
      throw new ShapeException(
          "maskedSelect: the mask %s must have the shape %s"
              .formatted(mask.shape(), in[0].shape()));
    }
    return List.of(Spec.unknown(in[0].dtype()));
  }

  @Override
  public Tensor[] evaluateAll(boolean residuals, Tensor... in) {
    results(in); // refuses what does not fit
    Tensor[] out = {Tensor.empty(Shape.of(Mask.count(in[1].strided())), in[0].dtype())};
    forward(in, out);
    return out;
  }

  @Override
  public void forward(Tensor[] in, Tensor[] out) {
    Mask.select(in[1].strided(), in[0].strided(), out[0].strided());
  }

  @Override
  public @Nullable Tensor[] vjp(boolean[] wanted, Gradients g, Call call) {
    Tensor selected = g.of(0);
    return new Tensor[] {
      selected == null || !wanted[0] ? null : new Embed().apply(selected, call.in(1)), null
    };
  }

  @Override
  public Reads reads(int i) {
    return Reads.of(1);
  }

  @Override
  public @Nullable Tensor[] jvp(@Nullable Tensor[] tangents, Call call) {
    return Tangents.linear(this, tangents, call);
  }

  /**
   * The adjoint: zeros of the mask's shape, with the elements of a vector where the mask holds, in
   * row-major order.
   */
  public record Embed() implements IndexedOp {
    @Override
    public Shape shape(Tensor... in) {
      return in[1].shape();
    }

    @Override
    public void forward(Tensor[] in, Tensor out) {
      Mask.put(in[1].strided(), in[0].contiguous().strided(), out.strided());
    }

    @Override
    public Tensor adjoint(Tensor g, Tensor mask, Shape input) {
      return new MaskedSelect().applyAll(g, mask)[0];
    }

    /** The vectors of a batch have one length, so one after the other they fill its masks. */
    @Override
    public Tensor[] vmap(int size, boolean[] batched, Tensor... in) {
      return applyAll(Batches.expanded(size, batched, in));
    }
  }
}
