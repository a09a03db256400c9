package gradus.optim;

import gradus.Parameter;
import gradus.Tensor;
import gradus.formula.Expr;
import gradus.op.ElementwiseUpdate;
import java.util.Collection;
import java.util.List;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * Gradient descent, with momentum if asked: {@code torch.optim.SGD}. Nesterov's form after
 * Sutskever et al., "On the importance of initialization and momentum in deep learning", 2013.
 */
public final class SGD extends Optimizer<SGD.Settings, SGD.Momentum> {
  public static final Settings DEFAULTS = new Settings();

  /** The settings of a group, with the names and defaults of {@code torch.optim.SGD}. */
  public static final class Settings extends OptimizerSettings<Settings> {
    private double momentum;
    private double dampening;
    private double weightDecay;
    private boolean nesterov;
    private boolean maximize;

    private Settings() {
      super(1e-3);
    }

    /** How much of the last direction is kept. */
    public double momentum() {
      return momentum;
    }

    public Settings withMomentum(double momentum) {
      return with(s -> s.momentum = momentum);
    }

    /** How much of the gradient the direction leaves out. */
    public double dampening() {
      return dampening;
    }

    public Settings withDampening(double dampening) {
      return with(s -> s.dampening = dampening);
    }

    /** The parameter times this is added to the gradient. */
    public double weightDecay() {
      return weightDecay;
    }

    public Settings withWeightDecay(double weightDecay) {
      return with(s -> s.weightDecay = weightDecay);
    }

    /** Whether to look ahead by the momentum; needs a momentum and no dampening. */
    public boolean nesterov() {
      return nesterov;
    }

    public Settings withNesterov(boolean nesterov) {
      return with(s -> s.nesterov = nesterov);
    }

    /** Whether to climb instead. */
    public boolean maximize() {
      return maximize;
    }

    public Settings withMaximize(boolean maximize) {
      return with(s -> s.maximize = maximize);
    }

    @Override
    public SequencedMap<String, Object> values() {
      var values = super.values();
      values.put("momentum", momentum);
      values.put("dampening", dampening);
      values.put("weightDecay", weightDecay);
      values.put("nesterov", nesterov);
      values.put("maximize", maximize);
      return values;
    }

    @Override
    protected void check() {
      super.check();
      Check.notNegative("momentum", momentum);
      Check.notNegative("weightDecay", weightDecay);
      if (nesterov && (momentum == 0 || dampening != 0)) {
        throw new IllegalArgumentException(
            "nesterov needs a momentum and no dampening, got momentum %s and dampening %s"
                .formatted(momentum, dampening));
      }
    }
  }

  /**
   * The state of a parameter.
   *
   * @param direction that of the last step; null without momentum
   */
  public record Momentum(@Nullable Tensor direction) {}

  // The scalars s of all three: 0 sign, 1 weight decay, 2 learning rate; those of the last two also
  // 3 momentum, 4 the share of the gradient in the direction.

  /** Operands: parameter, gradient. */
  private static final ElementwiseUpdate PLAIN =
      ElementwiseUpdate.of(
          "sgd", 2, 3, (x, s) -> List.of(x[0].sub(s[2].mul(gradient(x[0], x[1], s)))));

  /** Operands: parameter, direction, gradient. */
  private static final ElementwiseUpdate MOMENTUM =
      ElementwiseUpdate.of(
          "sgd",
          3,
          5,
          (x, s) -> {
            Expr d = direction(x, s);
            return List.of(x[0].sub(s[2].mul(d)), d);
          });

  private static final ElementwiseUpdate NESTEROV =
      ElementwiseUpdate.of(
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

  public SGD(Collection<Parameter> parameters) {
    this(parameters, DEFAULTS);
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
      PLAIN.apply(new double[] {sign, settings.weightDecay, settings.lr()}, parameter, gradient);
      return;
    }
    // The first direction is the gradient, undampened.
    double share = step == 1 ? 1 : 1 - settings.dampening;
    (settings.nesterov ? NESTEROV : MOMENTUM)
        .apply(
            new double[] {sign, settings.weightDecay, settings.lr(), settings.momentum, share},
            parameter,
            direction,
            gradient);
  }
}
