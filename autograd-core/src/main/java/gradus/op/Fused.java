package gradus.op;

import gradus.Autograd;
import gradus.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
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

  /**
   * The gradients of the first operands of a composition, as one vector: the composition of a fused
   * operator that computes them together.
   *
   * @param count of how many operands
   * @param in the gradient of the result, then the operands
   */
  static Tensor gradients(Function<Tensor[], Tensor> composition, int count, Tensor... in) {
    try (var _ = Autograd.enableGrad()) {
      Tensor[] x = new Tensor[in.length - 1];
      for (int k = 0; k < x.length; k++) {
        Tensor t = in[k + 1];
        x[k] = t.requiresGrad() ? new Same().apply(t) : t.detach().requiresGrad(k < count);
      }
      List<Tensor> wanted = List.of(Arrays.copyOf(x, count));
      List<Tensor> gradients =
          Autograd.grad(composition.apply(x), in[0], wanted, Autograd.CREATE_GRAPH);
      return Tensor.concat(gradients.stream().map(Tensor::flatten).toList(), 0);
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
