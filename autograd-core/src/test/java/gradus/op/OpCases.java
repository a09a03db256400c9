package gradus.op;

import gradus.op.attention.AttentionCases;
import gradus.op.convolution.ConvolutionCases;
import gradus.op.creation.CreationCases;
import gradus.op.elementwise.ElementwiseCases;
import gradus.op.indexing.IndexingCases;
import gradus.op.linalg.LinalgCases;
import gradus.op.movement.MovementCases;
import gradus.op.normalization.NormalizationCases;
import gradus.op.pooling.PoolingCases;
import gradus.op.recurrent.RecurrentCases;
import gradus.op.reduction.ReductionCases;
import java.util.List;
import java.util.stream.Stream;

/** The cases of every family of operators; {@link OpCasesTest} refuses operators without one. */
public final class OpCases {
  private OpCases() {}

  public static List<OpCase> all() {
    return Stream.of(
            ElementwiseCases.all(),
            CreationCases.all(),
            ReductionCases.all(),
            MovementCases.all(),
            LinalgCases.all(),
            IndexingCases.all(),
            ConvolutionCases.all(),
            PoolingCases.all(),
            NormalizationCases.all(),
            AttentionCases.all(),
            RecurrentCases.all(),
            FusedCases.all())
        .flatMap(List::stream)
        .toList();
  }
}
