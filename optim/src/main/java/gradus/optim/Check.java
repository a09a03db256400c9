package gradus.optim;

/** Checks of settings. */
final class Check {
  private Check() {}

  static void notNegative(String name, double value) {
    if (!(value >= 0)) {
      throw new IllegalArgumentException("%s must not be negative, got %s".formatted(name, value));
    }
  }

  static void fraction(String name, double value) {
    if (!(value >= 0 && value < 1)) {
      throw new IllegalArgumentException("%s must be in [0, 1), got %s".formatted(name, value));
    }
  }
}
