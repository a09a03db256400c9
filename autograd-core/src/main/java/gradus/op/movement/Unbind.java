package gradus.op.movement;

import gradus.Shape;
import gradus.Tensor;
import gradus.op.Call;
import gradus.op.Gradients;
import gradus.op.LinearMap;
import gradus.op.Spec;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Every index of a dimension, which goes, as a view each: {@code torch.unbind}. */
public record Unbind(int dim) implements LinearMap {
  @Override
  public List<Spec> results(Tensor... in) {
    Shape shape = in[0].shape();
    return Collections.nCopies(shape.dim(dim), Spec.of(shape.remove(dim), in[0].dtype()));
  }

  @Override
  public Tensor[] evaluateAll(boolean residuals, Tensor... in) {
    Tensor[] views = new Tensor[in[0].size(dim)];
    for (int k = 0; k < views.length; k++) {
      views[k] = new Select(dim, k).view(in[0]);
    }
    return views;
  }

  @Override
  public void forward(Tensor[] in, Tensor[] out) {
    for (int k = 0; k < out.length; k++) {
      out[k].copyInPlace(new Select(dim, k).view(in[0]));
    }
  }

  @Override
  public @Nullable Tensor[] vjp(boolean[] wanted, Gradients g, Call call) {
    int n = call.shape(0).dim(dim);
    var gradients = new ArrayList<@Nullable Tensor>();
    for (int k = 0; k < n; k++) {
      Tensor gk = g.of(k);
      gradients.add(gk == null ? null : gk.unsqueeze(dim));
    }
    return new Tensor[] {new SplitOp(dim, Collections.nCopies(n, 1)).joined(gradients, call)};
  }

  @Override
  public Tensor[] vmap(int size, boolean[] batched, Tensor... in) {
    return new Unbind(dim + 1).applyAll(in);
  }
}
