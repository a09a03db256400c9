package gradus.nn;

import gradus.Tensor;

/**
 * A function of a tensor, with parameters or without. A class or a record implements {@code
 * forward} and is done: its fields are its structure, see {@link Parameterized}. Programs call
 * {@link #call}.
 *
 * <pre>{@code
 * record Residual(Linear a, Linear b) implements Layer {
 *   Residual(int width) {
 *     this(new Linear(width, width), new Linear(width, width));
 *   }
 *
 *   public Tensor forward(Tensor x) {
 *     return x.add(b.call(a.call(x).tanh()));
 *   }
 * }
 * }</pre>
 *
 * <p>{@link #describe} prints it with its parameters, settings and layers; a class that should
 * print so by itself returns that from {@code toString}.
 *
 * <p>A function without parameters needs no class: {@code new Sequential(new Linear(2, 8),
 * Tensor::tanh, new Linear(8, 1))}.
 */
@FunctionalInterface
public interface Layer extends Parameterized {
  /** What the layer does; to be called by {@link #call}. */
  Tensor forward(Tensor x);

  /**
   * Runs the layer: what PyTorch's {@code net(x)} is. Hooks and observers see the call, and an
   * exception says where in the network it was thrown; {@link #forward} called directly gives the
   * same result without them.
   */
  default Tensor call(Tensor x) {
    return Layers.call(this, x);
  }
}
