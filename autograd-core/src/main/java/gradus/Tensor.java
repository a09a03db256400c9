package gradus;

import gradus.kernel.array.Strided;
import gradus.op.movement.Cast;
import gradus.tape.ArrayStorage;
import gradus.tape.Backward;
import gradus.tape.Dispatcher;
import gradus.tape.Interpreter;
import gradus.tape.Node;
import gradus.tape.TensorAccess;
import org.jspecify.annotations.Nullable;

/**
 * An n-dimensional array of numbers that remembers how it was made.
 *
 * <p>A tensor is a strided view of a {@link Storage}: element [i, j] lies at offset + i * stride(0)
 * + j * stride(1). Views share their storage and cost nothing. A tensor that requires gradients and
 * was made by an operator has a {@link Node}, through which {@link #backward} finds its way back.
 *
 * <p>The operators are in the interfaces, by kind; what makes tensors is in {@code Creation}, and
 * what happens to every application of an operator in {@code Application}.
 */
public sealed class Tensor extends Application
    implements Elementwise,
        Comparison,
        Reductions,
        Movement,
        Indexing,
        LinearAlgebra,
        InPlace,
        Elements
    permits Parameter {
  private ArrayStorage storage;
  private DType dtype;
  private final Shape shape;
  private int offset;
  private int @Nullable [] strides; // null: row-major without gaps
  Interpreter.@Nullable Interpreted interpreted; // of a level above plain evaluation
  @Nullable Node node;
  private @Nullable Tensor grad;
  private boolean gradIsPrivate; // a backward pass made it, and grad() has not handed it out

  private Tensor(
      ArrayStorage storage, DType dtype, Shape shape, int offset, int @Nullable [] strides) {
    this.storage = storage;
    this.dtype = dtype;
    this.shape = shape;
    this.offset = offset;
    this.strides = strides;
  }

  static {
    TensorAccess.set(new Access());
  }

  /** What the engine may do with tensors. */
  private static final class Access extends TensorAccess {
    @Override
    protected Tensor make(Interpreter.Interpreted known, Shape shape) {
      ArrayStorage refusing = TensorAccess.storage(known.interpreter());
      Tensor t = new Tensor(refusing, known.value().dtype, shape, 0, null);
      t.interpreted = known;
      return t;
    }

    @Override
    protected Tensor make(ArrayStorage storage, DType dtype, Shape shape) {
      return new Tensor(storage, dtype, shape, 0, null);
    }

    @Override
    protected Interpreter.@Nullable Interpreted interpreted(Tensor t) {
      return t.interpreted;
    }

    @Override
    protected Tensor read(String operator, Tensor t) {
      return Tensor.read(operator, t);
    }

    @Override
    protected @Nullable Node nodeOf(Tensor t) {
      return t.node;
    }

    @Override
    protected void record(Tensor t, Node node) {
      t.node = node;
    }

    @Override
    protected @Nullable Tensor gradOf(Tensor leaf) {
      return leaf.grad;
    }

    @Override
    protected void accumulateGrad(Tensor leaf, Tensor gradient) {
      leaf.accumulateGrad(gradient);
    }
  }

  /** A tensor that looks at the elements of another: what {@link Parameter} is made of. */
  Tensor(Tensor data) {
    this(data.storage, data.dtype, data.shape, data.offset, data.strides);
  }

  /** A new tensor; its elements are zero. */
  public static Tensor allocate(Shape shape, DType dtype) {
    return new Tensor(ArrayStorage.allocate(dtype, shape.size()), dtype, shape, 0, null);
  }

  /** A new tensor; its elements are arbitrary until they are written: {@code torch.empty}. */
  public static Tensor empty(Shape shape, DType dtype) {
    return new Tensor(ArrayStorage.empty(dtype, shape.size()), dtype, shape, 0, null);
  }

  /**
   * A row-major tensor over a storage, not a copy.
   *
   * @throws ShapeException if the storage does not hold exactly as many elements
   * @throws DTypeException if its array is not of the type's kind
   */
  public static Tensor wrap(Storage storage, DType dtype, Shape shape) {
    if (!dtype.arrayType().isInstance(storage.array())) {
      throw new DTypeException(
          "wrap: %s lives in a %s, got a %s"
              .formatted(
                  dtype,
                  dtype.arrayType().getSimpleName(),
                  storage.array().getClass().getSimpleName()));
    }
    if (storage.size() != shape.size()) {
      throw new ShapeException(
          "wrap: shape %s has %d elements, the array has %d"
              .formatted(shape, shape.size(), storage.size()));
    }
    return new Tensor((ArrayStorage) storage, dtype, shape, 0, null);
  }

  // --- what it is ---

  public Shape shape() {
    return shape;
  }

  public DType dtype() {
    return dtype;
  }

  /** The number of dimensions. */
  public int rank() {
    return shape.rank();
  }

  /** The number of dimensions, as {@link #rank}: {@code torch.Tensor.dim}. */
  public int dim() {
    return shape.rank();
  }

  /** The sizes of all dimensions, as {@link #shape}: {@code torch.Tensor.size}. */
  public Shape size() {
    return shape;
  }

  /** The size of a dimension; negative ones count from the end. */
  public int size(int dim) {
    return shape.dim(dim);
  }

  /** The number of elements. */
  public int numel() {
    return shape.size();
  }

  public Storage storage() {
    return storage;
  }

  ArrayStorage memory() {
    return storage;
  }

  /** Where in the storage the first element lies. */
  public int offset() {
    return offset;
  }

  /** The distance in the storage between neighbours along a dimension, in elements. */
  public int stride(int dim) {
    return layout()[shape.axis("stride", dim)];
  }

  private int[] layout() {
    return strides != null ? strides : shape.rowMajor();
  }

  /** The strides of all dimensions, in a fresh array. */
  public int[] strides() {
    return layout().clone();
  }

  /** The elements as kernels take them: a view of the storage's array. */
  public Strided strided() {
    return new Strided(storage.array(), offset, shape.sizes(), layout());
  }

  /** Whether the elements lie row-major and without gaps. */
  public boolean isContiguous() {
    return strides == null;
  }

  /**
   * A tensor over the same storage with another layout and without history: the way in which view
   * operators make their result.
   *
   * @throws ShapeException if an element would lie outside the storage
   */
  public Tensor alias(Shape shape, int offset, int... strides) {
    long low = offset;
    long high = offset;
    boolean contiguous = true;
    long dense = 1;
    for (int d = shape.rank() - 1; d >= 0; d--) {
      long reach = (shape.dim(d) - 1L) * strides[d];
      low += Math.min(reach, 0);
      high += Math.max(reach, 0);
      contiguous &= strides[d] == dense || shape.dim(d) == 1;
      dense *= shape.dim(d);
    }
    if (shape.size() > 0 && (low < 0 || high >= storage.size())) {
      throw new ShapeException(
          "alias: %s with offset %d reaches from %d to %d in a storage of %d elements"
              .formatted(shape, offset, low, high, storage.size()));
    }
    boolean plain = contiguous || shape.size() == 0;
    return new Tensor(storage, dtype, shape, offset, plain ? null : strides.clone());
  }

  // --- gradients ---

  /** Whether gradients flow to it: it was asked for, or an operator made it from such a tensor. */
  public boolean requiresGrad() {
    return node != null;
  }

  /**
   * Asks for the gradient of this tensor, which becomes a leaf of the graph; or no longer.
   *
   * @return this
   * @throws AutogradException if an operator made it: such a tensor requires gradients if its
   *     inputs do
   * @throws DTypeException if it is not floating
   */
  public Tensor requiresGrad(boolean wanted) {
    if (node != null && node.maker() != null) {
      throw new AutogradException(
          "requiresGrad: this tensor %s was made by %s and is no leaf; use detach() for one that is"
              .formatted(shape, node.maker().name()));
    }
    if (interpreted != null && wanted) {
      throw new AutogradException(
          ("requiresGrad: this tensor %s belongs to %s; take derivatives inside of it by functions, as"
                  + " in Autograd.grad(x -> ...)")
              .formatted(shape, interpreted.interpreter().name()));
    }
    if (wanted && !dtype.isFloating()) {
      throw new DTypeException(
          "requiresGrad: only floating tensors have gradients, this one is %s; use to(FLOAT32)"
              .formatted(dtype));
    }
    node = wanted ? (node != null ? node : Dispatcher.leaf(this)) : null;
    return this;
  }

  /** Whether it was not made by a recorded operator. */
  public boolean isLeaf() {
    return node == null || node instanceof Node.Leaf;
  }

  /** The gradient that backward passes have summed up here, or null: only leaves have one. */
  public synchronized @Nullable Tensor grad() {
    gradIsPrivate = false;
    return grad;
  }

  /** Replaces the gradient; null forgets it. */
  public synchronized void setGrad(@Nullable Tensor gradient) {
    if (gradient != null && !gradient.shape().equals(shape)) {
      throw new ShapeException(
          "setGrad: the gradient of a tensor %s must have its shape, got %s"
              .formatted(shape, gradient.shape()));
    }
    if (grad != null && gradIsPrivate && grad != gradient) {
      Backward.reuse(grad.storage);
    }
    grad = gradient;
    gradIsPrivate = false;
  }

  private synchronized void accumulateGrad(Tensor gradient) {
    if (gradient.interpreted != null) {
      throw new AutogradException(
          ("backward: the gradient of a leaf %s belongs to %s and cannot be added to grad(); use"
                  + " Autograd.grad(...), and return the gradients from the function")
              .formatted(shape, gradient.interpreted.interpreter().name()));
    }
    Tensor own = gradient.to(dtype);
    Tensor sum = grad == null ? own : grad.add(own);
    sum.storage.array(); // a gradient must not hold on to what it is computed from
    grad = sum;
    gradIsPrivate = Backward.makes(sum.storage);
  }

  /**
   * Gives this very tensor another floating type and a storage of its own; whatever holds it, an
   * optimizer or a layer, goes on with that. Earlier views keep the old elements; a graph that
   * saved this tensor itself is refused by backward.
   *
   * @throws AutogradException if an operator made it
   * @throws DTypeException unless both types are floating
   */
  public Tensor convertInPlace(DType type) {
    if (!isLeaf()) {
      throw new AutogradException(
          "convertInPlace: %s was made by an operator; use to(%s)".formatted(shape, type));
    }
    if (!dtype.isFloating() || !type.isFloating()) {
      throw new DTypeException(
          "convertInPlace: converts between floating types, got %s to %s".formatted(dtype, type));
    }
    if (type != dtype) {
      ArrayStorage converted = detach().to(type).clone().storage;
      converted.follow(storage);
      storage = converted;
      dtype = type;
      offset = 0;
      strides = null;
      grad = grad == null ? null : grad.detach().to(type);
      node = node == null ? null : Dispatcher.leaf(this);
    }
    return this;
  }

  /** A row-major copy with memory of its own, through which gradients flow: {@code torch.clone}. */
  @Override
  public Tensor clone() {
    return new Cast(dtype).apply(this);
  }

  /** The same elements without history: gradients stop here, and tangents. */
  public Tensor detach() {
    Interpreter top = Dispatcher.current().top();
    return top == null ? new Tensor(this) : top.detach(this);
  }

  /**
   * Differentiates this single number with respect to every leaf behind it; the gradients add up in
   * {@link #grad}.
   *
   * @throws AutogradException if it is not a single number, has no history, or its graph was freed
   */
  public void backward(Autograd.Option... options) {
    Autograd.backward(this, null, options);
  }

  /** As {@link #backward(Autograd.Option...)} for any shape, given the gradient of the result. */
  public void backward(Tensor gradient, Autograd.Option... options) {
    Autograd.backward(this, gradient, options);
  }

  /** Refuses expanded tensors, and computes what still has to read the old elements. */
  void requireWritable(String operator) {
    for (int d = 0; strides != null && d < strides.length; d++) {
      if (strides[d] == 0 && shape.dim(d) > 1) {
        throw new ShapeException(
            "%s: %s repeats its elements along dimension %d (expand); change a clone() of it"
                .formatted(operator, shape, d));
      }
    }
    storage.computeReaders();
  }

  /** The elements as NumPy prints them, large tensors shortened, with type and gradient. */
  @Override
  public String toString() {
    return interpreted == null ? Printer.print(this) : interpreted.toString();
  }
}
