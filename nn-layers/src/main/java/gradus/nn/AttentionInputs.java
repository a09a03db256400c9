package gradus.nn;

import gradus.ShapeException;
import gradus.Tensor;

/** Checks what a {@link MultiheadAttention} is called with. */
final class AttentionInputs {
  private AttentionInputs() {}

  /**
   * Refuses query, key and value whose sizes do not fit the layer or one another.
   *
   * @throws ShapeException if they do not
   */
  static void check(MultiheadAttention layer, Tensor query, Tensor key, Tensor value) {
    MultiheadAttention.Options options = layer.options();
    int rank = query.rank();
    int time = rank == 3 && options.batchFirst() ? 1 : 0;
    boolean fits =
        (rank == 2 || rank == 3)
            && key.rank() == rank
            && value.rank() == rank
            && query.size(-1) == options.embedDim()
            && key.size(-1) == options.kdim()
            && value.size(-1) == options.vdim()
            && key.size(time) == value.size(time)
            && (rank == 2
                || query.size(1 - time) == key.size(1 - time)
                    && key.size(1 - time) == value.size(1 - time));
    if (!fits) {
      String form = options.batchFirst() ? "[n, %s, %d]" : "[%s, n, %d]";
      throw new ShapeException(
          "%s: needs query %s, key %s, value %s, or all without n, got %s, %s, %s"
              .formatted(
                  Description.brief(layer),
                  form.formatted("l", options.embedDim()),
                  form.formatted("s", options.kdim()),
                  form.formatted("s", options.vdim()),
                  query.shape(),
                  key.shape(),
                  value.shape()));
    }
  }
}
