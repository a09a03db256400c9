package gradus;

import gradus.op.indexing.Gather;
import gradus.op.indexing.IndexAdd;
import gradus.op.indexing.IndexSelect;
import gradus.op.indexing.ScatterAdd;

/**
 * The operators that pick elements by tensors of indices, int64 or int32. Part of {@link Tensor}.
 * Indices outside the dimension are refused with an {@link IndexOutOfBoundsException} that names
 * the first.
 */
public sealed interface Indexing permits Tensor {

  /**
   * Elements picked along a dimension: for dimension 0, out[i][j] = this[index[i][j]][j]. As {@code
   * torch.gather}.
   */
  default Tensor gather(int dim, Tensor index) {
    Tensor x = (Tensor) this;
    return new Gather(x.shape().axis("gather", dim)).apply(x, index);
  }

  /** This plus the elements of {@code source} at the places that {@link #gather} reads. */
  default Tensor scatterAdd(int dim, Tensor index, Tensor source) {
    Tensor x = (Tensor) this;
    int axis = x.shape().axis("scatterAdd", dim);
    return x.add(new ScatterAdd(axis, x.shape()).apply(source, index));
  }

  /** Whole slices along a dimension, picked by a vector of indices: {@code torch.index_select}. */
  default Tensor indexSelect(int dim, Tensor index) {
    Tensor x = (Tensor) this;
    return new IndexSelect(x.shape().axis("indexSelect", dim)).apply(x, index);
  }

  /** This plus the slices of {@code source} at the places that {@link #indexSelect} reads. */
  default Tensor indexAdd(int dim, Tensor index, Tensor source) {
    Tensor x = (Tensor) this;
    int axis = x.shape().axis("indexAdd", dim);
    return x.add(new IndexAdd(axis, x.shape()).apply(source, index));
  }
}
