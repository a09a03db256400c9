package gradus.kernel.compile;

import gradus.formula.Bits;
import gradus.formula.StrictFunctions;

/**
 * {@link RegisterInterpreter} in double arithmetic, or in that of floats: doubles hold these, and
 * what is rounded to a double first becomes the same float.
 */
final class RealRegisterInterpreter extends RegisterInterpreter {
  private final boolean single;

  RealRegisterInterpreter(KernelOutputs assignment, boolean single) {
    super(assignment);
    this.single = single;
  }

  @Override
  void run(Object[] arrays, int[] at, int[] steps, int rows, int from, int to, double[] settings) {
    double[] r = initial.clone();
    for (int i = 0; single && i < r.length; i++) {
      r[i] = (float) r[i];
    }
    for (int[] setting : this.settings) {
      double value = settings[setting[1]];
      r[setting[0]] = single ? (float) value : value;
    }
    for (int row = 0; row < rows; row++) {
      for (int col = from; col < to; col++) {
        for (int[] load : loads) {
          int k = load[1];
          int place = at[k] + col * steps[2 * k] + row * steps[2 * k + 1] + load[2];
          r[load[0]] = single ? ((float[]) arrays[k])[place] : ((double[]) arrays[k])[place];
        }
        for (Step step : functions) {
          double value = value(step, r);
          r[step.to()] = single ? (float) value : value;
        }
        for (int k = 0; k < stores.length; k++) {
          int place = at[k] + col * steps[2 * k] + row * steps[2 * k + 1];
          if (single) {
            ((float[]) arrays[k])[place] = (float) r[stores[k]];
          } else {
            ((double[]) arrays[k])[place] = r[stores[k]];
          }
        }
      }
    }
  }

  private double value(Step s, double[] r) {
    double a = r[s.a()];
    double b = r[s.b()];
    return switch (s.fn()) {
      case ADD -> a + b;
      case SUB -> a - b;
      case MUL, AND -> a * b;
      case DIV -> a / b;
      case NEG -> -a;
      case ABS -> Math.abs(a);
      case MIN -> Math.min(a, b);
      case MAX, OR -> Math.max(a, b);
      case LT -> a < b ? 1 : 0;
      case LE -> a <= b ? 1 : 0;
      case EQ -> a == b ? 1 : 0;
      case NOT -> 1 - a;
      case SELECT -> a != 0 ? b : r[s.c()];
      case SQRT -> Math.sqrt(a);
      case FMA -> {
        double c = r[s.c()];
        yield single ? Math.fma((float) a, (float) b, (float) c) : Math.fma(a, b, c);
      }
      case POW2 -> single ? Bits.pow2((float) a) : Bits.pow2(a);
      case EXPONENT -> single ? Bits.exponent((float) a) : Bits.exponent(a);
      case MANTISSA -> single ? Bits.mantissa((float) a) : Bits.mantissa(a);
      default -> StrictFunctions.call(s.fn(), a, b);
    };
  }
}
