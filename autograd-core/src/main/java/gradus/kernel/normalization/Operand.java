package gradus.kernel.normalization;

/**
 * An array and how to walk it.
 *
 * @param kept strides over the dimensions that have statistics of their own
 * @param folded strides over the dimensions that the statistics summarise
 */
public record Operand(Object array, int offset, int[] kept, int[] folded) {}
