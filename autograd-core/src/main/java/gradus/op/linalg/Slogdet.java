package gradus.op.linalg;

import gradus.DType;
import gradus.Tensor;
import gradus.kernel.linalg.Lu;
import gradus.op.Call;
import gradus.op.Gradients;
import gradus.op.LeadingBatches;
import gradus.op.Overwriting;
import gradus.op.Spec;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The sign of a determinant and the logarithm of its absolute value; 0 and negative infinity for a
 * singular matrix, where there is no derivative: {@code torch.linalg.slogdet}.
 */
public record Slogdet() implements Overwriting, LeadingBatches {
  @Override
  public List<Spec> results(Tensor... in) {
    Matrices.square("slogdet", in[0]);
    Spec number = Spec.of(Matrices.batch(in[0]), DType.floating("slogdet", in));
    return List.of(number, number);
  }

  @Override
  public void forward(Tensor[] in, Tensor[] out) {
    Lu.slogdet(in[0].strided(), out[0].strided(), out[1].strided());
  }

  /** The derivative of the sign is zero, that of log |det A| is the inverse, transposed. */
  @Override
  public @Nullable Tensor[] vjp(boolean[] wanted, Gradients g, Call call) {
    g.of(0);
    Tensor log = g.of(1);
    return new Tensor[] {log == null ? null : log.unsqueeze(-1).unsqueeze(-1).mul(slope(call))};
  }

  /** The inverse, transposed. */
  private static Tensor slope(Call call) {
    try {
      return new Inverse().apply(call.in(0)).transpose();
    } catch (ArithmeticException singular) {
      throw Matrices.noDerivative("slogdet", singular);
    }
  }

  @Override
  public @Nullable Tensor[] jvp(@Nullable Tensor[] tangents, Call call) {
    Tensor tangent = tangents[0];
    return new Tensor[] {null, tangent == null ? null : slope(call).mul(tangent).sum(-2, -1)};
  }
}
