package gradus.op.linalg;

import gradus.DType;
import gradus.DTypeException;
import gradus.Shape;
import gradus.ShapeException;
import gradus.Tensor;
import gradus.kernel.gemm.Gemm;
import gradus.op.Batches;
import gradus.op.Call;
import gradus.op.Op;
import gradus.op.Reads;
import gradus.op.Strides;
import gradus.op.Tangents;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Matrix product: [..., m,k] @ [..., k,n] -> [..., m,n]; leading dimensions broadcast. {@code
 * torch.matmul} for operands of rank 2 and more.
 */
public record MatMul() implements Op {
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
    Shape batch = batch(a).broadcast("matmul (leading dimensions)", batch(b));
    int[] dims = Arrays.copyOf(batch.dims(), batch.rank() + 2);
    dims[batch.rank()] = a.dim(-2);
    dims[batch.rank() + 1] = b.dim(-1);
    return Shape.of(dims);
  }

  @Override
  public DType dtype(Tensor... in) {
    return common(name(), in[0], in[1]);
  }

  /** The one floating type of both. */
  static DType common(String operator, Tensor a, Tensor b) {
    if (a.dtype() != b.dtype() || !a.dtype().isFloating()) {
      throw new DTypeException(
          "%s: all operands must be float32 or all float64, got %s and %s; convert with to(...)"
              .formatted(operator, a.dtype(), b.dtype()));
    }
    return a.dtype();
  }

  private static Shape batch(Shape s) {
    return Shape.of(Arrays.copyOf(s.dims(), s.rank() - 2));
  }

  @Override
  public boolean overwrites() {
    return true;
  }

  @Override
  public void forward(Tensor[] in, Tensor out) {
    Tensor a = in[0];
    Tensor b = in[1];
    int m = a.size(-2);
    int k = a.size(-1);
    int n = b.size(-1);
    if (out.rank() == 2) {
      multiply(a, b, b.stride(0), b.stride(1), out, false);
      return;
    }
    int ar = a.stride(-2);
    int ac = a.stride(-1);
    int br = b.stride(-2);
    int bc = b.stride(-1);
    Shape batch = batch(out.shape());
    int[] as = offsets(a, batch);
    int[] bs = offsets(b, batch);
    int[] cs = new int[batch.size()];
    Arrays.setAll(cs, i -> i * m * n);
    if (out.dtype() == DType.FLOAT32) {
      float[] c = (float[]) out.storage().array();
      Gemm.multiplyBatch(
          m,
          n,
          k,
          (float[]) a.storage().array(),
          as,
          ar,
          ac,
          (float[]) b.storage().array(),
          bs,
          br,
          bc,
          c,
          cs,
          n,
          false);
    } else {
      double[] c = (double[]) out.storage().array();
      Gemm.multiplyBatch(
          m,
          n,
          k,
          (double[]) a.storage().array(),
          as,
          ar,
          ac,
          (double[]) b.storage().array(),
          bs,
          br,
          bc,
          c,
          cs,
          n,
          false);
    }
  }

  /**
   * Two matrices multiplied into a third, which is row-major, or added to it.
   *
   * @param br from one row of the right one to the next, in its storage
   * @param bc from one column to the next
   */
  public static void multiply(Tensor a, Tensor b, int br, int bc, Tensor out, boolean add) {
    int m = out.size(0);
    int n = out.size(1);
    int k = a.size(1);
    int ar = a.stride(0);
    int ac = a.stride(1);
    int ao = a.offset();
    int bo = b.offset();
    int co = out.offset();
    if (out.dtype() == DType.FLOAT32) {
      float[] c = (float[]) out.storage().array();
      Gemm.multiply(
          m,
          n,
          k,
          (float[]) a.storage().array(),
          ao,
          ar,
          ac,
          (float[]) b.storage().array(),
          bo,
          br,
          bc,
          c,
          co,
          n,
          add);
    } else {
      double[] c = (double[]) out.storage().array();
      Gemm.multiply(
          m,
          n,
          k,
          (double[]) a.storage().array(),
          ao,
          ar,
          ac,
          (double[]) b.storage().array(),
          bo,
          br,
          bc,
          c,
          co,
          n,
          add);
    }
    out.storage().changed();
  }

  /** Where each matrix of the batch begins. */
  private static int[] offsets(Tensor t, Shape batch) {
    int[] strides =
        Strides.broadcast(
            t, batch.insert(batch.rank(), t.size(-2)).insert(batch.rank() + 1, t.size(-1)));
    int[] offsets = new int[batch.size()];
    for (int i = 0; i < offsets.length; i++) {
      int rest = i;
      int offset = t.offset();
      for (int d = batch.rank() - 1; d >= 0; d--) {
        offset += rest % batch.dim(d) * strides[d];
        rest /= batch.dim(d);
      }
      offsets[i] = offset;
    }
    return offsets;
  }

  @Override
  public Tensor vjp(int i, Tensor g, Call call) {
    return switch (i) {
      case 0 -> g.matmul(call.in(1).transpose()); // [m,n] @ [n,k]
      case 1 -> call.in(0).transpose().matmul(g); // [k,m] @ [m,n]
      default -> throw new AssertionError(i);
    };
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
    if (!batched[0] && a.rank() == 2 && b.size(-1) == 1) {
      return Batches.of(new Linear().apply(b.squeeze(-1), a).unsqueeze(-1));
    }
    return applyAll(Batches.aligned(batched, in));
  }
}
