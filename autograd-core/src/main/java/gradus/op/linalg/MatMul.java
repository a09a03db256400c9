package gradus.op.linalg;

import gradus.DType;
import gradus.DTypeException;
import gradus.Shape;
import gradus.ShapeException;
import gradus.Tensor;
import gradus.kernel.array.Strided;
import gradus.kernel.gemm.Gemm;
import gradus.kernel.linalg.IntegerProduct;
import gradus.op.Batches;
import gradus.op.Call;
import gradus.op.Op;
import gradus.op.Overwriting;
import gradus.op.Reads;
import gradus.op.Tangents;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Matrix product: [..., m,k] @ [..., k,n] -> [..., m,n]; leading dimensions broadcast. {@code
 * torch.matmul} for operands of rank 2 and more, of one floating or integer type.
 */
public record MatMul() implements Op, Overwriting {
  @Override
  public String name() {
    return "matmul";
  }

  @Override
  public Shape shape(Tensor... in) {
    Shape a = in[0].shape();
    Shape b = in[1].shape();
    if (a.dim(-1) != b.dim(-2)) {
      boolean wouldFit = a.rank() == 2 && b.rank() == 2 && a.dim(-1) == b.dim(-1);
      throw new ShapeException(
          "matmul: inner dimensions differ: left %s (dimension %d = %d), right %s (dimension %d = %d)%s"
              .formatted(
                  a,
                  a.rank() - 1,
                  a.dim(-1),
                  b,
                  b.rank() - 2,
                  b.dim(-2),
                  wouldFit
                      ? ". Did you forget transpose() on the right?"
                      : a.rank() > 2 ? ". Did you forget flatten(1)?" : ""));
    }
    if (a.rank() == 2 && b.rank() == 2) {
      return Shape.of(a.dim(0), b.dim(1));
    }
    Shape batch =
        Matrices.batch(in[0]).broadcast("matmul (leading dimensions)", Matrices.batch(in[1]));
    int[] dims = Arrays.copyOf(batch.dims(), batch.rank() + 2);
    dims[batch.rank()] = a.dim(-2);
    dims[batch.rank() + 1] = b.dim(-1);
    return Shape.of(dims);
  }

  @Override
  public DType dtype(Tensor... in) {
    DType type = in[0].dtype();
    if (in[1].dtype() != type || type == DType.BOOL) {
      throw new DTypeException(
          "matmul: all operands must be float32 or all float64, got %s and %s; convert with to(...)"
              .formatted(type, in[1].dtype()));
    }
    return type;
  }

  @Override
  public void forward(Tensor[] in, Tensor out) {
    Strided c = out.strided();
    Strided a = spread(in[0].strided(), c);
    Strided b = spread(in[1].strided(), c);
    if (out.dtype().isFloating()) {
      Gemm.multiply(a, b, c, false);
    } else {
      IntegerProduct.run(a, b, c);
    }
  }

  /** Matrices that broadcast over the leading dimensions of the result. */
  private static Strided spread(Strided of, Strided c) {
    if (c.rank() == 2) {
      return of;
    }
    int[] sizes = c.sizes().clone();
    sizes[c.rank() - 2] = of.size(-2);
    sizes[c.rank() - 1] = of.size(-1);
    return of.expand(sizes);
  }

  @Override
  public Tensor vjp(int i, Tensor g, Call call) {
    return i == 0
        ? g.matmul(call.in(1).transpose()) // [m,n] @ [n,k]
        : call.in(0).transpose().matmul(g); // [k,m] @ [m,n]
  }

  @Override
  public Reads reads(int i) {
    return Reads.of(1 - i);
  }

  @Override
  public @Nullable Tensor[] jvp(@Nullable Tensor[] tangents, Call call) {
    return Tangents.multilinear(this, tangents, call);
  }

  /**
   * A matrix that is the same for all examples multiplies all their rows at once if it is on the
   * right, and their single columns if it is on the left.
   */
  @Override
  public Tensor[] vmap(int size, boolean[] batched, Tensor... in) {
    Tensor a = in[0];
    Tensor b = in[1];
    if (!batched[1] && b.rank() == 2) {
      Tensor rows = apply(a.flatten(0, -2), b);
      return Batches.of(rows.reshape(a.shape().with(-1, b.size(1)).dims()));
    }
    if (!batched[0] && a.rank() == 2 && b.size(-1) == 1 && a.dtype().isFloating()) {
      return Batches.of(new LinearOp().apply(b.squeeze(-1), a).unsqueeze(-1));
    }
    return applyAll(Batches.aligned(batched, in));
  }
}
