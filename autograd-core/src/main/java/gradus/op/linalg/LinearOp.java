package gradus.op.linalg;

import gradus.DType;
import gradus.Shape;
import gradus.ShapeException;
import gradus.Tensor;
import gradus.kernel.array.Strided;
import gradus.kernel.gemm.Gemm;
import gradus.kernel.index.Copy;
import gradus.op.Batches;
import gradus.op.Call;
import gradus.op.CompositeOp;
import gradus.op.Overwriting;
import gradus.op.Reads;
import gradus.op.Tangents;
import org.jspecify.annotations.Nullable;

/**
 * x W' + b: [..., in] and W [out, in] and, if given, b [out] -> [..., out]. {@code
 * torch.nn.functional.linear}.
 *
 * <p>Each sum starts from the bias. The gradient of W is g' x, which lies as W does; through {@code
 * x.matmul(W.transpose())} it would arrive transposed.
 */
public record LinearOp() implements CompositeOp, Overwriting {
  @Override
  public Tensor composed(Tensor... in) {
    Tensor y = in[0].matmul(in[1].transpose());
    return in.length == 2 ? y : y.add(in[2]);
  }

  @Override
  public Shape shape(Tensor... in) {
    Shape x = in[0].shape();
    Shape w = in[1].shape();
    if (w.rank() != 2 || x.rank() == 0 || x.dim(-1) != w.dim(1)) {
      throw new ShapeException(
          "linear: the input %s must end in the second size of the weight %s%s"
              .formatted(x, w, x.rank() > 2 ? ". Did you forget flatten(1)?" : ""));
    }
    if (in.length == 3 && !in[2].shape().equals(Shape.of(w.dim(0)))) {
      throw new ShapeException(
          "linear: the bias %s must be [%d] for the weight %s"
              .formatted(in[2].shape(), w.dim(0), w));
    }
    return x.with(-1, w.dim(0));
  }

  @Override
  public DType dtype(Tensor... in) {
    return DType.floating("linear", in);
  }

  @Override
  public void forward(Tensor[] in, Tensor out) {
    Strided y = out.strided().lines();
    Strided x = (in[0].rank() > 2 ? in[0].contiguous() : in[0]).strided().lines();
    boolean biased = in.length == 3;
    if (biased) {
      Copy.run(in[2].strided().expand(y.sizes()), y);
    }
    Gemm.multiply(x, in[1].strided().transposed(), y, biased); // W'
  }

  @Override
  public Tensor vjp(int i, Tensor g, Call call) {
    return switch (i) {
      case 0 -> g.matmul(call.in(1)); // [..., out] @ [out,in]
      case 1 -> rows(g).transpose().matmul(rows(call.in(0))); // [out,m] @ [m,in]
      default -> rows(g).sum(0);
    };
  }

  /** As a matrix [m, n] of [..., n]. */
  private static Tensor rows(Tensor x) {
    return x.rank() == 1 ? x.unsqueeze(0) : x.rank() == 2 ? x : x.flatten(0, -2);
  }

  @Override
  public Reads reads(int i) {
    return i == 2 ? Reads.NOTHING : Reads.of(1 - i);
  }

  @Override
  public @Nullable Tensor[] jvp(@Nullable Tensor[] tangents, Call call) {
    return Tangents.biased(this, tangents.length > 2 ? tangents[2] : null, tangents, call);
  }

  /** Where only one of x and W differs between the examples, one product has the rows of all. */
  @Override
  public Tensor[] vmap(int size, boolean[] batched, Tensor... in) {
    Tensor x = in[0];
    Tensor w = in[1];
    boolean biased = in.length > 2;
    if (!batched[1] && !(biased && batched[2])) {
      return applyAll(in);
    }
    if (!batched[1]) {
      return Batches.of(apply(x, w).add(Batches.padded(in[2], Batches.rank(batched[0], x))));
    }
    if (!batched[0]) {
      Tensor all = w.flatten(0, 1); // [size out, in]
      Tensor y =
          biased
              ? apply(x, all, Batches.expanded(size, batched[2], in[2]).flatten())
              : apply(x, all);
      return Batches.of(Batches.parted(size, x.rank() - 1, y));
    }
    Tensor y = (x.rank() == 2 ? x.unsqueeze(1) : x.flatten(1, -2)).matmul(w.transpose());
    Tensor sum = !biased ? y : y.add(batched[2] ? in[2].unsqueeze(1) : in[2]);
    return Batches.of(sum.reshape(x.shape().with(-1, w.size(1)).dims()));
  }
}
