package gradus.op.pooling;

import gradus.DType;
import gradus.Shape;
import gradus.ShapeException;
import gradus.Tensor;
import gradus.op.Call;
import gradus.op.Op;
import gradus.op.Reads;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The largest element of each window: of x [n, c, size...] and its {@link MaxPlaces} -> [n, c,
 * size'...]. {@code torch.nn.functional.max_pool2d} and its siblings. The places are all that the
 * derivatives need, of any order: given them, this is linear.
 */
public record MaxPool(Windows windows) implements Op {
  @Override
  public String name() {
    return "maxPool%dd".formatted(windows.dimensions());
  }

  /** Finds maxima and places together. */
  public Tensor of(Tensor x) {
    return new Search(this).apply(x);
  }

  static void search(Windows windows, Tensor x, Tensor maxima, Tensor places) {
    windows
        .over(x.shape())
        .max(
            x.storage().array(),
            x.offset(),
            maxima.storage().array(),
            maxima.offset(),
            (int[]) places.storage().array(),
            places.offset());
  }

  @Override
  public Shape shape(Tensor... in) {
    Shape y = windows.outputs(name(), in[0].shape());
    requirePlaces(name(), in[1], y);
    return y;
  }

  private static void requirePlaces(String operator, Tensor places, Shape y) {
    if (places.dtype() != DType.INT32 || !places.shape().equals(y)) {
      throw new ShapeException(
          "%s: needs the places of maxima, int32 %s, got %s %s"
              .formatted(operator, y, places.dtype(), places.shape()));
    }
  }

  @Override
  public DType dtype(Tensor... in) {
    return DType.floating(name(), in[0]);
  }

  @Override
  public boolean overwrites() {
    return true;
  }

  @Override
  public void forward(Tensor[] in, Tensor out) {
    Tensor x = in[0].contiguous();
    Tensor places = in[1].contiguous();
    windows
        .over(x.shape())
        .pick(
            x.storage().array(),
            x.offset(),
            (int[]) places.storage().array(),
            places.offset(),
            out.storage().array(),
            out.offset());
  }

  @Override
  public @Nullable Tensor vjp(int i, Tensor g, Call call) {
    return i == 0 ? new Gradient(this, call.shape(0)).apply(g, call.in(1)) : null;
  }

  @Override
  public Reads reads(int i) {
    return i == 0 ? Reads.of(1) : Reads.NOTHING;
  }

  /** The largest element of each window, whose places are found on the way: one application. */
  public static final class Search implements Op {
    private final MaxPool pool;
    private @Nullable Tensor places;

    Search(MaxPool pool) {
      this.pool = pool;
    }

    @Override
    public String name() {
      return pool.name();
    }

    @Override
    public Shape shape(Tensor... in) {
      return pool.windows.outputs(name(), in[0].shape());
    }

    @Override
    public DType dtype(Tensor... in) {
      return DType.floating(name(), in[0]);
    }

    @Override
    public void forward(Tensor[] in, Tensor out) {
      Tensor found = Tensor.allocate(out.shape(), DType.INT32);
      search(pool.windows, in[0].contiguous(), out, found);
      places = found;
    }

    @Override
    public Tensor vjp(int i, Tensor g, Call call) {
      return new Gradient(pool, call.shape(0)).apply(g, Objects.requireNonNull(places));
    }

    @Override
    public Reads reads(int i) {
      return Reads.NOTHING;
    }
  }

  /** The adjoint: of g and the places, each element of g goes to its place, those of one add up. */
  public record Gradient(MaxPool pool, Shape input) implements Op {
    @Override
    public String name() {
      return pool.name() + "Gradient";
    }

    @Override
    public Shape shape(Tensor... in) {
      requirePlaces(name(), in[1], in[0].shape());
      return input;
    }

    @Override
    public DType dtype(Tensor... in) {
      return in[0].dtype();
    }

    @Override
    public void forward(Tensor[] in, Tensor out) {
      Tensor g = in[0].contiguous();
      Tensor places = in[1].contiguous();
      pool.windows
          .over(input)
          .scatter(
              g.storage().array(),
              g.offset(),
              (int[]) places.storage().array(),
              places.offset(),
              out.storage().array(),
              out.offset());
    }

    @Override
    public @Nullable Tensor vjp(int i, Tensor g, Call call) {
      return i == 0 ? pool.apply(g, call.in(1)) : null;
    }

    @Override
    public Reads reads(int i) {
      return i == 0 ? Reads.of(1) : Reads.NOTHING;
    }
  }
}
