/**
 * What surrounds a training loop.
 *
 * <p>A {@link gradus.train.Metric} judges predictions by their targets, batch by batch; {@link
 * gradus.train.Accuracy} is one to read first. {@link gradus.train.Metrics} takes a network through
 * a data set and counts several in one pass. A {@link gradus.train.Picture} is a PNG file of panels
 * side by side: {@link gradus.train.Curves} of numbers over epochs, and an {@link
 * gradus.train.ImageGrid} of what the network saw and said.
 */
@NullMarked
package gradus.train;

import org.jspecify.annotations.NullMarked;
