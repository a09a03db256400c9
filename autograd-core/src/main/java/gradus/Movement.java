package gradus;

import gradus.op.movement.Cast;
import gradus.op.movement.Expand;
import gradus.op.movement.Part;
import gradus.op.movement.Permute;
import gradus.op.movement.Reshape;
import gradus.op.movement.Select;
import gradus.op.movement.Slice;
import gradus.op.movement.SplitOp;
import gradus.op.movement.Unbind;
import java.util.Arrays;
import java.util.List;

/**
 * The operators that rearrange elements without computing; most are views. Part of {@link Tensor}.
 * Negative dimensions count from the end.
 */
sealed interface Movement permits Tensor {

  /**
   * The same elements in row-major order under another shape; one size may be -1 and is worked out.
   *
   * @throws ShapeException if the number of elements differs
   */
  default Tensor reshape(int... dims) {
    Tensor x = (Tensor) this;
    return x.shape().is(dims) ? x : new Reshape(inferred(x, dims)).apply(x);
  }

  /** As {@link #reshape(int...)}. */
  default Tensor reshape(Shape shape) {
    Tensor x = (Tensor) this;
    return x.shape().equals(shape) ? x : new Reshape(inferred(x, shape.dims())).apply(x);
  }

  private static Shape inferred(Tensor x, int... dims) {
    int open = -1;
    long known = 1;
    for (int d = 0; d < dims.length; d++) {
      if (dims[d] == -1 && open < 0) {
        open = d;
      } else {
        known *= dims[d];
      }
    }
    int[] sizes = dims.clone();
    if (open >= 0 && known > 0 && x.numel() % known == 0) {
      sizes[open] = (int) (x.numel() / known);
      known *= sizes[open];
    }
    if (known != x.numel() || (open >= 0 && sizes[open] == -1)) {
      throw new ShapeException(
          "reshape: %s has %d elements, which do not fit %s"
              .formatted(x.shape(), x.numel(), Arrays.toString(dims)));
    }
    return Shape.of(sizes);
  }

  /** Dimensions {@code start} to {@code end}, both included, made one: {@code torch.flatten}. */
  default Tensor flatten(int start, int end) {
    Tensor x = (Tensor) this;
    if (x.rank() == 0) {
      return reshape(1);
    }
    int from = x.shape().axis("flatten", start);
    int to = x.shape().axis("flatten", end);
    if (from > to) {
      throw new ShapeException(
          "flatten: start %d comes after end %d in %s".formatted(start, end, x.shape()));
    }
    int[] dims = new int[x.rank() - (to - from)];
    int size = 1;
    for (int d = 0; d < x.rank(); d++) {
      if (d < from || d > to) {
        dims[d < from ? d : d - (to - from)] = x.size(d);
      } else {
        size *= x.size(d);
      }
    }
    dims[from] = size;
    return reshape(dims);
  }

  /** All dimensions from {@code start} made one. */
  default Tensor flatten(int start) {
    return flatten(start, -1);
  }

  /** All dimensions made one. */
  default Tensor flatten() {
    return flatten(0, -1);
  }

  /** Dimensions in another order: dimension d of the result is {@code order[d]} of this. */
  default Tensor permute(int... order) {
    Tensor x = (Tensor) this;
    var axes = new Integer[order.length];
    var seen = new boolean[x.rank()];
    boolean fits = order.length == x.rank();
    for (int d = 0; d < order.length; d++) {
      int axis = x.shape().axis("permute", order[d]);
      fits &= !seen[axis];
      seen[axis] = true;
      axes[d] = axis;
    }
    if (!fits) {
      throw new ShapeException(
          "permute: %s must name each dimension of %s once"
              .formatted(Arrays.toString(order), x.shape()));
    }
    return new Permute(List.of(axes)).apply(x);
  }

  /** Two dimensions exchanged, as a view. */
  default Tensor transpose(int a, int b) {
    Tensor x = (Tensor) this;
    if (x.shape().isNumber(a) && x.shape().isNumber(b)) {
      return x;
    }
    int[] order = new int[x.rank()];
    Arrays.setAll(order, d -> d);
    int first = x.shape().axis("transpose", a);
    int second = x.shape().axis("transpose", b);
    order[first] = second;
    order[second] = first;
    return permute(order);
  }

