package gradus.nn;

import gradus.Autograd;
import gradus.DType;
import gradus.DTypeException;
import gradus.Shape;
import gradus.ShapeException;
import gradus.Tensor;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Rows of a table picked by integers: what {@link F#embedding} computes. */
final class EmbeddingRows {
  private EmbeddingRows() {}

  static Tensor pick(
      Tensor input,
      Tensor weight,
      @Nullable Integer paddingIdx,
      double maxNorm,
      double normType,
      boolean scaleGradByFreq) {
    requireTable(weight);
    Integer padding = paddingRow(paddingIdx, weight);
    requireNorm(maxNorm, normType);
    if (input.dtype() != DType.INT64 && input.dtype() != DType.INT32) {
      throw new DTypeException(
          "%s: needs int64 or int32 indices, got %s; convert with to(INT64)"
              .formatted(table(weight), input.dtype()));
    }
    Tensor flat = input.flatten();
    if (maxNorm != Double.POSITIVE_INFINITY) {
      shorten(weight, flat, maxNorm, normType);
    }
    Tensor y = select(weight, flat);
    if (padding != null) {
      y = Tensor.where(flat.eq(padding).unsqueeze(1), y.detach(), y);
    }
    if (scaleGradByFreq) {
      // The value stays, since y - y is 0; the gradient is that of the scaled difference.
      y = y.detach().add(y.sub(y.detach()).div(frequency(weight, flat)));
    }
    return y.reshape(input.shape().insert(input.rank(), weight.size(1)));
  }

  static void requireTable(Tensor weight) {
    if (weight.rank() != 2) {
      throw new ShapeException(
          "Embedding: the weight must be [rows, width], got " + weight.shape());
    }
  }

  /** The padding row of a table, counted from the start; null for none. */
  static @Nullable Integer paddingRow(@Nullable Integer index, Tensor weight) {
    int rows = weight.size(0);
    if (index == null || (index >= 0 && index < rows)) {
      return index;
    }
    if (index < -rows || index >= rows) {
      throw new IllegalArgumentException(
          "Embedding: paddingIdx %d lies outside the table of %d rows".formatted(index, rows));
    }
    return index + rows;
  }

  static void requireNorm(double maxNorm, double normType) {
    if (!(maxNorm > 0) || !(normType > 0)) {
      throw new IllegalArgumentException(
          "Embedding: maxNorm and normType must be positive, got %s and %s"
              .formatted(maxNorm, normType));
    }
  }

  /** How messages name a table. */
  private static String table(Tensor weight) {
    return "Embedding(%d, %d)".formatted(weight.size(0), weight.size(1));
  }

  private static Tensor select(Tensor weight, Tensor flat) {
    try {
      return weight.indexSelect(0, flat);
    } catch (IndexOutOfBoundsException e) {
      String which = String.valueOf(e.getMessage()).replaceFirst("^indexSelect: ", "");
      var named = new IndexOutOfBoundsException("%s: %s".formatted(table(weight), which));
      named.initCause(e);
      throw named;
    }
  }

  /** How often each index occurs, [n, 1] in the type of the table. */
  private static Tensor frequency(Tensor weight, Tensor flat) {
    Tensor ones = Tensor.ones(flat.shape(), weight.dtype());
    Tensor counts = Tensor.zeros(Shape.of(weight.size(0)), weight.dtype()).indexAdd(0, flat, ones);
    return counts.indexSelect(0, flat).unsqueeze(1);
  }

  private static void shorten(Tensor weight, Tensor flat, double maxNorm, double normType) {
    try (var _ = Autograd.noGrad()) {
      select(weight, flat); // refuses what lies outside before anything is changed
      for (long row : Arrays.stream(flat.toLongs()).distinct().toArray()) {
        Tensor r = weight.detach().select(0, (int) row);
        double norm = norm(r, normType);
        if (norm > maxNorm) {
          r.mulInPlace(maxNorm / (norm + 1e-7)); // as PyTorch, which guards a division by 0
        }
      }
    }
  }

  private static double norm(Tensor r, double normType) {
    Tensor size = r.to(DType.FLOAT64).abs();
    return normType == Double.POSITIVE_INFINITY
        ? size.max().item()
        : Math.pow(size.pow(normType).sum().item(), 1 / normType);
  }
}
