package gradus.op;

import gradus.DType;
import gradus.Tensor;
import org.jspecify.annotations.Nullable;

/** The tangents of results, as {@link Primitive#jvp} gives them, of common kinds of operators. */
public final class Tangents {
  private Tangents() {}

  /** The tangent of an only result; null for zero. */
  public static @Nullable Tensor[] of(@Nullable Tensor tangent) {
    return new @Nullable Tensor[] {tangent};
  }

  /**
   * Of an operator that is linear in all inputs together, or in those that have tangents while the
   * others are settings such as indices: the operator of the tangents.
   */
  public static @Nullable Tensor[] linear(Primitive op, @Nullable Tensor[] tangents, Call call) {
    Tensor[] in = new Tensor[tangents.length];
    for (int i = 0; i < in.length; i++) {
      Tensor tangent = tangents[i];
      DType type = call.in(i).dtype();
      in[i] = tangent != null ? tangent : type.isFloating() ? zeros(type, i, call) : call.in(i);
    }
    return op.applyAll(in);
  }

  /** The tangents of an operator whose inputs are all numbers, with zeros in place of null. */
  public static Tensor[] orZeros(@Nullable Tensor[] tangents, Call call) {
    Tensor[] all = new Tensor[tangents.length];
    for (int i = 0; i < all.length; i++) {
      Tensor tangent = tangents[i];
      all[i] = tangent != null ? tangent : zeros(call.outDtype(0), i, call);
    }
    return all;
  }

  private static Tensor zeros(DType type, int i, Call call) {
    return Tensor.scalar(0, type).expand(call.shape(i));
  }

  /** Of an operator that works element by element: the sum of derivatives times tangents. */
  public static @Nullable Tensor[] elementwise(Op op, @Nullable Tensor[] tangents, Call call) {
    Tensor sum = null;
    for (int i = 0; i < tangents.length; i++) {
      Tensor tangent = tangents[i];
      Tensor term = tangent == null ? null : op.vjp(i, tangent, call);
      sum = term == null ? sum : sum == null ? term : sum.add(term);
    }
    return of(sum);
  }

  /**
   * Of an operator with one result that is linear in each input alone, as products are: the sum
   * over the inputs that have a tangent of the operator with the tangent in their place.
   */
  public static @Nullable Tensor[] multilinear(Op op, @Nullable Tensor[] tangents, Call call) {
    return of(product(op, tangents.length, tangents, call));
  }

  /**
   * Of an operator with one result that is a product of its first two inputs plus, perhaps, a bias:
   * the tangent of the bias is added as it is given.
   */
  public static @Nullable Tensor[] biased(
      Op op, @Nullable Tensor bias, @Nullable Tensor[] tangents, Call call) {
    Tensor sum = product(op, 2, tangents, call);
    return of(sum == null ? bias : bias == null ? sum : sum.add(bias));
  }

  private static @Nullable Tensor product(
      Op op, int factors, @Nullable Tensor[] tangents, Call call) {
    Tensor sum = null;
    for (int i = 0; i < factors; i++) {
      Tensor tangent = tangents[i];
      if (tangent != null) {
        Tensor[] in = new Tensor[factors];
        for (int k = 0; k < factors; k++) {
          in[k] = k == i ? tangent : call.in(k);
        }
        Tensor term = op.apply(in);
        sum = sum == null ? term : sum.add(term);
      }
    }
    return sum;
  }
}
