package gradus;

import gradus.op.indexing.WrapIndex;
import gradus.op.movement.Assign;
import gradus.op.movement.Part;
import gradus.op.movement.Select;
import gradus.op.movement.Slice;
import gradus.tape.Dispatcher;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What stands between the brackets of {@code x[...]}, by NumPy's rules: numbers, ranges, new axes
 * and the ellipsis choose a view; masks and tensors of indices, which broadcast with each other and
 * with the numbers beside them, choose elements of it. The dimensions of these stand in their place
 * if they are next to each other, else in front.
 */
final class IndexExpression {
  /** The steps to the view, each with its undoing. */
  private final List<Step> steps = new ArrayList<>();

  /** The dimensions of the view along which elements are chosen, and the indices of each. */
  private final List<Integer> dims = new ArrayList<>();

  private final List<Tensor> indices = new ArrayList<>();
  private boolean apart;

  private final String operator;
  private final Tensor view;

  /** A step to a view: a part, or if there is none a new axis at a dimension. */
  private record Step(@Nullable Part part, int axis) {
    Tensor apply(Tensor x) {
      return part == null ? x.unsqueeze(axis) : part.apply(x);
    }
  }

  private IndexExpression(String operator, Tensor x, Object... index) {
    this.operator = operator;
    Object[] items = Arrays.stream(index).map(this::item).toArray();
    int taken = Arrays.stream(items).mapToInt(IndexExpression::consumed).sum();
    if (taken > x.rank()) {
      throw new ShapeException(
          "%s: %d indices for a tensor of %d dimensions %s"
              .formatted(operator, taken, x.rank(), x.shape()));
    }
    boolean chooses = Arrays.stream(items).anyMatch(Tensor.class::isInstance);
    Tensor y = x;
    int dim = 0;
    int latest = -1; // the item that chose last
    boolean open = false;
    for (int k = 0; k < items.length; k++) {
      switch (items[k]) {
        case Integer i when chooses -> {
          latest = choose(k, latest, dim++, Tensor.scalar(i, DType.INT64));
        }
        case Integer i -> y = step(y, new Select(dim, position(y, dim, i)));
        case Index.Range range -> {
          int n = y.size(dim);
          y = step(y, new Slice(dim++, range.first(n), range.count(n), range.step()));
        }
        case Index.Word word when word == Index.NEW_AXIS -> {
          steps.add(new Step(null, dim));
          y = y.unsqueeze(dim++);
        }
        case Index.Word _ -> {
          if (open) {
            throw new IllegalArgumentException(operator + ": ELLIPSIS may stand only once");
          }
          open = true;
          dim += x.rank() - taken;
        }
        case Tensor mask when mask.dtype() == DType.BOOL -> {
          for (Tensor each : places(y, dim, mask)) {
            latest = choose(k, latest, dim++, each);
          }
        }
        case Tensor each -> latest = choose(k, latest, dim++, each);
        default -> throw new AssertionError(items[k]);
      }
    }
    view = y;
  }

  private Object item(Object given) {
    return switch (given) {
      case Integer i -> i;
      case Long i -> Math.toIntExact(i);
      case Index.Range range -> range;
      case Index.Word word -> word;
      case Tensor t when !t.dtype().isFloating() && (t.dtype() != DType.BOOL || t.rank() > 0) -> t;
      case int[] i -> Tensor.of(i);
      case long[] i -> Tensor.of(i);
      case boolean[] mask -> Tensor.of(mask);
      case List<?> list -> item(Tensor.of(list, NestedArray.usualType(list)));
      case null, default ->
          throw new IllegalArgumentException(
              ("%s: an index is a number, a range such as range(1, 5), from(1), to(5), step(2) or all(),"
                      + " ELLIPSIS, NEW_AXIS, a bool mask or a tensor of int64, got %s")
                  .formatted(
                      operator, given instanceof Tensor t ? t.dtype() + " " + t.shape() : given));
    };
  }

  private static int consumed(Object item) {
    return switch (item) {
      case Index.Word _ -> 0;
      case Tensor t when t.dtype() == DType.BOOL -> t.rank();
      default -> 1;
    };
  }

  private int position(Tensor y, int dim, int i) {
    int n = y.size(dim);
    if (i < -n || i >= n) {
      throw new IndexOutOfBoundsException(
          "%s: index %d is outside dimension %d of %s".formatted(operator, i, dim, y.shape()));
    }
    return i < 0 ? i + n : i;
  }

  private Tensor step(Tensor y, Part part) {
    steps.add(new Step(part, 0));
    return part.apply(y);
  }

  /** Notes indices of a dimension of the view; returns the item that they come from. */
  private int choose(int item, int latest, int dim, Tensor index) {
    apart |= latest >= 0 && item > latest + 1;
    dims.add(dim);
    indices.add(index);
    return item;
  }

  /** The indices where a mask holds, one tensor for each of its dimensions. */
  private List<Tensor> places(Tensor y, int dim, Tensor mask) {
    for (int d = 0; d < mask.rank(); d++) {
      if (mask.size(d) != y.size(dim + d)) {
        throw new ShapeException(
            "%s: the mask %s does not fit dimension %d of %s"
                .formatted(operator, mask.shape(), dim + d, y.shape()));
      }
    }
    return mask.nonzero().unbind(1);
  }

  // --- what is done with it ---

  static Tensor at(Tensor x, Object... index) {
    var e = new IndexExpression("at", x, index);
    return e.dims.isEmpty() ? e.view : e.chosen();
  }

