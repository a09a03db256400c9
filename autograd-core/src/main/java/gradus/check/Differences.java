package gradus.check;

import gradus.DType;
import gradus.Storage;
import gradus.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Finite differences of a function of tensors, along a direction in one of its inputs. */
final class Differences {
  /** The smallest number to which the step is relative: nearer to zero it shrinks no more. */
  private static final double FLOOR = 0.01;

  private final Function<Tensor[], List<Tensor>> f;
  private final Tensor[] inputs;
  private double largest;

  /** The floating results of {@code f}, which must always have the same shapes. */
  Differences(Function<Tensor[], List<Tensor>> f, Tensor... inputs) {
    this.f = f;
    this.inputs = inputs;
  }

  /** A line through one input: x + t u. A unit direction is given by its element alone. */
  record Line(int input, double[] x, double @Nullable [] u, int element) {
    /** The point at {@code t}. */
    double[] at(double t) {
      double[] moved = x.clone();
      if (u == null) {
        moved[element] += t;
      } else {
        for (int k = 0; k < moved.length; k++) {
          moved[k] += t * u[k];
        }
      }
      return moved;
    }

    /** The step for it: a power of two, so that adding it to x hardly rounds. */
    double step(double relative) {
      return Differences.step(u == null ? new double[] {x[element]} : x, relative);
    }
  }

  /** The step for numbers of this size: that of the smallest, lest it leaves a domain. */
  static double step(double[] x, double relative) {
    double size = Arrays.stream(x).map(Math::abs).min().orElse(1);
    return Math.scalb(1.0, Math.getExponent(relative * Math.max(size, FLOOR)));
  }

  /** The element's own direction. */
  Line element(int input, int element) {
    return new Line(input, inputs[input].toDoubles(), null, element);
  }

  /** A direction over all elements of an input. */
  Line along(int input, double[] u) {
    return new Line(input, inputs[input].toDoubles(), u, -1);
  }

  /** The largest value of a result seen so far: differences carry its rounding. */
  double largest() {
    return largest;
  }

  /** All floating results at a point of the line. */
  double[][] values(Line line, double t) {
    Tensor[] in = inputs.clone();
    Tensor x = inputs[line.input];
    in[line.input] = Tensor.wrap(Storage.of(line.at(t)), DType.FLOAT64, x.shape());
    List<Tensor> results = Examination.floating(f.apply(Examination.leaves(in)));
    double[][] values = new double[results.size()][];
    for (int o = 0; o < values.length; o++) {
      values[o] = results.get(o).toDoubles();
      for (double v : values[o]) {
        largest = Double.isFinite(v) ? Math.max(largest, Math.abs(v)) : largest;
      }
    }
    return values;
  }

  /** Central difference on five points: (8 (f(h) - f(-h)) - (f(2h) - f(-2h))) / 12h, error h^4. */
  double[][] central(Line line, double h) {
    double[][] outer = minus(values(line, 2 * h), 1, values(line, -2 * h), 1);
    double[][] inner = minus(values(line, h), 1, values(line, -h), 1);
    return minus(inner, 8 / (12 * h), outer, 1 / (12 * h));
  }

  /**
   * The slope from one side, of which the sign of h is: from three points beyond the one in
   * question, (5 (f(2h) - f(h)) - 3 (f(3h) - f(2h))) / 2h, error h^2. So it exists also where the
   * function jumps.
   */
  double[][] oneSided(Line line, double h) {
    double[][] middle = values(line, 2 * h);
    double[][] near = minus(middle, 1, values(line, h), 1);
    double[][] far = minus(values(line, 3 * h), 1, middle, 1);
    return minus(near, 5 / (2 * h), far, 3 / (2 * h));
  }

  /** {@code s a - t b}. */
  private static double[][] minus(double[][] a, double s, double[][] b, double t) {
    double[][] difference = new double[a.length][];
    for (int o = 0; o < a.length; o++) {
      difference[o] = new double[a[o].length];
      for (int k = 0; k < a[o].length; k++) {
        difference[o][k] = s * a[o][k] - t * b[o][k];
      }
    }
    return difference;
  }
}
