package gradus.optim;

import gradus.Parameter;
import gradus.Tensor;
import gradus.formula.Expr;
import gradus.op.Update;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Gradient descent, with momentum if asked: {@code torch.optim.SGD}. Nesterov's form after
 * Sutskever et al., "On the importance of initialization and momentum in deep learning", 2013.
 */
public final class SGD extends Optimizer<SGD.Settings, SGD.Momentum> {
  public static final Settings DEFAULTS = new Settings(1e-3, 0, 0, 0, false, false);

  /**
   * @param lr the learning rate
   * @param momentum how much of the last direction is kept
   * @param dampening how much of the gradient the direction leaves out
   * @param weightDecay times the parameter is added to the gradient
   * @param nesterov whether to look ahead by the momentum
   * @param maximize whether to climb instead
   */
  public record Settings(
      double lr,
      double momentum,
      double dampening,
      double weightDecay,
      boolean nesterov,
      boolean maximize)
      implements gradus.optim.Settings<Settings> {
    public Settings {
      Check.notNegative("lr", lr);
      Check.notNegative("momentum", momentum);
      Check.notNegative("weightDecay", weightDecay);
      if (nesterov && (momentum == 0 || dampening != 0)) {
        throw new IllegalArgumentException(
            "nesterov needs a momentum and no dampening, got momentum %s and dampening %s"
                .formatted(momentum, dampening));
      }
    }

    @Override
    public Settings withLr(double lr) {
      return new Settings(lr, momentum, dampening, weightDecay, nesterov, maximize);
    }

    public Settings withMomentum(double momentum) {
      return new Settings(lr, momentum, dampening, weightDecay, nesterov, maximize);
    }

    public Settings withDampening(double dampening) {
      return new Settings(lr, momentum, dampening, weightDecay, nesterov, maximize);
    }

    public Settings withWeightDecay(double weightDecay) {
      return new Settings(lr, momentum, dampening, weightDecay, nesterov, maximize);
    }

    /** Set the momentum first. */
    public Settings withNesterov(boolean nesterov) {
      return new Settings(lr, momentum, dampening, weightDecay, nesterov, maximize);
    }

    public Settings withMaximize(boolean maximize) {
      return new Settings(lr, momentum, dampening, weightDecay, nesterov, maximize);
    }
  }

  /** The direction of the last step; null without momentum. */
  public record Momentum(@Nullable Tensor direction) {}

  // Settings of all three: sign, weight decay, lr; then momentum, share of the gradient.

  /** Operands: parameter, gradient. */
  private static final Update PLAIN =
      Update.of("sgd", 2, 3, (x, s) -> List.of(x[0].sub(s[2].mul(gradient(x[0], x[1], s)))));

  /** Operands: parameter, direction, gradient. */
  private static final Update MOMENTUM =
      Update.of(
          "sgd",
          3,
          5,
          (x, s) -> {
            Expr d = direction(x, s);
            return List.of(x[0].sub(s[2].mul(d)), d);
          });

  private static final Update NESTEROV =
      Update.of(
          "sgd",
          3,
          5,
          (x, s) -> {
            Expr d = direction(x, s);
            Expr ahead = gradient(x[0], x[2], s).add(s[3].mul(d));
            return List.of(x[0].sub(s[2].mul(ahead)), d);
          });

  private static Expr gradient(Expr parameter, Expr g, Expr[] s) {
    return s[0].mul(g).add(s[1].mul(parameter));
  }

  private static Expr direction(Expr[] x, Expr[] s) {
    return s[3].mul(x[1]).add(s[4].mul(gradient(x[0], x[2], s)));
  }

  public SGD(Collection<Parameter> parameters, double lr) {
    this(parameters, DEFAULTS.withLr(lr));
  }

  public SGD(Collection<Parameter> parameters, double lr, double momentum) {
    this(parameters, DEFAULTS.withLr(lr).withMomentum(momentum));
  }

  public SGD(Collection<Parameter> parameters, Settings settings) {
    super(parameters, settings);
  }

  @Override
  protected Momentum init(Parameter parameter, Settings settings) {
    return new Momentum(settings.momentum == 0 ? null : Tensor.zerosLike(parameter));
  }

  @Override
  protected void update(
      Parameter parameter, Tensor gradient, Momentum state, Settings settings, long step) {
    double sign = settings.maximize ? -1 : 1;
    Tensor direction = state.direction;
    if (direction == null) {
      PLAIN.apply(new double[] {sign, settings.weightDecay, settings.lr}, parameter, gradient);
      return;
    }
    // The first direction is the gradient, undampened.
    double share = step == 1 ? 1 : 1 - settings.dampening;
    (settings.nesterov ? NESTEROV : MOMENTUM)
        .apply(
            new double[] {sign, settings.weightDecay, settings.lr, settings.momentum, share},
            parameter,
            direction,
            gradient);
  }
}
