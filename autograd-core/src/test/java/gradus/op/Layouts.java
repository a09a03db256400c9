package gradus.op;

import gradus.DType;
import gradus.Shape;
import gradus.Tensor;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/** The same values under other strides, amid values that must not be touched. */
final class Layouts {
  private Layouts() {}

  /** By name, each a change of layout that keeps shape and values. */
  static Map<String, UnaryOperator<Tensor>> all() {
    Map<String, UnaryOperator<Tensor>> layouts = new TreeMap<>();
    layouts.put("permuted", Layouts::permuted);
    layouts.put("sliced", Layouts::sliced);
    layouts.put("flipped", Layouts::flipped);
    layouts.put("with an offset", Layouts::offset);
    return layouts;
  }

  /** Column-major. */
  static Tensor permuted(Tensor x) {
    int[] backwards = new int[x.rank()];
    for (int d = 0; d < backwards.length; d++) {
      backwards[d] = backwards.length - 1 - d;
    }
    return x.permute(backwards).clone().permute(backwards);
  }

  /** Every second of the last dimension. */
  static Tensor sliced(Tensor x) {
    if (x.rank() == 0) {
      return offset(x);
    }
    int n = x.size(-1);
    Tensor view = garbage(x.shape().with(-1, 2 * n + 1), x.dtype()).slice(-1, 1, 2 * n + 1, 2);
    return view.copyInPlace(x);
  }

  /** The first dimension backwards. */
  static Tensor flipped(Tensor x) {
    return x.rank() == 0 ? x : x.flip(0).clone().flip(0);
  }

  /** In the middle of a longer array. */
  static Tensor offset(Tensor x) {
    Tensor longer = garbage(Shape.of(x.numel() + 5), x.dtype());
    return longer.narrow(0, 3, x.numel()).reshape(x.shape()).copyInPlace(x);
  }

  /** One slice repeated: values change, so it is compared with its own copy. */
  static Tensor expanded(Tensor x) {
    return x.rank() == 0 || x.size(0) == 0 ? x : x.narrow(0, 0, 1).expand(x.shape());
  }

  private static Tensor garbage(Shape shape, DType dtype) {
    return Tensor.full(shape, dtype.isFloating() ? Double.NaN : 77, dtype);
  }
}
