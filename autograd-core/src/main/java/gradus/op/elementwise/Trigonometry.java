package gradus.op.elementwise;

import gradus.op.Formula;

/** Circular and hyperbolic functions. */
public final class Trigonometry {
  /** Sine: {@code torch.sin}. */
  public static final Formula SIN = Formula.of("sin", x -> x.sin());

  /** Cosine: {@code torch.cos}. */
  public static final Formula COS = Formula.of("cos", x -> x.cos());

  /** Hyperbolic tangent: {@code torch.tanh}. */
  public static final Formula TANH = Formula.of("tanh", x -> x.tanh());

  private Trigonometry() {}
}
