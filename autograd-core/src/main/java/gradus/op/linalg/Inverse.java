package gradus.op.linalg;

import gradus.DType;
import gradus.Shape;
import gradus.Tensor;
import gradus.kernel.linalg.Lu;
import gradus.op.Call;
import gradus.op.LeadingBatches;
import gradus.op.Op;
import gradus.op.Overwriting;
import gradus.op.Reads;
import gradus.op.Tangents;
import org.jspecify.annotations.Nullable;

/** The inverses of matrices: {@code torch.linalg.inv}. */
public record Inverse() implements Op, Overwriting, LeadingBatches {
  @Override
  public Shape shape(Tensor... in) {
    Matrices.square("inverse", in[0]);
    return in[0].shape();
  }

  @Override
  public DType dtype(Tensor... in) {
    return DType.floating("inverse", in);
  }

  @Override
  public void forward(Tensor[] in, Tensor out) {
    Matrices.regular("inverse", in[0], Lu.solve(in[0].strided(), null, out.strided()));
  }

  @Override
  public Tensor vjp(int i, Tensor g, Call call) {
    Tensor y = call.out().transpose();
    return y.matmul(g).matmul(y).neg();
  }

  @Override
  public Reads reads(int i) {
    return Reads.OUTPUT;
  }

  @Override
  public @Nullable Tensor[] jvp(@Nullable Tensor[] tangents, Call call) {
    Tensor tangent = tangents[0];
    Tensor y = call.out();
    return Tangents.of(tangent == null ? null : y.matmul(tangent).matmul(y).neg());
  }
}
