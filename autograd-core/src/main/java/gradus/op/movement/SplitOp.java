package gradus.op.movement;

import gradus.Shape;
import gradus.ShapeException;
import gradus.Tensor;
import gradus.op.Call;
import gradus.op.Gradients;
import gradus.op.LinearMap;
import gradus.op.Spec;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Pieces of these sizes, one after the other along a dimension, as views: {@code torch.split}. */
public record SplitOp(int dim, List<Integer> sizes) implements LinearMap {
  public SplitOp {
    sizes = List.copyOf(sizes);
  }

  @Override
  public List<Spec> results(Tensor... in) {
    Tensor x = in[0];
    check(x);
    return sizes.stream().map(n -> Spec.of(x.shape().with(dim, n), x.dtype())).toList();
  }

  private void check(Tensor x) {
    long sum = 0;
    boolean negative = false;
    for (int n : sizes) {
      sum += n;
      negative |= n < 0;
    }
    if (negative || sum != x.size(dim)) {
      throw new ShapeException(
          "split: sizes %s must not be negative and add up to %d, dimension %d of %s"
              .formatted(sizes, x.size(dim), dim, x.shape()));
    }
  }

  @Override
  public Tensor[] evaluateAll(boolean residuals, Tensor... in) {
    check(in[0]);
    Tensor[] pieces = new Tensor[sizes.size()];
    int start = 0;
    for (int k = 0; k < pieces.length; k++) {
      pieces[k] = new Slice(dim, start, sizes.get(k), 1).view(in[0]);
      start += sizes.get(k);
    }
    return pieces;
  }

  @Override
  public void forward(Tensor[] in, Tensor[] out) {
    Tensor[] pieces = evaluateAll(false, in);
    for (int k = 0; k < pieces.length; k++) {
      out[k].copyInPlace(pieces[k]);
    }
  }

  @Override
  public @Nullable Tensor[] vjp(boolean[] wanted, Gradients g, Call call) {
    var gradients = new ArrayList<@Nullable Tensor>();
    for (int k = 0; k < sizes.size(); k++) {
      gradients.add(g.of(k));
    }
    return new Tensor[] {joined(gradients, call)};
  }

  @Override
  public Tensor[] vmap(int size, boolean[] batched, Tensor... in) {
    return new SplitOp(dim + 1, sizes).applyAll(in);
  }

  /** The gradient of the whole, given those of the pieces; null stands for zero. */
  Tensor joined(List<@Nullable Tensor> gradients, Call call) {
    Shape whole = call.shape(0);
    int missing = Collections.frequency(gradients, null);
    boolean alone = gradients.size() - missing == 1;
    var parts = new ArrayList<Tensor>();
    int start = 0;
    for (int k = 0; k < sizes.size(); k++) {
      Tensor g = gradients.get(k);
      int n = sizes.get(k);
      if (g != null && alone) {
        return n == whole.dim(dim)
            ? g
            : new Part.Embed(new Slice(dim, start, n, 1), whole).apply(g);
      }
      if (!alone) {
        parts.add(g != null ? g : Tensor.scalar(0, call.outDtype(k)).expand(whole.with(dim, n)));
      }
      start += n;
    }
    return Tensor.cat(parts, dim);
  }
}
