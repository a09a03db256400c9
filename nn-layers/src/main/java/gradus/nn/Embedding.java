package gradus.nn;

import gradus.Autograd;
import gradus.DType;
import gradus.Generator;
import gradus.Parameter;
import gradus.Shape;
import gradus.Tensor;
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
    EmbeddingRows.requireTable(weight);
    EmbeddingRows.requireNorm(maxNorm, normType);
    paddingIdx = EmbeddingRows.paddingRow(paddingIdx, weight);
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

  /** This table, of which rows that are picked and longer than the norm are first shortened. */
  public Embedding withMaxNorm(double maxNorm) {
    return new Embedding(weight, paddingIdx, maxNorm, normType, scaleGradByFreq);
  }

  /** This table with another norm to measure the length of rows. */
  public Embedding withNormType(double normType) {
    return new Embedding(weight, paddingIdx, maxNorm, normType, scaleGradByFreq);
  }

  /** This table, the gradient of a row divided by how often it was picked, or not. */
  public Embedding withScaleGradByFreq(boolean scaleGradByFreq) {
    return new Embedding(weight, paddingIdx, maxNorm, normType, scaleGradByFreq);
  }

  @Override
  public Tensor forward(Tensor index) {
    return F.embedding(index, weight, paddingIdx, maxNorm, normType, scaleGradByFreq);
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
