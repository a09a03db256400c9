package gradus.op.reduction;

import gradus.kernel.reduce.Reducer;

/** The largest over dimensions; equal ones share the gradient evenly: {@code torch.amax}. */
public record Max(Axes axes) implements Extremum {
  @Override
  public Reducer fold() {
    return Reducer.MAX;
  }

  @Override
  public Max ofExamples() {
    return new Max(axes.ofExamples());
  }
}