  /** A matrix transposed, as a view; vectors and numbers stay as they are: {@code torch.t}. */
  default Tensor t() {
    Tensor x = (Tensor) this;
    if (x.rank() > 2) {
      throw new ShapeException(
          "t: needs at most 2 dimensions, got %s; use transpose(a, b)".formatted(x.shape()));
    }
    return x.rank() < 2 ? x : transpose();
  }

  /** The last two dimensions exchanged, as a view: {@code x.mT}. */
  default Tensor transpose() {
    Tensor x = (Tensor) this;
    return x.rank() == 2 ? Permute.MATRIX.apply(x) : transpose(-2, -1);
  }

  /** Dimensions of size 1 repeated to {@code dims}, as a view; -1 keeps a size. */
  default Tensor expand(int... dims) {
    Tensor x = (Tensor) this;
    int[] sizes = dims.clone();
    for (int d = 0; d < dims.length; d++) {
      int own = d - (dims.length - x.rank());
      if (dims[d] == -1 && own >= 0) {
        sizes[d] = x.size(own);
      }
    }
    return expand(Shape.of(sizes));
  }

  /** As {@link #expand(int...)}. */
  default Tensor expand(Shape target) {
    Tensor x = (Tensor) this;
    return target.equals(x.shape()) ? x : new Expand(target).apply(x);
  }

  /** Without the dimensions of size 1. */
  default Tensor squeeze() {
    return reshape(Arrays.stream(((Tensor) this).shape().dims()).filter(n -> n != 1).toArray());
  }

  /** Without a dimension, if its size is 1. */
  default Tensor squeeze(int dim) {
    Tensor x = (Tensor) this;
    if (x.shape().isNumber(dim)) {
      return x;
    }
    int axis = x.shape().axis("squeeze", dim);
    return x.size(axis) == 1 ? reshape(x.shape().remove(axis).dims()) : x;
  }

  /** With a dimension of size 1 put in at {@code dim}, 0 to rank, or negative from the end. */
  default Tensor unsqueeze(int dim) {
    Tensor x = (Tensor) this;
    int axis = dim < 0 ? dim + x.rank() + 1 : dim;
    if (axis < 0 || axis > x.rank()) {
      throw new ShapeException(
          "unsqueeze: dimension %d does not fit %s; valid are %d to %d"
              .formatted(dim, x.shape(), -x.rank() - 1, x.rank()));
    }
    return reshape(x.shape().insert(axis, 1).dims());
  }

  /** {@code size} indices from {@code start} of one dimension, as a view. */
  default Tensor narrow(int dim, int start, int size) {
    Tensor x = (Tensor) this;
    int axis = x.shape().axis("narrow", dim);
    int n = x.size(axis);
    int from = start < 0 ? start + n : start;
    if (from < 0 || size < 0 || from > n - size) {
      throw new ShapeException(
          "narrow: %d indices from %d do not lie in dimension %d of %s"
              .formatted(size, start, dim, x.shape()));
    }
    return size == n ? x : new Slice(axis, from, size, 1).apply(x);
  }

  /**
   * {@code x[start:end:step]} along one dimension, as a view: negative bounds count from the end,
   * bounds beyond the ends are cut off as in Python. The step must be positive; {@link #flip} turns
   * around.
   */
  default Tensor slice(int dim, int start, int end, int step) {
    return slice("slice", dim, start, end, step).apply((Tensor) this);
  }

  private Slice slice(String operator, int dim, int start, int end, int step) {
    Tensor x = (Tensor) this;
    int axis = x.shape().axis(operator, dim);
    if (step <= 0) {
      throw new IllegalArgumentException(
          "%s: the step must be positive, got %d".formatted(operator, step));
    }
    int n = x.size(axis);
    int from = Math.clamp(start < 0 ? (long) start + n : start, 0, n);
    int to = Math.clamp(end < 0 ? (long) end + n : end, from, n);
    return new Slice(axis, from, (int) ((to - from + (step - 1L)) / step), step);
  }

  /** {@code x[start:end]} along one dimension, as a view. */
  default Tensor slice(int dim, int start, int end) {
    return slice(dim, start, end, 1);
  }

