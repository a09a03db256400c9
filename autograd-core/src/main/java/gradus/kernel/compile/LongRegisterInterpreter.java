package gradus.kernel.compile;

/** {@link RegisterInterpreter} in long arithmetic. */
final class LongRegisterInterpreter extends RegisterInterpreter {
  LongRegisterInterpreter(KernelOutputs assignment) {
    super(assignment);
  }

  @Override
  void run(Object[] arrays, int[] at, int[] steps, int rows, int from, int to, double[] settings) {
    long[] r = new long[initial.length];
    for (int i = 0; i < r.length; i++) {
      r[i] = (long) initial[i];
    }
    for (int[] setting : this.settings) {
      r[setting[0]] = (long) settings[setting[1]];
    }
    for (int row = 0; row < rows; row++) {
      for (int col = from; col < to; col++) {
        for (int[] load : loads) {
          int k = load[1];
          int place = at[k] + col * steps[2 * k] + row * steps[2 * k + 1] + load[2];
          r[load[0]] = ((long[]) arrays[k])[place];
        }
        for (Step step : functions) {
          r[step.to()] = value(step, r);
        }
        for (int k = 0; k < stores.length; k++) {
          int place = at[k] + col * steps[2 * k] + row * steps[2 * k + 1];
          ((long[]) arrays[k])[place] = r[stores[k]];
        }
      }
    }
  }

  private static long value(Step s, long[] r) {
    long a = r[s.a()];
    long b = r[s.b()];
    return switch (s.fn()) {
      case ADD -> a + b;
      case SUB -> a - b;
      case MUL, AND -> a * b;
      case NEG -> -a;
      case ABS -> Math.abs(a);
      case MIN -> Math.min(a, b);
      case MAX, OR -> Math.max(a, b);
      case LT -> a < b ? 1 : 0;
      case LE -> a <= b ? 1 : 0;
      case EQ -> a == b ? 1 : 0;
      case NOT -> 1 - a;
      case SELECT -> a != 0 ? b : r[s.c()];
      default -> throw new IllegalArgumentException("integers have no " + s.fn());
    };
  }
}
