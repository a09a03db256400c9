package gradus.op.recurrent;

import gradus.DType;
import gradus.Shape;
import gradus.ShapeException;
import gradus.Tensor;
import gradus.kernel.array.Strided;
import gradus.kernel.gemm.Gemm;
import gradus.op.CompositeOp;
import gradus.op.Overwriting;
import java.util.Arrays;
import java.util.List;

/**
 * The gradient of a weight [w, h] by which the state one step earlier was multiplied, {@code sum_s
 * d_s' state_(s-1)}: of the gradients d of the products [t n, w], the first state [n, h] and those
 * after each step [t, n, h] -> [w, h]. It is one matrix product whose right side is not copied
 * together.
 */
record StateWeightGradient() implements CompositeOp, Overwriting {
  @Override
  public Tensor composed(Tensor... in) {
    int earlier = in[2].size(0) - 1;
    Tensor before = Tensor.cat(List.of(in[1].unsqueeze(0), in[2].narrow(0, 0, earlier)), 0);
    return in[0].transpose().matmul(before.flatten(0, 1)); // [w,t n] @ [t n,h]
  }

  @Override
  public Shape shape(Tensor... in) {
    Shape states = in[2].shape();
    boolean fits = states.rank() == 3 && states.dim(0) > 0 && in[0].rank() == 2;
    if (!fits
        || in[0].size(0) != states.dim(0) * states.dim(1)
        || !in[1].shape().equals(states.remove(0))) {
      throw new ShapeException(
          "stateWeightGradient: needs gradients [t n, w], a state [n, h] and states [t, n, h], got %s"
              .formatted(Arrays.stream(in).map(Tensor::shape).toList()));
    }
    return Shape.of(in[0].size(1), states.dim(2));
  }

  @Override
  public DType dtype(Tensor... in) {
    return DType.floating(name(), in);
  }

  @Override
  public void forward(Tensor[] in, Tensor out) {
    Strided d = in[0].strided().transposed(); // [w,t n]
    Strided first = in[1].strided();
    Strided before = in[2].flatten(0, 1).strided();
    Strided to = out.strided();
    int n = first.size(0);
    int rest = before.size(0) - n;
    Gemm.multiply(d.columns(0, n), first, to, false); // [w,n] @ [n,h]
    Gemm.multiply(d.columns(n, rest), before.rows(0, rest), to, true); // [w,(t-1) n] @ [(t-1) n,h]
  }
}