  /** {@code x} with a value, which broadcasts, in the chosen place. */
  static Tensor put(Tensor x, Tensor value, Object... index) {
    var e = new IndexExpression("indexPut", x, index);
    if (value.dtype().isFloating() && !x.dtype().isFloating()) {
      throw new DTypeException(
          "indexPut: %s cannot hold a value of %s; convert one with to(...)"
              .formatted(x.dtype(), value.dtype()));
    }
    return e.put(x, 0, value.to(x.dtype()));
  }

  /** Replaces the chosen elements of {@code x} in place. */
  static void set(Tensor x, Tensor value, Object... index) {
    if (Dispatcher.isRecording() && (x.requiresGrad() || value.requiresGrad())) {
      boolean written = x.requiresGrad();
      throw Dispatcher.refusedChange("setAt", written ? x : value, written);
    }
    Tensor target = x.detach();
    var e = new IndexExpression("setAt", target, index);
    if (e.dims.isEmpty()) {
      Assign.run("setAt", e.view, value);
    } else {
      Assign.run("setAt", target, e.put(target, 0, value.to(x.dtype())));
    }
  }

  private Tensor put(Tensor x, int from, Tensor value) {
    if (from == steps.size()) {
      return dims.isEmpty() ? expanded(value, x.shape()) : replaced(x, value);
    }
    Step step = steps.get(from);
    Tensor inner = put(step.apply(x), from + 1, value);
    return step.part == null
        ? inner.reshape(x.shape())
        : new Part.Scatter(step.part).apply(x, inner);
  }

  private Tensor expanded(Tensor value, Shape place) {
    if (!value.shape().expandsTo(place)) {
      throw new ShapeException(
          "%s: a value %s does not broadcast to its place %s"
              .formatted(operator, value.shape(), place));
    }
    return value.expand(place);
  }

  /** The broadcast shape of the indices. */
  private Shape choice() {
    Shape shape = Shape.of();
    for (Tensor each : indices) {
      shape = shape.broadcast(operator + " (indices)", each.shape());
    }
    return shape;
  }

  /** The chosen dimensions of the view in front, made one: [n, rest...]. */
  private Tensor rows(Tensor y) {
    Tensor front = dims.size() == 1 && dims.getFirst() == 0 ? y : y.permute(order(y.rank()));
    Shape shape = front.shape();
    int n = 1;
    for (int k = 0; k < dims.size(); k++) {
      n = Math.multiplyExact(n, shape.dim(k));
    }
    int[] sizes = shape.dims();
    int[] merged = Arrays.copyOfRange(sizes, dims.size() - 1, sizes.length);
    merged[0] = n;
    return front.reshape(merged);
  }

  private int[] order(int rank) {
    var order = new ArrayList<>(dims);
    for (int d = 0; d < rank; d++) {
      if (!dims.contains(d)) {
        order.add(d);
      }
    }
    return order.stream().mapToInt(Integer::intValue).toArray();
  }

  /** The row of {@link #rows} that each element of the broadcast indices names. */
  private Tensor places(Shape choice) {
    Tensor place = null;
    for (int k = 0; k < dims.size(); k++) {
      int n = view.size(dims.get(k));
      Tensor wrapped = new WrapIndex(dims.get(k), n).apply(indices.get(k));
      place = place == null ? wrapped : place.mul(n).add(wrapped);
    }
    return place == null ? Tensor.zeros(choice, DType.INT64) : place.expand(choice).flatten();
  }

  /** The chosen elements, the dimensions of the choice where those of the view were. */
  private Tensor chosen() {
    Shape choice = choice();
    Tensor picked = rows(view).indexSelect(0, places(choice));
    Tensor y = picked.reshape(join(choice.dims(), picked.shape().remove(0).dims()));
    return before() == 0 ? y : y.permute(moved(y.rank(), choice.rank(), before()));
  }

  /** How many dimensions of the result come before those of the choice. */
  private int before() {
    return apart ? 0 : dims.getFirst();
  }

  /** The order that moves {@code n} dimensions from the front behind {@code before} others. */
  private static int[] moved(int rank, int n, int before) {
    int[] order = new int[rank];
    for (int d = 0; d < rank; d++) {
      order[d] = d < before ? d + n : d < before + n ? d - before : d;
    }
    return order;
  }

  private static int[] inverse(int... order) {
    int[] inverse = new int[order.length];
    for (int d = 0; d < order.length; d++) {
      inverse[order[d]] = d;
    }
    return inverse;
  }

  static int[] join(int[] a, int... b) {
    int[] joined = Arrays.copyOf(a, a.length + b.length);
    System.arraycopy(b, 0, joined, a.length, b.length);
    return joined;
  }

  /** The view with a value in place of the chosen elements; of equal indices the last counts. */
  private Tensor replaced(Tensor y, Tensor value) {
    Shape choice = choice();
    Tensor rows = rows(y);
    int n = choice.rank();
    int[] rest = rows.shape().remove(0).dims();
    int[] front = Arrays.copyOf(rest, before());
    int[] back = Arrays.copyOfRange(rest, before(), rest.length);
    Tensor source = expanded(value, Shape.of(join(join(front, choice.dims()), back)));
    if (choice.size() == 0) {
      return y.clone();
    }
    Tensor values =
        source
            .permute(inverse(moved(source.rank(), n, before())))
            .reshape(rows.shape().with(0, choice.size()));
    Tensor last = new WrapIndex.Last(rows.size(0)).apply(places(choice));
    int[] column = new int[rows.rank()];
    Arrays.fill(column, 1);
    column[0] = rows.size(0);
    Tensor named = last.ge(0).reshape(column);
    Tensor picked = values.indexSelect(0, last.clamp(0, choice.size()));
    int[] order = order(y.rank());
    int[] sizes = y.shape().dims();
    int[] permuted = Arrays.stream(order).map(d -> sizes[d]).toArray();
    return Tensor.where(named, picked, rows).reshape(permuted).permute(inverse(order));
  }
}
