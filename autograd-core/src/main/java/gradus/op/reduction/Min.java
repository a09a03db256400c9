package gradus.op.reduction;

import gradus.kernel.reduce.Reducer;

/** The smallest over dimensions; equal ones share the gradient evenly: {@code torch.amin}. */
public record Min(Axes axes) implements Extremum {
  @Override
  public Reducer fold() {
    return Reducer.MIN;
  }

  @Override
  public Min ofExamples() {
    return new Min(axes.ofExamples());
  }
}
