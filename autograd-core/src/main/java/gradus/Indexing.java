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

/**
 * The operators that pick elements: by tensors of indices, int64 or int32, by order, and by what
 * they are. Part of {@link Tensor}. Indices outside the dimension are refused with an {@link
 * IndexOutOfBoundsException} that names the first.
 */
sealed interface Indexing permits Tensor {

  /**
   * What {@code x[index]} is in NumPy: numbers and ranges choose a view, masks and tensors of
   * indices copy elements. The words are those of {@link Index}:
   *
   * <pre>{@code
   * x.at(0, range(1, 5), range(0, 9, 2)); // x[0, 1:5, 0:9:2]
   * x.at(ELLIPSIS, step(-1)); // x[..., ::-1]
   * x.at(NEW_AXIS, from(3)); // x[None, 3:]
   * x.at(x.gt(0)); // x[x > 0]
   * x.at(all(), new int[] {2, 0}); // x[:, [2, 0]]
   * }</pre>
   *
   * @throws ShapeException if there are more indices than dimensions, or a mask does not fit
   * @throws IndexOutOfBoundsException if an index is outside its dimension
   */
  default Tensor at(Object... index) {
    return IndexExpression.at((Tensor) this, index);
  }

  /**
   * This tensor with a value in place of {@code at(index)}: {@code x[index] = value} without a side
   * effect. Gradients flow to both; where indices name an element twice the last value counts.
   *
   * @param value of a shape that broadcasts to that of {@code at(index)}
   * @throws ShapeException as {@link #at} does, or if the value does not fit
   * @throws DTypeException if the value is floating and this tensor is not
   */
  default Tensor indexPut(Tensor value, Object... index) {
    return IndexExpression.put((Tensor) this, value, index);
  }

  default Tensor indexPut(double value, Object... index) {
    return indexPut(Tensor.scalar(value, ((Tensor) this).dtype()), index);
  }

  /**
   * Replaces {@code at(index)} in place: {@code x[index] = value}. As every change in place it is
   * not recorded; {@link #indexPut} has no side effect.
   *
   * @return this
   * @throws AutogradException if recording is on and one of both requires gradients
   */
  default Tensor setAt(Tensor value, Object... index) {
    IndexExpression.set((Tensor) this, value, index);
    return (Tensor) this;
  }

  default Tensor setAt(double value, Object... index) {
    return setAt(Tensor.scalar(value, ((Tensor) this).dtype()), index);
  }

  /** Elements picked along a dimension: out[i][j] = this[index[i][j]][j] for dimension 0. */
  default Tensor gather(int dim, Tensor index) {
    Tensor x = (Tensor) this;
    if (x.shape().isNumber(dim) && index.rank() == 0) {
      return x.reshape(1).gather(0, index.reshape(1)).reshape();
    }
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

  /** The k largest elements of the last dimension, the largest first, and their indices. */
  default ValuesAndIndices topk(int k) {
    return topk(k, -1);
  }

  /** The k largest elements along a dimension, the largest first, and their indices. */
  default ValuesAndIndices topk(int k, int dim) {
    return topk(k, dim, true, true);
  }

  /**
   * The k largest or smallest elements along a dimension, and their indices: [.., n, ..] -> [.., k,
   * ..] twice, as {@code torch.topk}. Gradients flow to the elements chosen; of equal ones the
   * first are.
   *
   * @param sorted whether they stand in order; if not, they stand as in this tensor
   * @throws ShapeException if there are not as many
   */
  default ValuesAndIndices topk(int k, int dim, boolean largest, boolean sorted) {
    Tensor x = (Tensor) this;
    if (x.shape().isNumber(dim)) {
      return x.reshape(1).topk(k, 0, largest, sorted).ofNumber();
    }
    int axis = x.shape().axis("topk", dim);
    return ValuesAndIndices.of(new TopK(k, axis, largest, sorted).applyAll(x));
  }

  /** The elements along a dimension in rising order, and their indices: {@code torch.sort}. */
  default ValuesAndIndices sort(int dim) {
    return sort(dim, false);
  }

  /** The elements along a dimension in rising or falling order, and their indices. */
  default ValuesAndIndices sort(int dim, boolean descending) {
    Tensor x = (Tensor) this;
    if (x.shape().isNumber(dim)) {
      return x.reshape(1).sort(0, descending).ofNumber();
    }
    int axis = x.shape().axis("sort", dim);
    return ValuesAndIndices.of(new Sort(axis, descending).applyAll(x));
  }

  /** As {@link #sort(int, boolean)}; equal elements keep their order, {@code stable} or not. */
  default ValuesAndIndices sort(int dim, boolean descending, boolean stable) {
    return sort(dim, descending);
  }

  /** The indices that put a dimension into rising order, int64: {@code torch.argsort}. */
  default Tensor argsort(int dim) {
    return argsort(dim, false);
  }

  /** The indices that put a dimension into rising or falling order, int64. */
  default Tensor argsort(int dim, boolean descending) {
    return sort(dim, descending).indices();
  }

  /** As {@link #argsort(int, boolean)}; equal elements keep their order, {@code stable} or not. */
  default Tensor argsort(int dim, boolean descending, boolean stable) {
    return argsort(dim, descending);
  }

  /** The k-th smallest element along a dimension, k from 1, and its index. */
  default ValuesAndIndices kthvalue(int k, int dim) {
    return kthvalue(k, dim, false);
  }

  /**
   * The k-th smallest element along a dimension, k from 1, and its index: {@code torch.kthvalue}.
   *
   * @param keepdim whether the dimension stays with size 1
   * @throws ShapeException if there is no such element
   */
  default ValuesAndIndices kthvalue(int k, int dim, boolean keepdim) {
    Tensor x = (Tensor) this;
    if (x.shape().isNumber(dim)) {
      return x.reshape(1).kthvalue(k, 0);
    }
    int axis = x.shape().axis("kthvalue", dim);
    return ValuesAndIndices.of(new KthValue(k, axis, keepdim).applyAll(x));
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

  /** The index of each element that is not zero, in row-major order: -> [n, rank], int64. */
  default Tensor nonzero() {
    return new Nonzero().applyAll((Tensor) this)[0];
  }

  /** The different values of all elements, in rising order. */
  default Tensor unique() {
    return unique(true, false, false).values();
  }

  /**
   * The different values of all elements, in rising order, sorted or not, as {@code torch.unique}
   * on the CPU. NaN equals nothing, so that each is a value; -0 equals 0. The gradient of a value
   * goes to its first element.
   */
  default UniqueValues unique(boolean sorted, boolean returnInverse, boolean returnCounts) {
    Tensor[] results = new Unique(returnInverse, returnCounts).applyAll((Tensor) this);
    return new UniqueValues(
        results[0],
        returnInverse ? results[1] : null,
        returnCounts ? results[results.length - 1] : null);
  }
}
