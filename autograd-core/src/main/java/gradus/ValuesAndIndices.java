package gradus;

/**
 * Elements chosen along a dimension: the results of {@code max}, {@code min}, {@code sort}, {@code
 * topk} and {@code kthvalue}, as {@code torch.return_types.max}.
 *
 * @param values the elements
 * @param indices where they lie along the dimension, int64, of the same shape
 */
public record ValuesAndIndices(Tensor values, Tensor indices) {
  static ValuesAndIndices of(Tensor... results) {
    return new ValuesAndIndices(results[0], results[1]);
  }

  /** Of one element each, without the dimension that a single number does not have. */
  ValuesAndIndices ofNumber() {
    return values.numel() == 1 ? new ValuesAndIndices(values.reshape(), indices.reshape()) : this;
  }
}
