package gradus.op;

import gradus.DType;
import gradus.Shape;
import gradus.Storage;
import gradus.Tensor;
import java.util.Arrays;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/** Plain numbers with sizes: what references compute with. Row-major; knows no operator. */
public record Grid(int[] dims, double[] values) {
  /** The values of a function of the index. */
  public static Grid of(int[] dims, ToDoubleFunction<int[]> f) {
    double[] values = new double[Arrays.stream(dims).reduce(1, (a, b) -> a * b)];
    int[] index = new int[dims.length];
    for (int k = 0; k < values.length; k++) {
      values[k] = f.applyAsDouble(index);
      for (int d = dims.length - 1; d >= 0 && ++index[d] == dims[d]; d--) {
        index[d] = 0;
      }
    }
    return new Grid(dims, values);
  }

  public static Grid of(Tensor t) {
    return new Grid(t.shape().dims(), t.toDoubles());
  }

  /** All values of several grids as one vector; a single grid as it is. */
  public static Grid pack(Grid... grids) {
    if (grids.length == 1) {
      return grids[0];
    }
    double[] all = Arrays.stream(grids).flatMapToDouble(g -> Arrays.stream(g.values)).toArray();
    return new Grid(new int[] {all.length}, all);
  }

  /** A single number. */
  public static Grid of(double value) {
    return new Grid(new int[0], new double[] {value});
  }

  public Tensor tensor(DType dtype) {
    return Tensor.wrap(Storage.of(values.clone()), DType.FLOAT64, Shape.of(dims)).to(dtype);
  }

  /** The element at an index, whose leading entries this grid may lack: it broadcasts. */
  public double at(int... index) {
    int position = 0;
    int lead = index.length - dims.length;
    for (int d = 0; d < dims.length; d++) {
      position = position * dims[d] + (dims[d] == 1 ? 0 : index[lead + d]);
    }
    return values[position];
  }

  /** The sizes to which grids broadcast. */
  public static int[] broadcast(Grid... grids) {
    int rank = Arrays.stream(grids).mapToInt(g -> g.dims.length).max().orElse(0);
    int[] dims = new int[rank];
    Arrays.fill(dims, 1);
    for (Grid g : grids) {
      for (int d = 0; d < g.dims.length; d++) {
        int lead = rank - g.dims.length;
        dims[lead + d] = g.dims[d] == 1 ? dims[lead + d] : g.dims[d];
      }
    }
    return dims;
  }

  /**
   * Dimensions folded away: a function of the elements that go, for each index that stays.
   *
   * @param keep whether they stay with size 1
   */
  public Grid fold(boolean keep, int[] axes, ToDoubleFunction<double[]> f) {
    boolean[] folded = new boolean[dims.length];
    for (int a : axes) {
      folded[a] = true;
    }
    int[] inner = IntStream.range(0, dims.length).map(d -> folded[d] ? dims[d] : 1).toArray();
    int[] outer = IntStream.range(0, dims.length).map(d -> folded[d] ? 1 : dims[d]).toArray();
    Grid all =
        of(
            outer,
            o ->
                f.applyAsDouble(
                    of(inner, i -> at(IntStream.range(0, i.length).map(d -> i[d] + o[d]).toArray()))
                        .values));
    return keep
        ? all
        : new Grid(
            IntStream.range(0, dims.length).filter(d -> !folded[d]).map(d -> dims[d]).toArray(),
            all.values);
  }
}
