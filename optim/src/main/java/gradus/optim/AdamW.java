package gradus.optim;

import gradus.Parameter;
import java.util.Collection;

/**
 * Adam whose weight decay shrinks the parameters themselves, 0.01 by default: {@code
 * torch.optim.AdamW}. Loshchilov and Hutter, "Decoupled Weight Decay Regularization", 2019.
 */
public final class AdamW extends Adam {
  public static final Settings DEFAULTS =
      Adam.DEFAULTS.withDecoupledWeightDecay(true).withWeightDecay(1e-2);

  public AdamW(Collection<Parameter> parameters) {
    this(parameters, DEFAULTS);
  }

  public AdamW(Collection<Parameter> parameters, double lr) {
    this(parameters, DEFAULTS.withLr(lr));
  }

  /** Decoupled, also if these settings do not say so. */
  public AdamW(Collection<Parameter> parameters, Settings settings) {
    super(parameters, settings.withDecoupledWeightDecay(true));
  }
}
