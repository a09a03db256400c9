package gradus.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import gradus.Shape;
import gradus.Tensor;
import gradus.op.convolution.Conv;
import org.junit.jupiter.api.Test;

/** The settings of layers and losses: copies, equality, refusals, and PyTorch's short forms. */
class OptionsTest {
  private static LSTM.Options recurrent() {
    return new LSTM.Options(3, 4);
  }

  private static LSTM.Options everyRecurrent() {
    return recurrent()
        .withNumLayers(2)
        .withBias(false)
        .withBatchFirst(true)
        .withDropout(0.5)
        .withBidirectional(true)
        .withProjSize(2);
  }

  @Test
  void aSetterChangesACopyAndNothingElse() {
    var start = recurrent();
    var all = everyRecurrent();

    assertThat(start).isEqualTo(recurrent());
    assertThat(all.inputSize()).isEqualTo(3);
    assertThat(all.hiddenSize()).isEqualTo(4);
    assertThat(all.numLayers()).isEqualTo(2);
    assertThat(all.bias()).isFalse();
    assertThat(all.batchFirst()).isTrue();
    assertThat(all.dropout()).isEqualTo(0.5);
    assertThat(all.bidirectional()).isTrue();
    assertThat(all.projSize()).isEqualTo(2);
    assertThat(start.withNonlinearity("relu").nonlinearity()).isEqualTo("relu");
    assertThat(start.numLayers()).isEqualTo(1);
    assertThat(start.bias()).isTrue();
    assertThat(start.nonlinearity()).isEqualTo("tanh");
    assertThat(start).hasToString("Options(3, 4)");
    assertThat(all)
        .hasToString(
            "Options(3, 4, numLayers=2, bias=false, batchFirst=true, dropout=0.5,"
                + " bidirectional=true, projSize=2)");
  }

  @Test
  void equalSettingsAreEqual() {
    assertThat(everyRecurrent()).isEqualTo(everyRecurrent()).hasSameHashCodeAs(everyRecurrent());
    assertThat(everyRecurrent()).isNotEqualTo(everyRecurrent().withProjSize(1));
    assertThat(recurrent()).isNotEqualTo(new LSTM.Options(4, 4)).isNotEqualTo("x");
    assertThat(recurrent().withNumLayers(2).withNumLayers(1)).isEqualTo(recurrent());
    assertThat(new MultiheadAttention.Options(4, 2))
        .isNotEqualTo(new MultiheadAttention.Options(4, 1))
        .isEqualTo(new MultiheadAttention.Options(4, 2).withKdim(3).withKdim(4));
  }

  @Test
  void whatDoesNotFitIsRefused() {
    assertThatThrownBy(() -> recurrent().withNumLayers(0))
        .hasMessage(
            "recurrent layer: sizes must be positive, got inputSize 3, hiddenSize 4, numLayers 0");
    assertThatThrownBy(() -> recurrent().withProjSize(4))
        .hasMessage("recurrent layer: projSize must be smaller than hiddenSize 4, got 4");
    assertThatThrownBy(() -> recurrent().withDropout(1.5))
        .hasMessage("recurrent layer, dropout: p must be in [0, 1], got 1.5");
    assertThatThrownBy(() -> recurrent().withNonlinearity("gelu"))
        .hasMessage("recurrent layer: nonlinearity must be \"tanh\" or \"relu\", got \"gelu\"");
    assertThatThrownBy(() -> new LSTM(recurrent().withNonlinearity("relu")))
        .hasMessage("LSTM: only RNN has nonlinearity");
    assertThatThrownBy(() -> new GRU(recurrent().withProjSize(2)))
        .hasMessage("GRU: only LSTM has projSize");
    assertThatThrownBy(() -> new MultiheadAttention.Options(8, 3))
        .hasMessage("MultiheadAttention: an embedDim of 8 does not divide into 3 heads");
    assertThatThrownBy(() -> new MultiheadAttention.Options(8, 2).withVdim(0))
        .hasMessage("MultiheadAttention: kdim and vdim must be positive, got 8 and 0");
    assertThatThrownBy(() -> new MultiheadAttention(8, 2, -0.1))
        .hasMessage("MultiheadAttention, dropout: p must be in [0, 1], got -0.1");
  }

