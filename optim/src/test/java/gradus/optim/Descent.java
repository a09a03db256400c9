package gradus.optim;

import gradus.DType;
import gradus.Parameter;
import gradus.Tensor;

/**
 * The published update rules as plain loops over one array, against which the formulas are held.
 */
final class Descent {
  static final double[] START = {0.7, -1.3, 0.2, 2.5};

  private Descent() {}

  /** The gradient at step t = 1, 2 ... */
  static double[] gradient(int t) {
    double[] g = new double[START.length];
    for (int i = 0; i < g.length; i++) {
      g[i] = Math.sin(1.7 * t + 2.3 * i) * (1 + 0.1 * t);
    }
    return g;
  }

  static Parameter parameter() {
    return new Parameter(Tensor.of(START.clone(), DType.FLOAT64));
  }

  static void steps(Optimizer<?, ?> optimizer, Parameter p, int from, int to) {
    for (int t = from; t <= to; t++) {
      p.setGrad(Tensor.of(gradient(t), DType.FLOAT64));
      optimizer.step();
    }
  }

  static double[] sgd(SGD.Settings o, int steps) {
    double[] p = START.clone();
    double[] b = new double[p.length];
    for (int t = 1; t <= steps; t++) {
      double[] grads = gradient(t);
      for (int i = 0; i < p.length; i++) {
        double g = (o.maximize() ? -grads[i] : grads[i]) + o.weightDecay() * p[i];
        if (o.momentum() != 0) {
          b[i] = t == 1 ? g : o.momentum() * b[i] + (1 - o.dampening()) * g;
          g = o.nesterov() ? g + o.momentum() * b[i] : b[i];
        }
        p[i] -= o.lr() * g;
      }
    }
    return p;
  }

  static double[] adam(Adam.Settings o, int steps) {
    double[] p = START.clone();
    double[] m = new double[p.length];
    double[] v = new double[p.length];
    double[] peak = new double[p.length];
    for (int t = 1; t <= steps; t++) {
      double[] grads = gradient(t);
      for (int i = 0; i < p.length; i++) {
        double g = o.maximize() ? -grads[i] : grads[i];
        if (o.decoupledWeightDecay()) {
          p[i] -= o.lr() * o.weightDecay() * p[i];
        } else {
          g += o.weightDecay() * p[i];
        }
        m[i] = o.beta1() * m[i] + (1 - o.beta1()) * g;
        v[i] = o.beta2() * v[i] + (1 - o.beta2()) * g * g;
        peak[i] = Math.max(peak[i], v[i]);
        double mean = m[i] / (1 - Math.pow(o.beta1(), t));
        double square = (o.amsgrad() ? peak[i] : v[i]) / (1 - Math.pow(o.beta2(), t));
        p[i] -= o.lr() * mean / (Math.sqrt(square) + o.eps());
      }
    }
    return p;
  }
}
