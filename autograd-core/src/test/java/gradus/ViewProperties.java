package gradus;

import static org.assertj.core.api.Assertions.assertThat;

import gradus.op.Grid;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.constraints.IntRange;

/**
 * Views of views, changed in place at random, against a replay in which a view is a table of places
 * in one plain array, and a change reads everything before it writes.
 */
class ViewProperties {
  /** A view and the places that its elements have in the array. */
  private record View(Tensor tensor, Grid places) {}

  private final double[] array = IntStream.range(0, 24).mapToDouble(i -> i).toArray();
  private final Tensor base = Tensor.of(array.clone(), DType.FLOAT64);
  private final ArrayList<View> views = new ArrayList<>();

  @Property(tries = 300, shrinking = ShrinkingMode.BOUNDED)
  void viewsFollowTheReplay(@ForAll long seed, @ForAll @IntRange(min = 1, max = 40) int steps) {
    var random = new Random(seed);
    views.clear();
    Arrays.setAll(array, i -> i);
    base.copyInPlace(Tensor.of(array, DType.FLOAT64));
    views.add(
        new View(
            base.reshape(2, 3, 4), Grid.of(new int[] {2, 3, 4}, i -> i[0] * 12 + i[1] * 4 + i[2])));
    var log = new StringBuilder();
    for (int k = 0; k < steps; k++) {
      View v = views.get(random.nextInt(views.size()));
      int version = base.storage().version();
      boolean writes = random.nextBoolean();
      log.append(writes ? write(v, random) : look(v, random)).append('\n');
      if (!writes) {
        assertThat(base.storage().version()).isEqualTo(version);
      }
      for (View each : views) {
        double[] expected = Arrays.stream(each.places.values()).map(p -> array[(int) p]).toArray();
        if (!Arrays.equals(each.tensor.toDoubles(), expected)) {
          assertThat(each.tensor.toDoubles()).as("%s", log).containsExactly(expected);
        }
      }
    }
  }

  /** Makes another view. */
  private String look(View v, Random random) {
    Tensor t = v.tensor;
    Grid g = v.places;
    int rank = t.rank();
    int dim = rank == 0 ? 0 : random.nextInt(rank);
    int n = rank == 0 ? 0 : t.size(dim);
    int kind = random.nextInt(7);
    switch (kind) {
      case 0 -> {
        int[] order = shuffled(rank, random);
        int[] dims = Arrays.stream(order).map(d -> g.dims()[d]).toArray();
        keep(
            t.permute(order),
            Grid.of(
                dims,
                i -> {
                  int[] from = new int[rank];
                  for (int d = 0; d < rank; d++) {
                    from[order[d]] = i[d];
                  }
                  return g.at(from);
                }));
      }
      case 1 -> {
        if (rank > 0) {
          int start = random.nextInt(n + 1);
          int end = start + random.nextInt(n - start + 1);
          int step = 1 + random.nextInt(3);
          int size = (end - start + step - 1) / step;
          keep(t.slice(dim, start, end, step), moved(g, dim, size, k -> start + k * step));
        }
      }
      case 2 -> {
        if (rank > 0) {
          keep(t.flip(dim), moved(g, dim, n, k -> n - 1 - k));
        }
      }
      case 3 -> {
        Tensor flat = t.flatten();
        if (flat.storage() == base.storage()) {
          keep(flat, new Grid(new int[] {t.numel()}, g.values()));
        }
      }
      case 4 -> {
        if (t.numel() % 2 == 0) {
          Tensor halves = t.reshape(2, t.numel() / 2);
          if (halves.storage() == base.storage()) {
            keep(halves, new Grid(new int[] {2, t.numel() / 2}, g.values()));
          }
        }
      }
      case 5 -> {
        if (n > 0) {
          int at = random.nextInt(n);
          Grid one = moved(g, dim, 1, k -> at);
          keep(t.select(dim, at), new Grid(t.shape().remove(dim).dims(), one.values()));
        }
      }
      default -> {
        if (rank < 4) {
          int[] dims = t.shape().insert(0, 2).dims();
          keep(t.unsqueeze(0).expand(dims), Grid.of(dims, g::at));
        }
      }
    }
    return "view %d of %s dim %d".formatted(kind, t.shape(), dim);
  }

  private void keep(Tensor tensor, Grid places) {
    assertThat(tensor.shape().dims()).containsExactly(places.dims());
    assertThat(tensor.storage()).isSameAs(base.storage());
    if (views.size() < 12) {
      views.add(new View(tensor, places));
    }
  }

  private static Grid moved(Grid g, int dim, int size, java.util.function.IntUnaryOperator place) {
    int[] dims = g.dims().clone();
    dims[dim] = size;
    return Grid.of(
        dims,
        i -> {
          int[] from = i.clone();
          from[dim] = place.applyAsInt(i[dim]);
          return g.at(from);
        });
  }

  private static int[] shuffled(int n, Random random) {
    int[] order = IntStream.range(0, n).toArray();
    for (int d = n - 1; d > 0; d--) {
      int other = random.nextInt(d + 1);
      int keep = order[d];
      order[d] = order[other];
      order[other] = keep;
    }
    return order;
  }

  /** Changes elements through a view; refused where they repeat. */
  private String write(View v, Random random) {
    Tensor t = v.tensor;
    View other = views.get(random.nextInt(views.size()));
    boolean fits = other.tensor.shape().expandsTo(t.shape());
    int kind = random.nextInt(fits ? 5 : 3);
    String what = "write %d to %s from %s".formatted(kind, t.shape(), other.tensor.shape());
    long distinct = Arrays.stream(v.places.values()).distinct().count();
    if (distinct < t.numel()) {
      org.assertj.core.api.Assertions.assertThatThrownBy(() -> t.fillInPlace(0))
          .isInstanceOf(ShapeException.class)
          .hasMessageContaining("repeats its elements");
      return what + " refused";
    }
    Grid read = Grid.of(t.shape().dims(), i -> fits ? array[(int) other.places.at(i)] : 0);
    double number = random.nextInt(-9, 10);
    switch (kind) {
      case 0 -> {
        t.fillInPlace(number);
        put(v, (old, k) -> number);
      }
      case 1 -> {
        t.mulInPlace(-1);
        put(v, (old, k) -> -old);
      }
      case 2 -> {
        if (t.numel() > 0) {
          int k = random.nextInt(t.numel());
          int[] index = new int[t.rank()];
          int rest = k;
          for (int d = index.length - 1; d >= 0; d--) {
            index[d] = rest % t.size(d);
            rest /= t.size(d);
          }
          t.set(number, index);
          put(v, (old, j) -> j == k ? number : old);
        }
      }
      case 3 -> {
        t.copyInPlace(other.tensor);
        put(v, (old, k) -> read.values()[k]);
      }
      default -> {
        t.mulInPlace(0.5).addInPlace(other.tensor);
        put(v, (old, k) -> old * 0.5);
        Grid now = Grid.of(t.shape().dims(), i -> array[(int) other.places.at(i)]);
        put(v, (old, k) -> old + now.values()[k]);
      }
    }
    return what;
  }

  private interface Change {
    double of(double old, int k);
  }

  private void put(View v, Change change) {
    double[] places = v.places.values();
    for (int k = 0; k < places.length; k++) {
      array[(int) places[k]] = change.of(array[(int) places[k]], k);
    }
  }
}
