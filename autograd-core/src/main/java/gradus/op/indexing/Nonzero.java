package gradus.op.indexing;

import gradus.DType;
import gradus.Shape;
import gradus.Tensor;
import gradus.kernel.index.Mask;
import gradus.op.Call;
import gradus.op.Gradients;
import gradus.op.Primitive;
import gradus.op.Spec;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The index of each nonzero element, row-major: -> [n, rank], int64. {@code torch.nonzero}. */
public record Nonzero() implements Primitive {
  @Override
  public List<Spec> results(Tensor... in) {
    return List.of(Spec.unknown(DType.INT64));
  }

  @Override
  public Tensor[] evaluateAll(boolean residuals, Tensor... in) {
    Tensor mask = in[0].ne(0);
    int[] dims = mask.shape().dims();
    int[] positions = Mask.positions(mask.strided());
    Tensor out = Tensor.empty(Shape.of(positions.length, dims.length), DType.INT64);
    Mask.indices(dims, positions, (long[]) out.storage().array());
    return new Tensor[] {out};
  }

  @Override
  public void forward(Tensor[] in, Tensor[] out) {
    out[0].copyInPlace(evaluateAll(false, in)[0]);
  }

  @Override
  public @Nullable Tensor[] vjp(boolean[] wanted, Gradients g, Call call) {
    return new Tensor[1]; // indices are no numbers that could move
  }

  @Override
  public @Nullable Tensor[] jvp(@Nullable Tensor[] tangents, Call call) {
    return new Tensor[1];
  }
}
