package gradus.oracle;

import gradus.Tensor;
import gradus.nn.F;
import gradus.nn.GELU;
import gradus.nn.Layer;
import gradus.nn.LayerNorm;
import gradus.nn.Linear;
import gradus.nn.MultiheadAttention;
import gradus.nn.Name;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

class AttentionCasesTest {
  @TestFactory
  Stream<DynamicTest> scaledDotProduct() {
    return OracleCase.tests(
        "attention",
        Set.of("scaled_dot_product_attention"),
        c ->
            c.check(
                k ->
                    F.scaledDotProductAttention(
                        k.in("query"),
                        k.in("key"),
                        k.in("value"),
                        null,
                        0,
                        k.flag("is_causal"),
                        null,
                        false)));
  }

  @TestFactory
  Stream<DynamicTest> multihead() {
    return OracleCase.tests(
        "attention", Set.of("multihead_attention"), AttentionCasesTest::multihead);
  }

  private static void multihead(OracleCase c) {
    var options =
        new MultiheadAttention.Options(
                (int) c.number("embed_dim", 0), (int) c.number("num_heads", 0))
            .withBatchFirst(true);
    boolean self = c.inputs().containsKey("input");
    c.check(
        new MultiheadAttention(options),
        l -> {
          MultiheadAttention.Result r =
              l.forward(
                  c.in(self ? "input" : "query"),
                  c.in(self ? "input" : "key"),
                  c.in(self ? "input" : "value"),
                  c.inputs().get("key_padding_mask"),
                  true,
                  c.inputs().get("attn_mask"),
                  true,
                  false);
          var outputs = new LinkedHashMap<String, Tensor>();
          outputs.put("out0", r.output());
          outputs.put("out1", r.weights());
          return outputs;
        });
  }

  @TestFactory
  Stream<DynamicTest> transformerBlock() {
    return OracleCase.tests(
        "attention",
        Set.of("transformer_encoder_layer"),
        c ->
            c.check(
                new Block(
                    (int) c.number("d_model", 0),
                    (int) c.number("nhead", 0),
                    (int) c.number("dim_feedforward", 0)),
                l -> Map.of("out", l.forward(c.in("input")))));
  }

  /** A block as a user writes it. */
  private record Block(
      LayerNorm norm1,
      @Name("self_attn") MultiheadAttention attention,
      LayerNorm norm2,
      Linear linear1,
      Linear linear2)
      implements Layer {
    Block(int width, int heads, int inner) {
      this(
          new LayerNorm(width),
          new MultiheadAttention(new MultiheadAttention.Options(width, heads).withBatchFirst(true)),
          new LayerNorm(width),
          new Linear(width, inner),
          new Linear(inner, width));
    }

    @Override
    public Tensor forward(Tensor x) {
      Tensor n = norm1.call(x);
      Tensor y = x.add(attention.call(n, n, n, null, false, null, true, false).output());
      Tensor inner = new GELU().call(linear1.call(norm2.call(y)));
      return y.add(linear2.call(inner));
    }
  }
}
