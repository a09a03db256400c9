package gradus.op.reduction;

import gradus.Tensor;

/** The index of the smallest element along one dimension: {@code torch.argmin}. */
public record ArgMin(int dim, boolean keep) implements ArgExtremum {
  @Override
  public String name() {
    return "argmin";
  }

  @Override
  public boolean isLargest() {
    return false;
  }

  @Override
  public Tensor[] vmap(int size, boolean[] batched, Tensor... in) {
    return new ArgMin(dim + 1, keep).applyAll(in);
  }
}
