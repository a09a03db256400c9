package gradus.kernel.compile;

import gradus.formula.Bits;
import gradus.formula.StrictFunctions;

// Made from DoubleRegisterInterpreter by FloatFromDouble, a test class: change that one.
/** {@link RegisterInterpreter} in float arithmetic. */
final class FloatRegisterInterpreter extends RegisterInterpreter {
  FloatRegisterInterpreter(KernelOutputs assignment) {
    super(assignment);
  }

  @Override
  void run(
      Object[] arrays,
      int[] at,
      int[] colStep,
      int[] rowStep,
      int rows,
      int from,
      int to,
      double[] given) {
    float[] r = new float[registers];
    for (int i = 0; i < constants.length; i++) {
      r[constants[i]] = (float) (values[i]);
    }
    for (int[] setting : settings) {
      r[setting[0]] = (float) (given[setting[1]]);
    }
    for (int row = 0; row < rows; row++) {
      for (int col = from; col < to; col++) {
        for (int[] load : loads) {
          int k = load[1];
          r[load[0]] = ((float[]) arrays[k])[at[k] + row * rowStep[k] + col * colStep[k] + load[2]];
        }
        for (Step step : steps) {
          r[step.to()] = value(step, r);
        }
        for (int k = 0; k < stores.length; k++) {
          ((float[]) arrays[k])[at[k] + row * rowStep[k] + col * colStep[k]] = r[stores[k]];
        }
      }
    }
  }

  private static float value(Step s, float[] r) {
    return switch (s.fn()) {
      case ADD -> r[s.a()] + r[s.b()];
      case SUB -> r[s.a()] - r[s.b()];
      case MUL -> r[s.a()] * r[s.b()];
      case NEG -> -r[s.a()];
      case ABS -> Math.abs(r[s.a()]);
      case MIN -> Math.min(r[s.a()], r[s.b()]);
      case MAX -> Math.max(r[s.a()], r[s.b()]);
      case LT -> r[s.a()] < r[s.b()] ? 1 : 0;
      case LE -> r[s.a()] <= r[s.b()] ? 1 : 0;
      case EQ -> r[s.a()] == r[s.b()] ? 1 : 0;
      case AND -> r[s.a()] * r[s.b()];
      case OR -> Math.max(r[s.a()], r[s.b()]);
      case NOT -> 1 - r[s.a()];
      case SELECT -> r[s.a()] != 0 ? r[s.b()] : r[s.c()];
      case DIV -> r[s.a()] / r[s.b()];
      case FMA -> Math.fma(r[s.a()], r[s.b()], r[s.c()]);
      case SQRT -> (float) (Math.sqrt(r[s.a()]));
      case POW2 -> Bits.pow2(r[s.a()]);
      case EXPONENT -> Bits.exponent(r[s.a()]);
      case MANTISSA -> Bits.mantissa(r[s.a()]);
      default -> (float) (StrictFunctions.call(s.fn(), r[s.a()], r[s.b()]));
    };
  }
}
