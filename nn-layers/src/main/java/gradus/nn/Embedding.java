package gradus.nn;

import gradus.Autograd;
import gradus.DType;
import gradus.DTypeException;
import gradus.Generator;
import gradus.Parameter;
import gradus.Shape;
import gradus.ShapeException;
import gradus.Tensor;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Rows of a table picked by integers: [...] -> [..., width].
 *
 * @param weight the table [rows, width]
 * @param paddingIdx a row that gets no gradient; null for none
 * @param maxNorm rows that are picked and longer than this are first shortened to it, in place;
 *     infinite for none
 * @param normType the p of the norm that measures length
 * @param scaleGradByFreq whether the gradient of a row is divided by how often it was picked
 */
public record Embedding(
    Parameter weight,
    @Nullable Integer paddingIdx,
    double maxNorm,
    double normType,
    boolean scaleGradByFreq)
    implements Layer {
  public Embedding {
    if (weight.rank() != 2) {
      throw new ShapeException(
          "Embedding: the weight must be [rows, width], got " + weight.shape());
    }
    int rows = weight.size(0);
    if (paddingIdx != null) {
      if (paddingIdx < -rows || paddingIdx >= rows) {
        throw new IllegalArgumentException(
            "Embedding: paddingIdx %d lies outside the table of %d rows"
                .formatted(paddingIdx, rows));
      }
      paddingIdx = paddingIdx < 0 ? paddingIdx + rows : paddingIdx;
    }
    if (!(maxNorm > 0) || !(normType > 0)) {
      throw new IllegalArgumentException(
          "Embedding: maxNorm and normType must be positive, got %s and %s"
              .formatted(maxNorm, normType));
    }
  }

  /** A table that starts standard normal. */
  public Embedding(int rows, int width) {
    this(rows, width, null);
  }

  /** A table that starts standard normal, its padding row zero. */
  public Embedding(int rows, int width, @Nullable Integer paddingIdx) {
    this(fresh(rows, width), paddingIdx, Double.POSITIVE_INFINITY, 2, false);
    if (this.paddingIdx != null) {
      try (var _ = Autograd.noGrad()) {
        weight.select(0, this.paddingIdx).fillInPlace(0);
      }
    }
  }

  /** A given table: {@code Embedding.from_pretrained}, not frozen. */
  public Embedding(Parameter weight) {
    this(weight, null, Double.POSITIVE_INFINITY, 2, false);
  }

  private static Parameter fresh(int rows, int width) {
    return new Parameter(Generator.current().normal(Shape.of(rows, width), DType.FLOAT32));
  }

  @Override
  public Tensor forward(Tensor index) {
    if (index.dtype() != DType.INT64 && index.dtype() != DType.INT32) {
      throw new DTypeException(
          "%s: needs int64 or int32 indices, got %s; convert with to(INT64)"
              .formatted(this, index.dtype()));
    }
    Tensor flat = index.flatten();
    if (maxNorm != Double.POSITIVE_INFINITY) {
      shorten(flat);
    }
    Tensor y = weight.indexSelect(0, flat);
    if (paddingIdx != null) {
      y = Tensor.where(flat.eq(paddingIdx).unsqueeze(1), y.detach(), y);
    }
    if (scaleGradByFreq) {
      // The value stays, since y - y is 0; the gradient is that of the scaled difference.
      y = y.detach().add(y.sub(y.detach()).div(frequency(flat)));
    }
    return y.reshape(index.shape().insert(index.rank(), weight.size(1)).dims());
  }

  /** How often each index occurs, [n, 1] in the type of the table. */
  private Tensor frequency(Tensor flat) {
    Tensor ones = Tensor.ones(flat.shape(), weight.dtype());
    Tensor counts = Tensor.zeros(Shape.of(weight.size(0)), weight.dtype()).indexAdd(0, flat, ones);
    return counts.indexSelect(0, flat).unsqueeze(1);
  }

  private void shorten(Tensor flat) {
    try (var _ = Autograd.noGrad()) {
      weight.indexSelect(0, flat); // refuses what lies outside before anything is changed
      for (long row : Arrays.stream(flat.toLongs()).distinct().toArray()) {
        Tensor r = weight.detach().select(0, (int) row);
        double norm = norm(r);
        if (norm > maxNorm) {
          r.mulInPlace(maxNorm / (norm + 1e-7)); // as PyTorch, which guards a division by 0
        }
      }
    }
  }

  private double norm(Tensor r) {
    Tensor size = r.to(DType.FLOAT64).abs();
    return normType == Double.POSITIVE_INFINITY
        ? size.max().item()
        : Math.pow(size.pow(normType).sum().item(), 1 / normType);
  }

  @Override
  public String settings() {
    return "%d, %d%s%s%s"
        .formatted(
            weight.size(0),
            weight.size(1),
            paddingIdx == null ? "" : ", paddingIdx=" + paddingIdx,
            maxNorm == Double.POSITIVE_INFINITY
                ? ""
                : ", maxNorm=%s, normType=%s".formatted(maxNorm, normType),
            scaleGradByFreq ? ", scaleGradByFreq=true" : "");
  }

  @Override
  public String toString() {
    return describe();
  }
}