  @Test
  void layersTellTheirOptionsAndPrintThem() {
    assertThat(new LSTM(everyRecurrent()).options()).isEqualTo(everyRecurrent());
    assertThat(new LSTM(3, 4, 2)).hasToString("LSTM(3, 4, numLayers=2)");
    assertThat(new GRU(3, 4, 2)).hasToString("GRU(3, 4, numLayers=2)");
    assertThat(new RNN(recurrent().withNonlinearity("relu")))
        .hasToString("RNN(3, 4, nonlinearity=relu)");
    assertThat(new RNN(3, 4, 2).options().numLayers()).isEqualTo(2);
    var options =
        new MultiheadAttention.Options(8, 2)
            .withDropout(0.25)
            .withBias(false)
            .withAddBiasKv(true)
            .withAddZeroAttn(true)
            .withKdim(3)
            .withVdim(5)
            .withBatchFirst(true);
    var heads = new MultiheadAttention(options);
    assertThat(heads.options()).isEqualTo(options);
    assertThat(heads)
        .hasToString(
            """
            MultiheadAttention(
              8, 2, dropout=0.25, bias=false, addBiasKv=true, addZeroAttn=true, kdim=3, vdim=5,\
             batchFirst=true
              (out_proj): Linear(in=8, out=8, bias=false)
            )\
            """);
    assertThat(options.embedDim()).isEqualTo(8);
    assertThat(options.numHeads()).isEqualTo(2);
    assertThat(options.addBiasKv() && options.addZeroAttn() && options.batchFirst()).isTrue();
    assertThat(options.bias()).isFalse();
    assertThat(new MultiheadAttention(8, 2, 0.25).options().dropout()).isEqualTo(0.25);
  }

  @Test
  void aReluNetworkIsNoTanhNetwork() {
    var relu = new RNN(recurrent().withNonlinearity("relu"));
    var tanh = new RNN(3, 4);
    tanh.loadState(relu.state());
    Tensor x = Tensor.ones(5, 1, 3);
    assertThat(relu.call(x).output().min().item()).isNotNegative();
    assertThat(tanh.call(x).output().toFloats()).isNotEqualTo(relu.call(x).output().toFloats());
  }

  @Test
  void lossesChangeInCopies() {
    Tensor w = Tensor.ones(3);
    var cross = new CrossEntropyLoss();
    assertThat(
            cross
                .withWeight(w)
                .withIgnoreIndex(1)
                .withReduction(Reduction.SUM)
                .withLabelSmoothing(0.1))
        .isEqualTo(new CrossEntropyLoss(w, 1, Reduction.SUM, 0.1));
    assertThat(cross).isEqualTo(new CrossEntropyLoss());
    assertThat(new NLLLoss().withWeight(w).withIgnoreIndex(2).withReduction(Reduction.NONE))
        .isEqualTo(new NLLLoss(w, 2, Reduction.NONE));
    assertThat(new BCELoss().withWeight(w).withReduction(Reduction.SUM))
        .isEqualTo(new BCELoss(w, Reduction.SUM));
    assertThat(new BCEWithLogitsLoss().withWeight(w).withPosWeight(w).withReduction(Reduction.SUM))
        .isEqualTo(new BCEWithLogitsLoss(w, Reduction.SUM, w));
    assertThatThrownBy(() -> cross.withLabelSmoothing(2))
        .hasMessage("crossEntropy: labelSmoothing must be in [0, 1], got 2.0");
  }

