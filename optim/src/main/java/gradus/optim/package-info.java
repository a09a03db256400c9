/**
 * Optimizers and clipping.
 *
 * <p>{@link gradus.optim.Optimizer} keeps groups of parameters and the state of each; an optimizer
 * adds two methods, {@code init} for the state and {@code update} for the step, which is a formula
 * over parameter, state and gradient that runs in one pass over memory. Read {@link
 * gradus.optim.SGD}, then {@link gradus.optim.Adam}. {@link gradus.optim.OptimizerSettings} are
 * values; what a script rarely sets has a {@code with...} method: {@code new Adam(parameters,
 * Adam.DEFAULTS.withLr(3e-4).withBetas(0.9, 0.95))}.
 */
@NullMarked
package gradus.optim;

import org.jspecify.annotations.NullMarked;
