package gradus.op.linalg;

import gradus.DType;
import gradus.Shape;
import gradus.ShapeException;
import gradus.Tensor;
import gradus.kernel.linalg.Lu;
import gradus.op.Call;
import gradus.op.Gradients;
import gradus.op.LeadingBatches;
import gradus.op.Overwriting;
import gradus.op.Reads;
import gradus.op.Spec;
import gradus.op.Tangents;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** X of A X = B: [..., n,n] and [..., n,k] -> [..., n,k]. {@code torch.linalg.solve}. */
public record Solve() implements Overwriting, LeadingBatches {
  /** The solution for sides whose leading dimensions broadcast. */
  public static Tensor broadcast(Tensor a, Tensor b) {
    Matrices.check("solve", a);
    Matrices.check("solve", b);
    Shape batch = Matrices.batch(a).broadcast("solve (leading dimensions)", Matrices.batch(b));
    Tensor left = a.expand(Matrices.shape(batch, a.size(-2), a.size(-1)));
    Tensor right = b.expand(Matrices.shape(batch, b.size(-2), b.size(-1)));
    return new Solve().applyAll(left, right)[0];
  }

  @Override
  public List<Spec> results(Tensor... in) {
    Tensor a = in[0];
    Tensor b = in[1];
    Matrices.square("solve", a);
    Matrices.check("solve", b);
    if (!Matrices.batch(a).equals(Matrices.batch(b)) || a.size(-1) != b.size(-2)) {
      throw new ShapeException(
          "solve: the right side %s must have as many rows as the matrix %s"
              .formatted(b.shape(), a.shape()));
    }
    return List.of(Spec.of(b.shape(), DType.floating("solve", in)));
  }

  @Override
  public void forward(Tensor[] in, Tensor[] out) {
    int[] pivots = Lu.solve(in[0].strided(), in[1].strided(), out[0].strided());
    Matrices.regular("solve", in[0], pivots);
  }

  @Override
  public @Nullable Tensor[] vjp(boolean[] wanted, Gradients g, Call call) {
    Tensor gradient = g.of(0);
    if (gradient == null) {
      return new Tensor[2];
    }
    Tensor right = applyAll(call.in(0).transpose(), gradient)[0];
    return new Tensor[] {
      wanted[0] ? right.matmul(call.out().transpose()).neg() : null, wanted[1] ? right : null
    };
  }

  @Override
  public Reads reads(int i) {
    return i == 0 ? Reads.of(0).andOutput() : Reads.of(0);
  }

  /** A dX = dB - dA X. */
  @Override
  public @Nullable Tensor[] jvp(@Nullable Tensor[] tangents, Call call) {
    Tensor a = tangents[0];
    Tensor right = tangents[1];
    if (a != null) {
      Tensor product = a.matmul(call.out());
      right = right == null ? product.neg() : right.sub(product);
    }
    return right == null ? Tangents.of(null) : applyAll(call.in(0), right);
  }
}
