package gradus.oracle;

import gradus.Parameter;
import gradus.Tensor;
import gradus.nn.GELU;
import gradus.nn.Layer;
import gradus.nn.Linear;
import gradus.nn.LogSoftmax;
import gradus.nn.ReLU;
import gradus.nn.SiLU;
import gradus.nn.Sigmoid;
import gradus.nn.Softmax;
import gradus.nn.Softplus;
import gradus.nn.Tanh;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

class LayerCasesTest {
  @TestFactory
  Stream<DynamicTest> linear() {
    return OracleCase.tests("nn", Set.of("linear"), LayerCasesTest::linear);
  }

  /** The parameters are leaves of their own over the elements of the inputs. */
  private static void linear(OracleCase c) {
    var weight = new Parameter(c.in("weight"));
    Parameter bias = c.inputs().containsKey("bias") ? new Parameter(c.in("bias")) : null;
    Tensor x = c.in("input").requiresGrad(true);
    Tensor y = new Linear(weight, bias).forward(x);
    c.close("out", y, c.outputs().get("out"));
    y.mul(c.seeds().get("out")).sum().backward();
    c.close("gradient of input", x.grad(), c.grads().get("input"));
    c.close("gradient of weight", weight.grad(), c.grads().get("weight"));
    if (bias != null) {
      c.close("gradient of bias", bias.grad(), c.grads().get("bias"));
    }
  }

  @TestFactory
  Stream<DynamicTest> activations() {
    Set<String> ops =
        Set.of("relu", "gelu", "silu", "softplus", "sigmoid", "tanh", "softmax", "log_softmax");
    return OracleCase.tests(
        "activation", ops, c -> c.check(k -> activation(k).forward(k.in("input"))));
  }

  private static Layer activation(OracleCase c) {
    int dim = (int) c.number("dim", -1);
    return switch (c.op()) {
      case "relu" -> new ReLU();
      case "gelu" -> new GELU(c.text("approximate", "none"));
      case "silu" -> new SiLU();
      case "softplus" -> new Softplus(c.number("beta", 1), c.number("threshold", 20));
      case "sigmoid" -> new Sigmoid();
      case "tanh" -> new Tanh();
      case "softmax" -> new Softmax(dim);
      case "log_softmax" -> new LogSoftmax(dim);
      default -> throw new IllegalArgumentException(c.op());
    };
  }
}
