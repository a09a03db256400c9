package gradus.op;

import static gradus.op.OpCase.binary;

import gradus.Shape;
import gradus.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The contract of fused operators on two of our own, as a user would write them. */
final class FusedCases {
  private FusedCases() {}

  static List<OpCase> all() {
    return List.of(
        binary("hypotenuse", new Hypotenuse()::apply, Math::hypot).from(0.3, 3),
        binary("interest", new Interest()::apply, (a, b) -> a * (1 + b) * (1 + b)));
  }

  /** sqrt(a^2 + b^2) without overflow; its derivative is that of the composition. */
  private record Hypotenuse() implements CompositeOp {
    @Override
    public Shape shape(Tensor... in) {
      return in[0].shape().broadcast(name(), in[1].shape());
    }

    @Override
    public void forward(Tensor[] in, Tensor out) {
      Tensor a = in[0].detach().abs();
      Tensor b = in[1].detach().abs();
      Tensor large = a.maximum(b);
      out.copyInPlace(large.mul(a.minimum(b).div(large).square().add(1).sqrt()));
    }

    @Override
    public Tensor composed(Tensor... in) {
      return in[0].square().add(in[1].square()).sqrt();
    }
  }

  /** a (1 + b)^2 with a derivative of its own for a only. */
  private record Interest() implements CompositeOp {
    @Override
    public Shape shape(Tensor... in) {
      return in[0].shape().broadcast(name(), in[1].shape());
    }

    @Override
    public void forward(Tensor[] in, Tensor out) {
      out.copyInPlace(composed(in[0].detach(), in[1].detach()));
    }

    @Override
    public Tensor composed(Tensor... in) {
      return in[0].mul(in[1].add(1).square());
    }

    @Override
    public @Nullable Tensor vjp(int i, Tensor g, Call call) {
      return i == 0 ? g.mul(call.in(1).add(1).square()) : CompositeOp.super.vjp(i, g, call);
    }

    @Override
    public Reads reads(int i) {
      return i == 0 ? Reads.of(1) : CompositeOp.super.reads(i);
    }
  }
}
