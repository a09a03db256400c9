package gradus.optim;

import gradus.Parameter;
import gradus.Tensor;
import gradus.formula.Expr;
import gradus.op.Update;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Steps scaled by running means of the gradient and of its square: {@code torch.optim.Adam}. Kingma
 * and Ba, "Adam: A Method for Stochastic Optimization", 2015; AMSGrad after Reddi, Kale and Kumar,
 * "On the Convergence of Adam and Beyond", 2018.
 */
public class Adam extends Optimizer<Adam.Settings, Adam.Moments> {
  public static final Settings DEFAULTS =
      new Settings(1e-3, 0.9, 0.999, 1e-8, 0, false, false, false);

  /**
   * @param lr the learning rate
   * @param beta1 how much of the mean of the gradient is kept
   * @param beta2 how much of the mean of its square is kept
   * @param eps added to the divisor
   * @param weightDecay times the parameter is added to the gradient
   * @param decoupled whether the decay shrinks the parameter itself instead, by lr * weightDecay:
   *     AdamW
   * @param amsgrad whether to divide by the largest mean square so far
   * @param maximize whether to climb instead
   */
  public record Settings(
      double lr,
      double beta1,
      double beta2,
      double eps,
      double weightDecay,
      boolean decoupled,
      boolean amsgrad,
      boolean maximize)
      implements gradus.optim.Settings<Settings> {
    public Settings {
      Check.notNegative("lr", lr);
      Check.fraction("beta1", beta1);
      Check.fraction("beta2", beta2);
      Check.notNegative("eps", eps);
      Check.notNegative("weightDecay", weightDecay);
    }

    @Override
    public Settings withLr(double lr) {
      return new Settings(lr, beta1, beta2, eps, weightDecay, decoupled, amsgrad, maximize);
    }

    public Settings withBetas(double beta1, double beta2) {
      return new Settings(lr, beta1, beta2, eps, weightDecay, decoupled, amsgrad, maximize);
    }

    public Settings withEps(double eps) {
      return new Settings(lr, beta1, beta2, eps, weightDecay, decoupled, amsgrad, maximize);
    }

    public Settings withWeightDecay(double weightDecay) {
      return new Settings(lr, beta1, beta2, eps, weightDecay, decoupled, amsgrad, maximize);
    }

    public Settings withDecoupled(boolean decoupled) {
      return new Settings(lr, beta1, beta2, eps, weightDecay, decoupled, amsgrad, maximize);
    }

    public Settings withAmsgrad(boolean amsgrad) {
      return new Settings(lr, beta1, beta2, eps, weightDecay, decoupled, amsgrad, maximize);
    }

    public Settings withMaximize(boolean maximize) {
      return new Settings(lr, beta1, beta2, eps, weightDecay, decoupled, amsgrad, maximize);
    }
  }

  /**
   * @param mean the running mean of the gradient
   * @param square the running mean of its square
   * @param peak the largest of those so far; null unless amsgrad
   */
  public record Moments(Tensor mean, Tensor square, @Nullable Tensor peak) {}

  /** Operands: parameter, mean, square, gradient. */
  private static final Update STEP = Update.of("adam", 4, 8, (x, s) -> body(x, s, false));

  /** Operands: parameter, mean, square, peak, gradient. */
  private static final Update AMSGRAD_STEP = Update.of("adam", 5, 8, (x, s) -> body(x, s, true));

  /**
   * Settings: 0 sign, 1 decay into the gradient, 2 what decay leaves of the parameter, 3 1 - beta1,
   * 4 beta2, 5 1 - beta2, 6 eps sqrt(1 - beta2^t), 7 lr sqrt(1 - beta2^t) / (1 - beta1^t).
   *
   * <p>The correction of the square stands in the last two, which saves a division for each
   * element: end of section 2 of Kingma and Ba, with an eps that changes nothing.
   */
  private static List<Expr> body(Expr[] x, Expr[] s, boolean amsgrad) {
    Expr g = s[0].mul(x[x.length - 1]).add(s[1].mul(x[0]));
    Expr mean = x[1].add(s[3].mul(g.sub(x[1])));
    Expr square = x[2].mul(s[4]).add(s[5].mul(g).mul(g));
    Expr largest = amsgrad ? x[3].max(square) : square;
    Expr divisor = largest.sqrt().add(s[6]);
    Expr parameter = x[0].mul(s[2]).sub(s[7].mul(mean).div(divisor));
    var news = new ArrayList<>(List.of(parameter, mean, square));
    if (amsgrad) {
      news.add(largest);
    }
    return news;
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
      settings.decoupled ? 0 : decay,
      settings.decoupled ? 1 - settings.lr * decay : 1,
      1 - settings.beta1,
      settings.beta2,
      1 - settings.beta2,
      settings.eps * correction,
      settings.lr * correction / (1 - StrictMath.pow(settings.beta1, step))
    };
    Tensor peak = state.peak;
    if (peak == null) {
      STEP.apply(s, parameter, state.mean, state.square, gradient);
    } else {
      AMSGRAD_STEP.apply(s, parameter, state.mean, state.square, peak, gradient);
    }
  }
}
