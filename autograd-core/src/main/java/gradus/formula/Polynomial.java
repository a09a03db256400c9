package gradus.formula;

import java.util.Arrays;

/**
 * Polynomials by Estrin's scheme: neighbours are joined by one fused multiply-add each, with x,
 * then with x^2, x^4 ..., so that a polynomial of degree d is about log2(d) operations deep, where
 * Horner's scheme is d deep.
 */
final class Polynomial {
  private Polynomial() {}

  /**
   * The same, but the last steps by Horner's scheme: terms that nearly cancel each other are then
   * rounded as their sum is, not as they are.
   */
  static Expr at(Expr x, int steps, double... c) {
    Expr sum = at(x, Arrays.copyOfRange(c, steps, c.length));
    for (int i = steps - 1; i >= 0; i--) {
      sum = sum.fma(x, Expr.constant(c[i]));
    }
    return sum;
  }

  /** {@code c[0] + c[1] x + c[2] x^2 + ...}. */
  static Expr at(Expr x, double... c) {
    var terms = new Expr[c.length];
    for (int i = 0; i < c.length; i++) {
      terms[i] = Expr.constant(c[i]);
    }
    Expr power = x;
    int n = c.length;
    for (; n > 3; n = (n + 1) / 2) {
      for (int i = 0; i + 1 < n; i += 2) {
        terms[i / 2] = terms[i + 1].fma(power, terms[i]);
      }
      if (n % 2 == 1) {
        terms[n / 2] = terms[n - 1];
      }
      power = power.square();
    }
    // Three terms by Horner's scheme: as deep, but for one cycle, and a square less.
    while (--n > 0) {
      terms[n - 1] = terms[n].fma(power, terms[n - 1]);
    }
    return terms[0];
  }
}
