/**
 * Layers, losses, initialisers.
 *
 * <p>A {@link gradus.nn.Layer} is a function of a tensor; its fields are its structure. It
 * implements {@code forward}, and programs use {@code net.call(x)}, which is PyTorch's {@code
 * net(x)}: hooks and {@linkplain gradus.nn.Layers#observe observers} stand there, and an exception
 * learns where in the network it was thrown. Read {@link gradus.nn.Parameterized} for what follows
 * from the structure (parameters, names, state, training mode), {@link gradus.nn.Linear} for how a
 * layer is written, and {@code Structure} for the walk, which is one switch over what a field may
 * hold. Modes and hooks are kept beside the layers, by identity, because a layer may be a record;
 * they go with it. Settings of a layer are record components; what it draws comes from {@link
 * gradus.Generator#current}, so that one seed repeats a run.
 *
 * <p>Weights are laid out, named and initialised as in PyTorch, so that states go both ways. {@link
 * gradus.nn.F} has everything as functions: {@code torch.nn.functional}; layers and losses call it
 * with their fields.
 */
@NullMarked
package gradus.nn;

import org.jspecify.annotations.NullMarked;
