package gradus.optim;

import gradus.Autograd;
import gradus.Parameter;
import gradus.Tensor;
import gradus.tape.TensorAccess;
import java.util.Collection;

/**
 * Keeps gradients within bounds; between backward and step. Parameters without one are left out.
 */
public final class Clip {
  private Clip() {}

  /**
   * Scales all gradients alike so that their common Euclidean norm is at most {@code maxNorm}:
   * {@code clip_grad_norm_}.
   *
   * @return the norm before; if it is not finite, neither are the gradients afterwards
   */
  public static double gradNorm(Collection<Parameter> parameters, double maxNorm) {
    return gradNorm(parameters, maxNorm, 2);
  }

  /**
   * As {@link #gradNorm(Collection, double)} for another norm.
   *
   * @param p the order of the norm, positive; infinity takes the largest element
   */
  public static double gradNorm(Collection<Parameter> parameters, double maxNorm, double p) {
    Check.notNegative("Clip.gradNorm: maxNorm", maxNorm);
    if (!(p > 0)) {
      throw new IllegalArgumentException(
          "Clip.gradNorm: the order of the norm must be positive, got " + p);
    }
    try (var _ = Autograd.noGrad()) {
      double norm = norm(parameters, p);
      // As in PyTorch, the 1e-6 keeps the quotient finite.
      double scale = Math.min(1, maxNorm / (norm + 1e-6));
      if (scale != 1) {
        for (Parameter parameter : parameters) {
          Tensor g = TensorAccess.borrowGrad(parameter);
          if (g != null) {
            g.mulInPlace(scale);
          }
        }
      }
      return norm;
    }
  }

  private static double norm(Collection<Parameter> parameters, double p) {
    double total = 0;
    for (Parameter parameter : parameters) {
      Tensor g = TensorAccess.borrowGrad(parameter);
      if (g == null || g.numel() == 0) {
        continue;
      }
      if (p == Double.POSITIVE_INFINITY) {
        total = Math.max(total, g.abs().max().item());
      } else {
        total += (p == 2 ? g.square() : g.abs().pow(p)).sum().item();
      }
    }
    return p == Double.POSITIVE_INFINITY
        ? total
        : p == 2 ? Math.sqrt(total) : StrictMath.pow(total, 1 / p);
  }

  /** Cuts each element of each gradient to [-bound, bound]: {@code clip_grad_value_}. */
  public static void gradValue(Collection<Parameter> parameters, double bound) {
    Check.notNegative("Clip.gradValue: bound", bound);
    try (var _ = Autograd.noGrad()) {
      for (Parameter parameter : parameters) {
        Tensor g = TensorAccess.borrowGrad(parameter);
        if (g != null) {
          g.copyInPlace(g.clamp(-bound, bound));
        }
      }
    }
  }
}
