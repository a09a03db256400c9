package gradus.data;

import gradus.Tensor;

/**
 * One example of a data set.
 *
 * @param input what a network gets to see
 * @param target what it should answer: a class index (int64, shape []) or numbers
 */
public record Sample(Tensor input, Tensor target) {}
