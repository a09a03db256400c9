package gradus;

import org.jspecify.annotations.Nullable;

/**
 * The different values of a tensor, as {@code torch.unique} gives them.
 *
 * @param values in rising order, a vector
 * @param inverse the place in {@code values} of each element, of the tensor's shape, int64; null if
 *     it was not asked for
 * @param counts how often each value occurs, int64; null if it was not asked for
 */
public record UniqueValues(Tensor values, @Nullable Tensor inverse, @Nullable Tensor counts) {}
