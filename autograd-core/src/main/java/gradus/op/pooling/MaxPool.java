package gradus.op.pooling;

import gradus.DType;
import gradus.Shape;
import gradus.ShapeException;
import gradus.Tensor;
import gradus.op.Batches;
import gradus.op.Call;
import gradus.op.Gradients;
import gradus.op.IndexedOp;
import gradus.op.Overwriting;
import gradus.op.Reads;
import gradus.op.Spec;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The largest element of each window, and its index in its plane, int32: of x [n, c, size...] ->
 * [n, c, size'...] twice. The index is that of the first of equal ones; NaN is larger than all
 * numbers, padding smaller. {@code torch.nn.functional.max_pool2d_with_indices} and its siblings.
 *
 * <p>The derivatives of any order need the indices only: given them, pooling is linear.
 */
public record MaxPool(Windows windows) implements Overwriting {
  @Override
  public String name() {
    return "maxPool%dd".formatted(windows.dimensions());
  }

  /**
   * The largest elements of [n, c, size...], or of a single [c, size...].
   *
   * @throws ShapeException if the windows do not fit
   * @throws gradus.DTypeException unless the input is floating
   */
  public Tensor on(Tensor input) {
    boolean single = input.rank() == windows.dimensions() + 1;
    return single ? on(input.unsqueeze(0)).squeeze(0) : applyAll(input)[0];
  }

  @Override
  public List<Spec> results(Tensor... in) {
    DType dtype = DType.floating(name(), in[0]);
    Shape y = Spans.outputs(windows, name(), in[0].shape());
    return List.of(Spec.of(y, dtype), Spec.of(y, DType.INT32));
  }

  @Override
  public void forward(Tensor[] in, Tensor[] out) {
    Spans.over(windows, in[0].shape())
        .max(in[0].contiguous().strided(), out[0].strided(), out[1].strided());
  }

  @Override
  public @Nullable Tensor[] vjp(boolean[] wanted, Gradients g, Call call) {
    Tensor maxima = g.of(0);
    return new @Nullable Tensor[] {
      maxima == null ? null : new Gradient(windows, call.shape(0)).apply(maxima, call.out(1))
    };
  }

  @Override
  public Reads reads(int i) {
    return Reads.results(1);
  }

  @Override
  public @Nullable Tensor[] jvp(@Nullable Tensor[] tangents, Call call) {
    Tensor t = tangents[0];
    return new @Nullable Tensor[] {
      t == null ? null : new Pick(windows).apply(t, call.out(1)), null
    };
  }

  @Override
  public Tensor[] vmap(int size, boolean[] batched, Tensor... in) {
    Tensor[] out = applyAll(Batches.merged(0, in[0]));
    return new Tensor[] {Batches.parted(size, 0, out[0]), Batches.parted(size, 0, out[1])};
  }

  /** Two operands with the examples along dimension 0 of both. */
  private static Tensor[] merged(int size, boolean[] batched, Tensor... in) {
    Tensor[] all = Batches.expanded(size, batched, in);
    return new Tensor[] {Batches.merged(0, all[0]), Batches.merged(0, all[1])};
  }

  private static void requireIndices(String operator, Tensor indices, Shape y) {
    if (indices.dtype() != DType.INT32 || !indices.shape().equals(y)) {
      throw new ShapeException(
          "%s: needs the indices of maxima, int32 %s, got %s %s"
              .formatted(operator, y, indices.dtype(), indices.shape()));
    }
  }

  /** The elements of x at known indices, one for each window. */
  public record Pick(Windows windows) implements IndexedOp, Overwriting {
    @Override
    public String name() {
      return "maxPool%ddPick".formatted(windows.dimensions());
    }

    @Override
    public Shape shape(Tensor... in) {
      Shape y = Spans.outputs(windows, name(), in[0].shape());
      requireIndices(name(), in[1], y);
      return y;
    }

    @Override
    public DType dtype(Tensor... in) {
      return DType.floating(name(), in[0]);
    }

    @Override
    public void forward(Tensor[] in, Tensor out) {
      Spans.over(windows, in[0].shape())
          .pick(in[0].contiguous().strided(), in[1].contiguous().strided(), out.strided());
    }

    @Override
    public Tensor adjoint(Tensor g, Tensor index, Shape input) {
      return new Gradient(windows, input).apply(g, index);
    }

    @Override
    public Tensor[] vmap(int size, boolean[] batched, Tensor... in) {
      return Batches.of(Batches.parted(size, 0, apply(merged(size, batched, in))));
    }
  }

  /** The adjoint: each element of g goes to its index, those of one index add up. */
  public record Gradient(Windows windows, Shape input) implements IndexedOp {
    @Override
    public String name() {
      return "maxPool%ddGradient".formatted(windows.dimensions());
    }

    @Override
    public Shape shape(Tensor... in) {
      requireIndices(name(), in[1], in[0].shape());
      return input;
    }

    @Override
    public void forward(Tensor[] in, Tensor out) {
      Spans.over(windows, input)
          .scatter(in[0].contiguous().strided(), in[1].contiguous().strided(), out.strided());
    }

    @Override
    public Tensor adjoint(Tensor g, Tensor index, Shape input) {
      return new Pick(windows).apply(g, index);
    }

    @Override
    public Tensor[] vmap(int size, boolean[] batched, Tensor... in) {
      var all = new Gradient(windows, input.with(0, size * input.dim(0)));
      return Batches.of(Batches.parted(size, 0, all.apply(merged(size, batched, in))));
    }
  }
}
