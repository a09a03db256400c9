package gradus.op.reduction;

import gradus.Tensor;

/** The index of the largest element along one dimension: {@code torch.argmax}. */
public record ArgMax(int dim, boolean keep) implements ArgExtremum {
  @Override
  public String name() {
    return "argmax";
  }

  @Override
  public boolean isLargest() {
    return true;
  }

  @Override
  public Tensor[] vmap(int size, boolean[] batched, Tensor... in) {
    return new ArgMax(dim + 1, keep).applyAll(in);
  }
}