  /**
   * A copy with {@code source} in the place of {@code slice(dim, start, end, step)}; gradients flow
   * to both: {@code torch.slice_scatter}.
   *
   * @throws ShapeException if the source does not have the shape of that slice
   * @throws DTypeException if it is floating and this tensor is not
   */
  default Tensor sliceScatter(Tensor source, int dim, int start, int end, int step) {
    Slice slice = slice("sliceScatter", dim, start, end, step);
    return new Part.Scatter(slice).apply((Tensor) this, source);
  }

  /** One index of a dimension, which goes, as a view: {@code x[index]} for dimension 0. */
  default Tensor select(int dim, int index) {
    return select("select", dim, index).apply((Tensor) this);
  }

  private Select select(String operator, int dim, int index) {
    Tensor x = (Tensor) this;
    int axis = x.shape().axis(operator, dim);
    int n = x.size(axis);
    if (index < -n || index >= n) {
      throw new IndexOutOfBoundsException(
          "%s: index %d is outside dimension %d of %s".formatted(operator, index, dim, x.shape()));
    }
    return new Select(axis, index < 0 ? index + n : index);
  }

  /**
   * A copy with {@code source} in the place of {@code select(dim, index)}; gradients flow to both:
   * {@code torch.select_scatter}. For {@code out[:, t] = h} write {@code out = out.selectScatter(h,
   * 1, t)}.
   *
   * @throws ShapeException if the source does not have the shape of that place
   * @throws DTypeException if it is floating and this tensor is not
   */
  default Tensor selectScatter(Tensor source, int dim, int index) {
    return new Part.Scatter(select("selectScatter", dim, index)).apply((Tensor) this, source);
  }

  /** A dimension backwards, as a view. */
  default Tensor flip(int dim) {
    Tensor x = (Tensor) this;
    int axis = x.shape().axis("flip", dim);
    int n = x.size(axis);
    return new Slice(axis, Math.max(n - 1, 0), n, -1).apply(x);
  }

  /** Pieces of {@code size} indices along a dimension, the last perhaps smaller, as views. */
  default List<Tensor> split(int size, int dim) {
    Tensor x = (Tensor) this;
    int n = x.shape().dim(x.shape().axis("split", dim));
    if (size < 0 || size == 0 && n > 0) {
      throw new IllegalArgumentException("split: the size must be positive, got " + size);
    }
    int[] sizes = new int[n == 0 ? 1 : Math.ceilDiv(n, size)];
    Arrays.fill(sizes, size);
    sizes[sizes.length - 1] = n - (sizes.length - 1) * size;
    return split(sizes, dim);
  }

  /**
   * Pieces of these sizes, one after the other along a dimension, as views: {@code torch.split}.
   *
   * @throws ShapeException if they do not add up to its size
   */
  default List<Tensor> split(int[] sizes, int dim) {
    Tensor x = (Tensor) this;
    Integer[] list = new Integer[sizes.length];
    Arrays.setAll(list, k -> sizes[k]);
    return List.of(new SplitOp(x.shape().axis("split", dim), List.of(list)).applyAll(x));
  }

  /**
   * At most {@code count} pieces of equal size along a dimension, the last perhaps smaller, as
   * views: {@code torch.chunk}.
   */
  default List<Tensor> chunk(int count, int dim) {
    Tensor x = (Tensor) this;
    int n = x.shape().dim(x.shape().axis("chunk", dim));
    if (count <= 0) {
      throw new IllegalArgumentException("chunk: the count must be positive, got " + count);
    }
    return n == 0 ? split(new int[count], dim) : split(Math.ceilDiv(n, count), dim);
  }

  /** Every index of a dimension, which goes, as views: {@code torch.unbind}. */
  default List<Tensor> unbind(int dim) {
    Tensor x = (Tensor) this;
    return List.of(new Unbind(x.shape().axis("unbind", dim)).applyAll(x));
  }

  /** The same numbers in another type; this tensor if it has it already. */
  default Tensor to(DType dtype) {
    Tensor x = (Tensor) this;
    return x.dtype() == dtype ? x : new Cast(dtype).apply(x);
  }

  /** This tensor if it is row-major without gaps, else a copy, through which gradients flow. */
  default Tensor contiguous() {
    Tensor x = (Tensor) this;
    return x.isContiguous() ? x : new Cast(x.dtype()).apply(x);
  }
}
