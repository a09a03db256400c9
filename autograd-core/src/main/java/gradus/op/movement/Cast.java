package gradus.op.movement;

import gradus.DType;
import gradus.Shape;
import gradus.Tensor;
import gradus.op.Call;
import gradus.op.Op;
import gradus.op.Reads;

/** The same numbers in another type; floats are cut off towards zero for integers: {@code to}. */
public record Cast(DType target) implements Op {
  @Override
  public String name() {
    return "to";
  }

  @Override
  public Shape shape(Tensor... in) {
    return in[0].shape();
  }

  @Override
  public DType dtype(Tensor... in) {
    return target;
  }

  @Override
  public boolean overwrites() {
    return true;
  }

  @Override
  public void forward(Tensor[] in, Tensor out) {
    out.copyInPlace(target == DType.BOOL ? in[0].ne(0) : in[0]);
  }

  @Override
  public Tensor vjp(int i, Tensor g, Call call) {
    return g; // the walk converts it back
  }

  @Override
  public Reads reads(int i) {
    return Reads.NOTHING;
  }
}
