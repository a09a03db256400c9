package gradus.op;

import gradus.Autograd;
import gradus.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An operator whose kernel is faster than the operators it stands for. Its meaning is their
 * composition, to which a test holds it; its derivative is theirs unless it has a faster one.
 */
public interface Fused extends Op {
  /** The definition, in ordinary operators. */
  Tensor composed(Tensor... in);

  @Override
  default @Nullable Tensor vjp(int i, Tensor g, Call call) {
    boolean recording = Autograd.isRecording();
    try (var _ = Autograd.enableGrad()) {
      Tensor[] in = new Tensor[call.arity()];
      for (int k = 0; k < in.length; k++) {
        in[k] = recording ? call.in(k) : call.in(k).detach();
      }
      // A name of its own for input i: the derivative is partial, also if other inputs depend on
      // it.
      in[i] = recording ? new Same().apply(in[i]) : in[i].requiresGrad(true);
      Autograd.Option[] options =
          recording ? new Autograd.Option[] {Autograd.CREATE_GRAPH} : new Autograd.Option[0];
      return Autograd.grad(composed(in), g, List.of(in[i]), options).getFirst();
    }
  }

  /** The operand itself. */
  record Same() implements View {
    @Override
    public Tensor view(Tensor x) {
      return x.detach();
    }

    @Override
    public Tensor vjp(int i, Tensor g, Call call) {
      return g;
    }
  }
}
