package gradus;

import gradus.kernel.array.Strided;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The sizes of a tensor's dimensions; immutable. The empty shape is a single number. */
public final class Shape {
  /** The most dimensions: sets of them are the bits of a long, with one to spare for a batch. */
  private static final int MOST_DIMENSIONS = 63;

  private static final Shape SCALAR = new Shape(new int[0]);

  private final int[] dims;
  private final int size;
  private volatile int @Nullable [] rowMajor; // computed when first asked for

  private Shape(int[] dims) {
    if (dims.length > MOST_DIMENSIONS) {
      throw new ShapeException(
          "shape: %d dimensions are more than %d, the most that a tensor has; flatten some"
              .formatted(dims.length, MOST_DIMENSIONS));
    }
    long n = 1;
    boolean empty = false;
    for (int d : dims) {
      if (d < 0) {
        throw new ShapeException("shape: sizes must not be negative, got " + Arrays.toString(dims));
      }
      empty |= d == 0;
    }
    for (int d : dims) {
      n = empty ? 0 : n * d;
      if (n > Integer.MAX_VALUE) {
        throw new ShapeException(
            "shape: %s has more than %d elements, the most that one tensor holds"
                .formatted(Arrays.toString(dims), Integer.MAX_VALUE));
      }
    }
    this.dims = dims;
    this.size = (int) n;
  }

  /**
   * The shape with these sizes.
   *
   * @throws ShapeException if a size is negative, or there are more than 2^31 - 1 elements or more
   *     than 63 dimensions
   */
  public static Shape of(int... dims) {
    return dims.length == 0 ? SCALAR : new Shape(dims.clone());
  }

  /** The number of dimensions. */
  public int rank() {
    return dims.length;
  }

  /** The number of elements. */
  public int size() {
    return size;
  }

  /** The size of a dimension; negative ones count from the end. */
  public int dim(int dim) {
    return dims[axis("dim", dim)];
  }

  /** Whether these are the sizes. */
  boolean is(int... dims) {
    return Arrays.equals(this.dims, dims);
  }

  /** The array of sizes itself, for views, which only read it. */
  int[] sizes() {
    return dims;
  }

  /** The strides of a row-major array of this shape, likewise. */
  int[] rowMajor() {
    int[] strides = rowMajor;
    if (strides == null) {
      strides = Strided.rowMajor(dims);
      rowMajor = strides;
    }
    return strides;
  }

  /** The sizes, in a fresh array. */
  public int[] dims() {
    return dims.clone();
  }

  /**
   * The dimension with negative ones counted from the end.
   *
   * @param operator who asks, for the message
   * @throws ShapeException if there is no such dimension
   */
  public int axis(String operator, int dim) {
    if (dim < -dims.length || dim >= dims.length) {
      throw new ShapeException(
          "%s: dimension %d does not exist in %s; valid are %s"
              .formatted(
                  operator,
                  dim,
                  this,
                  dims.length == 0
                      ? "none, it is a single number"
                      : "%d to %d".formatted(-dims.length, dims.length - 1)));
    }
    return dim < 0 ? dim + dims.length : dim;
  }

  /** Whether this is a single number, of which 0 and -1 name the only row, as in PyTorch. */
  boolean isNumber(int dim) {
    return dims.length == 0 && (dim == 0 || dim == -1);
  }

  /** This shape with one size replaced. */
  public Shape with(int dim, int size) {
    int[] d = dims.clone();
    d[axis("with", dim)] = size;
    return new Shape(d);
  }

  /** This shape with a dimension of the given size put in at {@code dim}, 0 to rank. */
  public Shape insert(int dim, int size) {
    int[] d = new int[dims.length + 1];
    System.arraycopy(dims, 0, d, 0, dim);
    d[dim] = size;
    System.arraycopy(dims, dim, d, dim + 1, dims.length - dim);
    return new Shape(d);
  }

  /** This shape without a dimension. */
  public Shape remove(int dim) {
    int axis = axis("remove", dim);
    int[] d = new int[dims.length - 1];
    System.arraycopy(dims, 0, d, 0, axis);
    System.arraycopy(dims, axis + 1, d, axis, d.length - axis);
    return of(d);
  }

  /**
   * The shape that both broadcast to: sizes are compared from the right, equal or 1.
   *
   * @param operator who asks, for the message
   * @throws ShapeException naming both shapes and the sizes that clash
   */
  public Shape broadcast(String operator, Shape other) {
    if (this == other || Arrays.equals(dims, other.dims)) {
      return this;
    }
    int rank = Math.max(rank(), other.rank());
    int[] d = new int[rank];
    for (int i = 1; i <= rank; i++) {
      int a = i <= rank() ? dims[rank() - i] : 1;
      int b = i <= other.rank() ? other.dims[other.rank() - i] : 1;
      if (a != b && a != 1 && b != 1) {
        throw new ShapeException(cannotBroadcast(operator, other, rank - i, a, b));
      }
      d[rank - i] = a == 1 ? b : a;
    }
    return new Shape(d);
  }

  private String cannotBroadcast(String operator, Shape other, int dim, int a, int b) {
    String hint = "";
    if (other.rank() == 1 && rank() == 2 && other.dims[0] == dims[0]) {
      hint = ". To combine row by row, make the right side a column: unsqueeze(1)";
    } else if (rank() == 1 && other.rank() == 2 && dims[0] == other.dims[0]) {
      hint = ". To combine row by row, make the left side a column: unsqueeze(1)";
    }
    return "%s: cannot broadcast %s with %s, at dimension %d the sizes are %d and %d%s"
        .formatted(operator, this, other, dim, a, b, hint);
  }

  /** Whether a tensor of this shape can be expanded to {@code target}. */
  public boolean expandsTo(Shape target) {
    if (rank() > target.rank()) {
      return false;
    }
    for (int i = 1; i <= rank(); i++) {
      int d = dims[rank() - i];
      if (d != 1 && d != target.dims[target.rank() - i]) {
        return false;
      }
    }
    return true;
  }

  @Override
  public boolean equals(Object other) {
    return this == other || other instanceof Shape s && Arrays.equals(dims, s.dims);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(dims);
  }

  /** As in {@code [64, 10]}. */
  @Override
  public String toString() {
    return Arrays.toString(dims);
  }
}
