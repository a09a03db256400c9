package gradus.bench;

import gradus.Tensor;
import gradus.nn.AdaptiveAvgPool2d;
import gradus.nn.F;
import gradus.nn.BatchNorm2d;
import gradus.nn.Conv2d;
import gradus.nn.Embedding;
import gradus.nn.Flatten;
import gradus.nn.Identity;
import gradus.nn.LSTM;
import gradus.nn.Layer;
import gradus.nn.LayerNorm;
import gradus.nn.Linear;
import gradus.nn.ReLU;
import gradus.nn.Sequential;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** The networks of the larger workloads, written as a user would write them. */
final class Networks {
  private Networks() {}

  /** The last output of an LSTM, [n, time, 32] -> [n, 1]. */
  static final class LstmHead implements Layer {
    private final LSTM lstm = new LSTM(new LSTM.Options(32, 128).withBatchFirst(true));
    private final Linear head = new Linear(128, 1);

    @Override
    public Tensor forward(Tensor x) {
      return head.call(lstm.call(x).output().select(1, -1));
    }
  }

  /** Attention over the past and a perceptron, each added to its input. */
  static final class Block implements Layer {
    private final LayerNorm ln1;
    private final LayerNorm ln2;
    private final Linear qkv;
    private final Linear proj;
    private final Linear fc;
    private final Linear out;
    private final Tensor mask;
    private final int heads;
    private final boolean fused;

    Block(int width, int heads, int context, boolean fused) {
      this.heads = heads;
      this.fused = fused;
      ln1 = new LayerNorm(width);
      ln2 = new LayerNorm(width);
      qkv = new Linear(width, 3 * width);
      proj = new Linear(width, width);
      fc = new Linear(width, 4 * width);
      out = new Linear(4 * width, width);
      Tensor place = Tensor.arange(context);
      mask = place.unsqueeze(0).gt(place.unsqueeze(1)); // [time, time]: what lies ahead
    }

    @Override
    public Tensor forward(Tensor x) {
      int n = x.size(0);
      int time = x.size(1);
      int width = x.size(2);
      List<Tensor> parts =
          qkv.call(ln1.call(x)).split(width, 2).stream()
              .map(z -> z.reshape(n, time, heads, -1).transpose(1, 2))
              .toList();
      Tensor a = attention(parts.get(0), parts.get(1), parts.get(2));
      x = x.add(proj.call(a.transpose(1, 2).reshape(n, time, width)));
      return x.add(out.call(fc.call(ln2.call(x)).gelu()));
    }

    /** [n, heads, time, width / heads], three times -> the same. */
    private Tensor attention(Tensor q, Tensor k, Tensor v) {
      if (fused) {
        return F.scaledDotProductAttention(q, k, v, null, 0, true);
      }
      Tensor scores = q.matmul(k.transpose()).div(Math.sqrt(q.size(-1)));
      return scores.maskedFill(mask, Double.NEGATIVE_INFINITY).softmax(-1).matmul(v);
    }
  }

  /** Characters [n, 64] -> scores of the next ones [n, 64, 65]. */
  static final class Gpt implements Layer {
    private static final int VOCABULARY = 65;
    private static final int WIDTH = 128;
    private static final int CONTEXT = 64;

    private final Embedding tok = new Embedding(VOCABULARY, WIDTH);
    private final Embedding pos = new Embedding(CONTEXT, WIDTH);
    private final List<Block> blocks;
    private final LayerNorm ln = new LayerNorm(WIDTH);
    private final Linear head = new Linear(WIDTH, VOCABULARY, false);
    private final Tensor index = Tensor.arange(CONTEXT);

    Gpt(boolean fusedAttention) {
      blocks =
          IntStream.range(0, 4)
              .mapToObj(i -> new Block(WIDTH, 4, CONTEXT, fusedAttention))
              .toList();
    }

    @Override
    public Tensor forward(Tensor x) {
      Tensor h = tok.call(x).add(pos.call(index));
      for (Block block : blocks) {
        h = block.call(h);
      }
      return head.call(ln.call(h));
    }
  }

  /** Two convolutions and a way around them. */
  private static final class Basic implements Layer {
    private final Conv2d c1;
    private final Conv2d c2;
    private final BatchNorm2d b1;
    private final BatchNorm2d b2;
    private final Layer around;

    Basic(int in, int channels, int stride) {
      c1 = conv(in, channels, 3, stride, 1);
      b1 = new BatchNorm2d(channels);
      c2 = conv(channels, channels, 3, 1, 1);
      b2 = new BatchNorm2d(channels);
      around =
          stride == 1 && in == channels
              ? new Identity()
              : new Sequential(conv(in, channels, 1, stride, 0), new BatchNorm2d(channels));
    }

    @Override
    public Tensor forward(Tensor x) {
      Tensor y = b2.call(c2.call(b1.call(c1.call(x)).relu()));
      return y.add(around.call(x)).relu();
    }
  }

  /** ResNet-18 for [n, 3, 32, 32]. He et al., "Deep Residual Learning", 2015. */
  static Layer resnet18() {
    var layers =
        new ArrayList<Layer>(List.of(conv(3, 64, 3, 1, 1), new BatchNorm2d(64), new ReLU()));
    int in = 64;
    for (int channels : new int[] {64, 128, 256, 512}) {
      layers.add(new Basic(in, channels, channels == 64 ? 1 : 2));
      layers.add(new Basic(channels, channels, 1));
      in = channels;
    }
    layers.addAll(List.of(new AdaptiveAvgPool2d(1), new Flatten(), new Linear(512, 10)));
    return new Sequential(layers);
  }

  /** Without a bias: a batch norm follows. */
  private static Conv2d conv(int in, int out, int kernel, int stride, int padding) {
    return new Conv2d(in, out, kernel, stride, padding, 1, 1, false);
  }
}
