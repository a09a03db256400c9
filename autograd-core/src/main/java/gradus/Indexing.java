package gradus;

import gradus.op.indexing.Gather;
import gradus.op.indexing.IndexAdd;
import gradus.op.indexing.IndexSelect;
import gradus.op.indexing.KthValue;
import gradus.op.indexing.MaskedSelect;
import gradus.op.indexing.Nonzero;
import gradus.op.indexing.ScatterAdd;
import gradus.op.indexing.Sort;
import gradus.op.indexing.TopK;
import gradus.op.indexing.Unique;
import org.jspecify.annotations.Nullable;

/**
 * The operators that pick elements: by tensors of indices, int64 or int32, by order, and by what
 * they are. Part of {@link Tensor}. Indices outside the dimension are refused with an {@link
 * IndexOutOfBoundsException} that names the first.
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

  // --- by order: NaN is above everything, -0 equals 0, equal elements keep their order ---

  /** The k largest elements of the last dimension, the largest first, and their places. */
  default Reduction.Chosen topk(int k) {
    return topk(k, -1);
  }

  /** The k largest elements along a dimension, the largest first, and their places. */
  default Reduction.Chosen topk(int k, int dim) {
    return topk(k, dim, true, true);
  }

  /**
   * The k largest or smallest elements along a dimension, and their places: [.., n, ..] -> [.., k,
   * ..] twice, as {@code torch.topk}. Gradients flow to the elements chosen; of equal ones the
   * first are.
   *
   * @param sorted whether they stand in order; if not, they stand as in this tensor
   * @throws ShapeException if there are not as many
   */
  default Reduction.Chosen topk(int k, int dim, boolean largest, boolean sorted) {
    Tensor x = (Tensor) this;
    int axis = x.shape().axis("topk", dim);
    return Reduction.Chosen.of(new TopK(k, axis, largest, sorted).applyAll(x));
  }

  /** The elements along a dimension in rising order, and their places: {@code torch.sort}. */
  default Reduction.Chosen sort(int dim) {
    return sort(dim, false);
  }

  /** The elements along a dimension in rising or falling order, and their places. */
  default Reduction.Chosen sort(int dim, boolean descending) {
    Tensor x = (Tensor) this;
    int axis = x.shape().axis("sort", dim);
    return Reduction.Chosen.of(new Sort(axis, descending).applyAll(x));
  }

  /** As {@link #sort(int, boolean)}; equal elements keep their order, {@code stable} or not. */
  default Reduction.Chosen sort(int dim, boolean descending, boolean stable) {
    return sort(dim, descending);
  }

  /** The places that put a dimension into rising order, int64: {@code torch.argsort}. */
  default Tensor argsort(int dim) {
    return argsort(dim, false);
  }

  /** The places that put a dimension into rising or falling order, int64. */
  default Tensor argsort(int dim, boolean descending) {
    return sort(dim, descending).indices();
  }

  /** As {@link #argsort(int, boolean)}; equal elements keep their order, {@code stable} or not. */
  default Tensor argsort(int dim, boolean descending, boolean stable) {
    return argsort(dim, descending);
  }

  /** The k-th smallest element along a dimension, k from 1, and its place. */
  default Reduction.Chosen kthvalue(int k, int dim) {
    return kthvalue(k, dim, false);
  }

  /**
   * The k-th smallest element along a dimension, k from 1, and its place: {@code torch.kthvalue}.
   *
   * @param keep whether the dimension stays with size 1
   * @throws ShapeException if there is no such element
   */
  default Reduction.Chosen kthvalue(int k, int dim, boolean keep) {
    Tensor x = (Tensor) this;
    int axis = x.shape().axis("kthvalue", dim);
    return Reduction.Chosen.of(new KthValue(k, axis, keep).applyAll(x));
  }

  // --- results whose shapes the data decides ---

  /**
   * The elements where a bool mask holds, as a vector in row-major order; both broadcast: {@code
   * torch.masked_select}.
   *
   * @throws DTypeException if the mask is not bool
   * @throws ShapeException if they do not broadcast
   */
  default Tensor maskedSelect(Tensor mask) {
    Tensor x = (Tensor) this;
    Shape shape = x.shape().broadcast("maskedSelect", mask.shape());
    return new MaskedSelect().applyAll(x.expand(shape), mask.expand(shape))[0];
  }

  /**
   * The index of each element that is not zero, in row-major order: -> [n, rank], int64: {@code
   * torch.nonzero}.
   */
  default Tensor nonzero() {
    return new Nonzero().applyAll((Tensor) this)[0];
  }

  /**
   * The different values of a tensor, as {@code torch.unique} gives them.
   *
   * @param values in rising order, a vector
   * @param inverse the place in {@code values} of each element, of the tensor's shape, int64; null
   *     if it was not asked for
   * @param counts how often each value occurs, int64; null if it was not asked for
   */
  record Distinct(Tensor values, @Nullable Tensor inverse, @Nullable Tensor counts) {}

  /** The different values of all elements, in rising order. */
  default Tensor unique() {
    return unique(true, false, false).values();
  }

  /**
   * The different values of all elements, in rising order, sorted or not, as {@code torch.unique}
   * on the CPU. NaN equals nothing, so that each is a value; -0 equals 0. The gradient of a value
   * goes to its first element.
   */
  default Distinct unique(boolean sorted, boolean returnInverse, boolean returnCounts) {
    Tensor[] results = new Unique(returnInverse, returnCounts).applyAll((Tensor) this);
    return new Distinct(
        results[0],
        returnInverse ? results[1] : null,
        returnCounts ? results[results.length - 1] : null);
  }
}