  @Test
  void aConvolutionWithOtherSettingsKeepsItsKernel() {
    var plain = new Conv2d(2, 3, new int[] {3, 5});
    var other = plain.withStride(2, 1).withPadding(4, 2).withDilation(3, 1);
    assertThat(other.weight()).isSameAs(plain.weight());
    assertThat(other.bias()).isSameAs(plain.bias());
    assertThat(other.conv())
        .isEqualTo(Conv.of(2).withStride(2, 1).withPadding(4, 2).withDilation(3, 1));
    Tensor x = Tensor.ones(1, 2, 9, 9);
    assertThat(other.call(x).toFloats())
        .containsExactly(F.conv(x, other.conv(), plain.weight(), plain.bias()).toFloats());
    assertThat(new Conv1d(2, 3, new int[] {3}).withStride(2).withPadding(1).withDilation(2).conv())
        .isEqualTo(Conv.of(1).withStride(2).withPadding(1).withDilation(2));
    assertThat(
            new Conv3d(2, 3, new int[] {3, 1, 2})
                .withStride(2)
                .withPadding(1)
                .withDilation(2)
                .conv())
        .isEqualTo(Conv.of(3).withStride(2).withPadding(1).withDilation(2));
  }

  @Test
  void aTableWithOtherSettingsKeepsItsRows() {
    var plain = new Embedding(5, 3, 0);
    var other = plain.withMaxNorm(1).withNormType(1).withScaleGradByFreq(true);
    assertThat(other).isEqualTo(new Embedding(plain.weight(), 0, 1, 1, true));
    assertThat(plain.maxNorm()).isInfinite();
    assertThatThrownBy(() -> plain.withMaxNorm(0)).hasMessageContaining("must be positive");
  }

  /** What PyTorch's own documentation writes by position. */
  @Test
  void theUsualPositionalFormsWork() {
    Tensor image = Tensor.ones(1, 2, 8, 8);
    assertThat(new Conv2d(2, 3, 3, 2).call(image).shape()).isEqualTo(Shape.of(1, 3, 3, 3));
    assertThat(new Conv1d(2, 3, 3, 2).call(Tensor.ones(1, 2, 8)).shape())
        .isEqualTo(Shape.of(1, 3, 3));
    assertThat(new Conv3d(2, 3, 3, 2).call(Tensor.ones(1, 2, 8, 8, 8)).shape())
        .isEqualTo(Shape.of(1, 3, 3, 3, 3));
    assertThat(new MaxPool2d(3, 2).call(image).shape()).isEqualTo(Shape.of(1, 2, 3, 3));
    assertThat(new AvgPool2d(3, 2).call(image).shape()).isEqualTo(Shape.of(1, 2, 3, 3));
    assertThat(new MaxPool1d(3, 2).call(Tensor.ones(1, 2, 8)).shape()).isEqualTo(Shape.of(1, 2, 3));
    assertThat(new AvgPool1d(3, 2).call(Tensor.ones(1, 2, 8)).shape()).isEqualTo(Shape.of(1, 2, 3));
    assertThat(new MaxPool3d(3, 2).call(Tensor.ones(1, 2, 8, 8, 8)).shape())
        .isEqualTo(Shape.of(1, 2, 3, 3, 3));
    assertThat(new AvgPool3d(3, 2).call(Tensor.ones(1, 2, 8, 8, 8)).shape())
        .isEqualTo(Shape.of(1, 2, 3, 3, 3));
    assertThat(new BatchNorm2d(2).withEps(1e-3).withMomentum(0.01).settings())
        .isEqualTo("2, eps=0.001, momentum=0.01, affine=true, trackRunningStats=true");
    assertThat(new InstanceNorm2d(2).withEps(1e-3).withMomentum(null).settings())
        .isEqualTo("2, eps=0.001, momentum=null, affine=false, trackRunningStats=false");
    var norm = new BatchNorm1d(2);
    assertThat(norm.withEps(1e-3).weight()).isSameAs(norm.weight());
    assertThat(norm.withMomentum(0.5).runningMean()).isSameAs(norm.runningMean());
    assertThat(new LayerNorm(4).withEps(1e-3).settings())
        .isEqualTo("[4], eps=0.001, elementwiseAffine=true");
    assertThat(new RMSNorm(4).withEps(1e-3).settings())
        .isEqualTo("[4], eps=0.001, elementwiseAffine=true");
    assertThat(new GroupNorm(2, 4).withEps(1e-3).settings())
        .isEqualTo("2, 4, eps=0.001, affine=true");
  }
}
