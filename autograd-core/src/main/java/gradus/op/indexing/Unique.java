package gradus.op.indexing;

import gradus.DType;
import gradus.Shape;
import gradus.Tensor;
import gradus.kernel.index.Runs;
import gradus.op.Call;
import gradus.op.Gradients;
import gradus.op.Primitive;
import gradus.op.Reads;
import gradus.op.Spec;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The different values of all elements in rising order; then, if asked for, the place among them of
 * each element, and how often each occurs: {@code torch.unique}. A value is that of its first
 * element, to which its gradient goes; where that lies is the residual.
 *
 * @param inverse whether a result of the operand's shape tells the places
 * @param counts whether the last result counts
 */
public record Unique(boolean inverse, boolean counts) implements Primitive {
  @Override
  public List<Spec> results(Tensor... in) {
    var results = new ArrayList<Spec>();
    results.add(Spec.unknown(in[0].dtype()));
    if (inverse) {
      results.add(Spec.of(in[0].shape(), DType.INT64));
    }
    if (counts) {
      results.add(Spec.unknown(DType.INT64));
    }
    return results;
  }

  @Override
  public List<Spec> residuals(Tensor... in) {
    return List.of(Spec.unknown(DType.INT64));
  }

  @Override
  public Tensor[] evaluateAll(boolean residuals, Tensor... in) {
    Tensor x = in[0].flatten();
    Tensor[] sorted = new Sort(0, false).evaluateAll(false, x);
    int[] starts = Runs.starts(sorted[0].storage().array(), x.numel());
    Shape distinct = Shape.of(starts.length - 1);
    Tensor first = Tensor.empty(distinct, DType.INT64);
    Tensor places = Tensor.empty(in[0].shape(), DType.INT64);
    Tensor count = Tensor.empty(distinct, DType.INT64);
    Runs.describe(starts, array(sorted[1]), array(first), array(places), array(count));
    var out = new ArrayList<Tensor>();
    out.add(new IndexSelect(0).evaluate(x, first));
    if (inverse) {
      out.add(places);
    }
    if (counts) {
      out.add(count);
    }
    if (residuals) {
      out.add(first);
    }
    return out.toArray(Tensor[]::new);
  }

  private static long[] array(Tensor t) {
    return (long[]) t.storage().array();
  }

  @Override
  public void forward(Tensor[] in, Tensor[] out) {
    Tensor[] made = evaluateAll(out.length > results(in).size(), in);
    for (int k = 0; k < out.length; k++) {
      out[k].copyInPlace(made[k]);
    }
  }

  @Override
  public @Nullable Tensor[] vjp(boolean[] wanted, Gradients g, Call call) {
    Tensor values = g.of(0);
    Shape whole = call.shape(0);
    return new Tensor[] {
      values == null
          ? null
          : new IndexAdd(0, Shape.of(whole.size()))
              .apply(values, call.residual(0))
              .reshape(whole.dims())
    };
  }

  @Override
  public Reads reads(int i) {
    return Reads.residuals(0);
  }

  @Override
  public @Nullable Tensor[] jvp(@Nullable Tensor[] tangents, Call call) {
    @Nullable Tensor[] all = new Tensor[1 + results(call.in(0)).size()];
    Tensor tangent = tangents[0];
    all[0] = tangent == null ? null : new IndexSelect(0).apply(tangent.flatten(), call.residual(0));
    return all;
  }
}
