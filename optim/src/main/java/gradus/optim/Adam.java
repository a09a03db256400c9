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
 * Steps scaled by running means of the gradient and of its square: {@code torch.optim.Adam}. Kingma
 * and Ba, "Adam: A Method for Stochastic Optimization", 2015; AMSGrad after Reddi, Kale and Kumar,
 * "On the Convergence of Adam and Beyond", 2018.
 */
public class Adam extends Optimizer<Adam.Settings, Adam.Moments> {
  public static final Settings DEFAULTS = new Settings();

  /** The settings of a group, with the names and defaults of {@code torch.optim.Adam}. */
  public static final class Settings extends OptimizerSettings<Settings> {
    private double beta1 = 0.9;
    private double beta2 = 0.999;
    private double eps = 1e-8;
    private double weightDecay;
    private boolean decoupledWeightDecay;
    private boolean amsgrad;
    private boolean maximize;

    private Settings() {
      super(1e-3);
    }

    /** How much of the mean of the gradient is kept. */
    public double beta1() {
      return beta1;
    }

    /** How much of the mean of its square is kept. */
    public double beta2() {
      return beta2;
    }

    public Settings withBetas(double beta1, double beta2) {
      return with(
          s -> {
            s.beta1 = beta1;
            s.beta2 = beta2;
          });
    }

    /** Added to the divisor. */
    public double eps() {
      return eps;
    }

    public Settings withEps(double eps) {
      return with(s -> s.eps = eps);
    }

    /** The parameter times this is added to the gradient. */
    public double weightDecay() {
      return weightDecay;
    }

    public Settings withWeightDecay(double weightDecay) {
      return with(s -> s.weightDecay = weightDecay);
    }

    /** Whether the decay shrinks the parameter itself instead, by lr * weightDecay: AdamW. */
    public boolean decoupledWeightDecay() {
      return decoupledWeightDecay;
    }

    public Settings withDecoupledWeightDecay(boolean decoupledWeightDecay) {
      return with(s -> s.decoupledWeightDecay = decoupledWeightDecay);
    }

    /** Whether to divide by the largest mean square so far. */
    public boolean amsgrad() {
      return amsgrad;
    }

    public Settings withAmsgrad(boolean amsgrad) {
      return with(s -> s.amsgrad = amsgrad);
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
      values.put("betas", List.of(beta1, beta2));
      values.put("eps", eps);
      values.put("weightDecay", weightDecay);
      values.put("decoupledWeightDecay", decoupledWeightDecay);
      values.put("amsgrad", amsgrad);
      values.put("maximize", maximize);
      return values;
    }

    @Override
    protected void check() {
      super.check();
      Check.fraction("beta1", beta1);
      Check.fraction("beta2", beta2);
      Check.notNegative("eps", eps);
      Check.notNegative("weightDecay", weightDecay);
    }
  }

  /**
   * The state of a parameter.
   *
   * @param mean the running mean of the gradient
   * @param square the running mean of its square
   * @param peak the largest of those so far; null unless amsgrad
   */
  public record Moments(Tensor mean, Tensor square, @Nullable Tensor peak) {}

  /** Operands: parameter, mean, square, gradient. */
  private static final ElementwiseUpdate STEP =
      ElementwiseUpdate.of("adam", 4, 8, (x, s) -> body(x, s, false));

  /** Operands: parameter, mean, square, peak, gradient. */
  private static final ElementwiseUpdate AMSGRAD_STEP =
      ElementwiseUpdate.of("adam", 5, 8, (x, s) -> body(x, s, true));

  /**
   * The new values of all operands but the gradient. {@link #update} computes the scalars s, once
   * for all elements: the correction of the square stands in the last two, which saves a division
   * for each element (end of section 2 of Kingma and Ba, with an eps that changes nothing).
   */
  private static List<Expr> body(Expr[] x, Expr[] s, boolean amsgrad) {
    Expr sign = s[0];
    Expr decayOfGradient = s[1];
    Expr decayOfParameter = s[2];
    Expr newMean = s[3];
    Expr oldSquare = s[4];
    Expr newSquare = s[5];
    Expr eps = s[6];
    Expr rate = s[7];
    Expr g = sign.mul(x[x.length - 1]).add(decayOfGradient.mul(x[0]));
    Expr mean = x[1].add(newMean.mul(g.sub(x[1])));
    Expr square = x[2].mul(oldSquare).add(newSquare.mul(g).mul(g));
    Expr largest = amsgrad ? x[3].max(square) : square;
    Expr divisor = largest.sqrt().add(eps);
    Expr parameter = x[0].mul(decayOfParameter).sub(rate.mul(mean).div(divisor));
    return amsgrad ? List.of(parameter, mean, square, largest) : List.of(parameter, mean, square);
  }

  public Adam(Collection<Parameter> parameters) {
    this(parameters, DEFAULTS);
  }

  public Adam(Collection<Parameter> parameters, double lr) {
    this(parameters, DEFAULTS.withLr(lr));
  }

  public Adam(Collection<Parameter> parameters, Settings settings) {
    super(parameters, settings);
  }

  @Override
  protected Moments init(Parameter parameter, Settings settings) {
    return new Moments(
        Tensor.zerosLike(parameter),
        Tensor.zerosLike(parameter),
        settings.amsgrad ? Tensor.zerosLike(parameter) : null);
  }

  @Override
  protected void update(
      Parameter parameter, Tensor gradient, Moments state, Settings settings, long step) {
    double decay = settings.weightDecay;
    double correction = Math.sqrt(1 - StrictMath.pow(settings.beta2, step));
    double[] s = {
      settings.maximize ? -1 : 1,
      settings.decoupledWeightDecay ? 0 : decay, // added to the gradient
      settings.decoupledWeightDecay
          ? 1 - settings.lr() * decay
          : 1, // what is left of the parameter
      1 - settings.beta1,
      settings.beta2,
      1 - settings.beta2,
      settings.eps * correction,
      settings.lr() * correction / (1 - StrictMath.pow(settings.beta1, step))
    };
    Tensor peak = state.peak;
    if (peak == null) {
      STEP.apply(s, parameter, state.mean, state.square, gradient);
    } else {
      AMSGRAD_STEP.apply(s, parameter, state.mean, state.square, peak, gradient);
    }
  }
}
