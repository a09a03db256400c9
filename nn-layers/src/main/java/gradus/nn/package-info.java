/**
 * Layers, losses, initialisers.
 *
 * <p>A {@link gradus.nn.Layer} is a function of a tensor; its fields are its structure. Read {@link
 * gradus.nn.Parameterized} for what follows from that (parameters, names, state, training mode),
 * {@link gradus.nn.Linear} for how a layer is written, and {@code Structure} for the walk, which is
 * one switch over what a field may hold. Settings of a layer are record components; what it draws
 * comes from {@link gradus.Generator#current}, so that one seed repeats a run.
 *
 * <p>Weights are laid out, named and initialised as in PyTorch, so that states go both ways. {@link
 * gradus.nn.Losses} are functions; the records behind them have the rarer settings.
 */
@NullMarked
package gradus.nn;

import org.jspecify.annotations.NullMarked;
