package gradus.nn;

import gradus.Tensor;

/**
 * A function of a tensor, with parameters or without. A class or a record implements it and is
 * done: its fields are its structure, see {@link Parameterized}.
 *
 * <pre>{@code
 * record Residual(Linear a, Linear b) implements Layer {
 *   Residual(int width) {
 *     this(new Linear(width, width), new Linear(width, width));
 *   }
 *
 *   public Tensor forward(Tensor x) {
 *     return x.add(b.forward(a.forward(x).tanh()));
 *   }
 * }
 * }</pre>
 *
 * <p>A function without parameters needs no class: {@code new Sequential(new Linear(2, 8),
 * Tensor::tanh, new Linear(8, 1))}.
 */
@FunctionalInterface
public interface Layer extends Parameterized {
  Tensor forward(Tensor x);
}
