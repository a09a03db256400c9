package gradus.oracle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import gradus.Parameter;
import gradus.Tensor;
import gradus.optim.Adam;
import gradus.optim.AdamW;
import gradus.optim.Clip;
import gradus.optim.Optimizer;
import gradus.optim.SGD;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

class OptimizerCasesTest {
  @TestFactory
  Stream<DynamicTest> trajectories() {
    return OracleCase.tests(
        "optimizer", Set.of("SGD", "Adam", "AdamW"), OptimizerCasesTest::trajectory);
  }

  /**
   * Row t of the gradients is the gradient at step t, row t of the output the parameter after it.
   */
  private static void trajectory(OracleCase c) {
    var p = new Parameter(c.in("param"));
    Optimizer<?, ?> optimizer = optimizer(c, List.of(p));
    Tensor path = c.outputs().get("out");
    for (int t = 0; t < path.size(0); t++) {
      p.setGrad(c.in("gradients").select(0, t));
      optimizer.step();
      c.close("step " + t, p, path.select(0, t));
    }
  }

  private static Optimizer<?, ?> optimizer(OracleCase c, List<Parameter> parameters) {
    if (c.op().equals("SGD")) {
      return new SGD(
          parameters,
          SGD.DEFAULTS
              .withLr(c.number("lr", 1e-3))
              .withMomentum(c.number("momentum", 0))
              .withDampening(c.number("dampening", 0))
              .withWeightDecay(c.number("weight_decay", 0))
              .withNesterov(c.flag("nesterov"))
              .withMaximize(c.flag("maximize")));
    }
    boolean decoupled = c.op().equals("AdamW");
    var settings =
        (decoupled ? AdamW.DEFAULTS : Adam.DEFAULTS)
            .withLr(c.number("lr", 1e-3))
            .withEps(c.number("eps", 1e-8))
            .withWeightDecay(c.number("weight_decay", decoupled ? 1e-2 : 0))
            .withAmsgrad(c.flag("amsgrad"));
    if (c.attrs().get("betas") instanceof List<?> betas) {
      settings = settings.withBetas((Double) betas.get(0), (Double) betas.get(1));
    }
    return decoupled ? new AdamW(parameters, settings) : new Adam(parameters, settings);
  }

  @TestFactory
  Stream<DynamicTest> clipping() {
    return OracleCase.tests(
        "optimizer", Set.of("clip_grad_norm_", "clip_grad_value_"), OptimizerCasesTest::clip);
  }

  private static void clip(OracleCase c) {
    var parameters = new ArrayList<Parameter>();
    for (int i = 0; c.inputs().containsKey("g" + i); i++) {
      Tensor g = c.in("g" + i);
      var p = new Parameter(Tensor.zerosLike(g));
      p.setGrad(g);
      parameters.add(p);
    }
    if (c.op().equals("clip_grad_norm_")) {
      assertThat(Clip.gradNorm(parameters, c.number("max", 0)))
          .isCloseTo(c.outputs().get("total_norm").item(), within(1e-9));
    } else {
      Clip.gradValue(parameters, c.number("max", 0));
    }
    for (int i = 0; i < parameters.size(); i++) {
      c.close("gradient " + i, parameters.get(i).grad(), c.outputs().get("out" + i));
    }
  }
}
