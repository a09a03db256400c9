package gradus.op.reduction;

import gradus.DType;
import gradus.Shape;
import gradus.ShapeException;
import gradus.Tensor;
import gradus.kernel.reduce.CrossEntropy.Classes;
import gradus.op.Call;
import gradus.op.Fused;
import gradus.op.Reads;
import org.jspecify.annotations.Nullable;

/**
 * {@code -logSoftmax(x)[index] factor} of each row: x [..., n] -> [...]. Rows whose factor is 0
 * have a loss and a gradient of 0, whatever is in them.
 *
 * <p>The storage of the result holds what is kept of the rows behind its elements.
 *
 * @param index int64 [...], from 0 to n - 1
 * @param factor [...] in the type of x; null for 1
 */
public record CrossEntropy(Tensor index, @Nullable Tensor factor) implements Fused {
  @Override
  public Tensor composed(Tensor... in) {
    Tensor losses = in[0].logSoftmax(-1).gather(-1, index.unsqueeze(-1)).squeeze(-1).neg();
    return factor == null ? losses : losses.mul(factor).maskedFill(factor.eq(0), 0);
  }

  @Override
  public Shape shape(Tensor... in) {
    Shape rows = Rows.shape("crossEntropy", in[0]).remove(in[0].rank() - 1);
    boolean fits =
        index.dtype() == DType.INT64
            && index.shape().equals(rows)
            && (factor == null || factor.shape().equals(rows) && factor.dtype() == in[0].dtype());
    if (!fits) {
      throw new ShapeException(
          "crossEntropy: the input %s needs int64 classes and factors %s, got %s and %s"
              .formatted(
                  in[0].shape(), rows, index.shape(), factor == null ? "none" : factor.shape()));
    }
    return rows;
  }

  @Override
  public Tensor evaluate(Tensor... in) {
    return Rows.withKept(this, in);
  }

  @Override
  public boolean overwrites() {
    return true;
  }

  @Override
  public void forward(Tensor[] in, Tensor out) {
    gradus.kernel.reduce.CrossEntropy.forward(
        Rows.scores(in[0], out), classes(), out.storage().array(), out.offset());
  }

  private Classes classes() {
    Tensor i = index.contiguous();
    Tensor f = factor == null ? null : factor.contiguous();
    return f == null
        ? new Classes((long[]) i.storage().array(), i.offset(), null, 0)
        : new Classes((long[]) i.storage().array(), i.offset(), f.storage().array(), f.offset());
  }

  @Override
  public Tensor vjp(int i, Tensor g, Call call) {
    return new Gradient(this, call.out().detach()).apply(g, call.in(0));
  }

  @Override
  public Reads reads(int i) {
    return Reads.ALL;
  }

  /** Of the gradient g of the losses and of x: {@code (softmax(x) - (c == index)) factor g}. */
  public record Gradient(CrossEntropy of, Tensor losses) implements Fused {
    @Override
    public String name() {
      return "crossEntropyGradient";
    }

    @Override
    public Tensor composed(Tensor... in) {
      return Fused.gradients(of::composed, 1, in).reshape(in[1].shape().dims());
    }

    @Override
    public Shape shape(Tensor... in) {
      return in[1].shape();
    }

    @Override
    public boolean overwrites() {
      return true;
    }

    @Override
    public void forward(Tensor[] in, Tensor out) {
      Tensor g = in[0].contiguous();
      gradus.kernel.reduce.CrossEntropy.backward(
          Rows.scores(in[1], losses),
          of.classes(),
          g.storage().array(),
          g.offset(),
          out.storage().array(),
          out.offset());
    }
  }
}
