package gradus.transform;

import gradus.Tensor;
import gradus.op.Primitive;
import gradus.tape.Interpreter;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Uses other tensors in place of some: the parameters of a network, by identity. Nothing is
 * written, so several threads may use one network with different parameters at once.
 */
public final class Substitution extends Interpreter {
  private final Map<Tensor, Tensor> replacements;

  /** A new level; {@link #run} lets it stand. Replacements of another shape are refused. */
  public Substitution(Map<? extends Tensor, ? extends Tensor> replacements) {
    super("functionalCall");
    this.replacements = new IdentityHashMap<>(replacements);
    replacements.forEach(
        (old, fresh) -> {
          if (!old.shape().equals(fresh.shape())) {
            throw new gradus.ShapeException(
                "functionalCall: a parameter %s cannot be replaced by a tensor %s"
                    .formatted(old.shape(), fresh.shape()));
          }
        });
  }

  @Override
  protected boolean wraps() {
    return false;
  }

  private Tensor[] replaced(Tensor... in) {
    Tensor[] out = in;
    for (int i = 0; i < in.length; i++) {
      Tensor fresh = replacements.get(in[i]);
      if (fresh != null) {
        out = out == in ? in.clone() : out;
        out[i] = fresh;
      }
    }
    return out;
  }

  @Override
  public Tensor[] apply(Primitive op, boolean residuals, Tensor... in) {
    return applyBelow(op, residuals, replaced(in));
  }

  @Override
  public void change(String operator, int written, Consumer<Tensor[]> change, Tensor... tensors) {
    changeBelow(operator, written, change, replaced(tensors));
  }

  @Override
  public Tensor detach(Tensor t) {
    return below(replaced(t)[0]::detach);
  }

  @Override
  public Tensor read(String operator, Tensor t) {
    return readBelow(operator, replaced(t)[0]);
  }
}
