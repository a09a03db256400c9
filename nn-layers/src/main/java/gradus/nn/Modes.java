package gradus.nn;

/** Which layers are in evaluation; all others are in training. */
final class Modes {
  private static final WeakIdentityMap<Boolean> EVALUATION = new WeakIdentityMap<>();

  private Modes() {}

  static boolean isTraining(Parameterized layer) {
    return EVALUATION.get(layer) == null;
  }

  static void set(Parameterized layer, boolean training) {
    if (training != isTraining(layer)) {
      EVALUATION.change(layer, _ -> training ? null : Boolean.TRUE);
    }
  }
}
