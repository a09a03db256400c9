/**
 * What surrounds a training loop.
 *
 * <p>{@link gradus.train.Metrics} judges a network on a data set. A {@link gradus.train.Picture} is
 * a PNG file of panels side by side: {@link gradus.train.Curves} of numbers over epochs, and an
 * {@link gradus.train.ImageGrid} of what the network saw and said.
 */
@NullMarked
package gradus.train;

import org.jspecify.annotations.NullMarked;
