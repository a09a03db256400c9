package gradus.formula;

/**
 * Polynomials by Estrin's scheme: neighbours are joined by one fused multiply-add each, with x,
 * then with x^2, x^4 ..., so that a polynomial of degree d is about log2(d) operations deep, where
 * Horner's scheme is d deep.
 */
final class Polynomial {
  private Polynomial() {}

  /** {@code c[0] + c[1] x + c[2] x^2 + ...}. */
  static Expr at(Expr x, double... c) {
    var terms = new Expr[c.length];
    for (int i = 0; i < c.length; i++) {
      terms[i] = Expr.constant(c[i]);
    }
    Expr power = x;
    for (int n = c.length; n > 1; n = (n + 1) / 2) {
      for (int i = 0; i + 1 < n; i += 2) {
        terms[i / 2] = terms[i + 1].fma(power, terms[i]);
      }
      if (n % 2 == 1) {
        terms[n / 2] = terms[n - 1];
      }
      if (n > 2) {
        power = power.square();
      }
    }
    return terms[0];
  }
}
