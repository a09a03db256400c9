package gradus.oracle;

import gradus.Tensor;
import gradus.nn.BCELoss;
import gradus.nn.BCEWithLogitsLoss;
import gradus.nn.CrossEntropyLoss;
import gradus.nn.L1Loss;
import gradus.nn.Loss;
import gradus.nn.MSELoss;
import gradus.nn.NLLLoss;
import gradus.nn.Reduction;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

class LossCasesTest {
  @TestFactory
  Stream<DynamicTest> losses() {
    Set<String> ops =
        Set.of(
            "mse_loss",
            "l1_loss",
            "cross_entropy",
            "nll_loss",
            "binary_cross_entropy",
            "binary_cross_entropy_with_logits");
    return OracleCase.tests(
        "loss", ops, c -> c.check(k -> loss(k).forward(k.in("input"), k.in("target"))));
  }

  private static Loss loss(OracleCase c) {
    Reduction reduction = Reduction.valueOf(c.text("reduction", "mean").toUpperCase(Locale.ROOT));
    Tensor weight = c.inputs().get("weight");
    long ignore = (long) c.number("ignore_index", -100);
    return switch (c.op()) {
      case "mse_loss" -> new MSELoss(reduction);
      case "l1_loss" -> new L1Loss(reduction);
      case "nll_loss" -> new NLLLoss(weight, ignore, reduction);
      case "binary_cross_entropy" -> new BCELoss(weight, reduction);
      case "binary_cross_entropy_with_logits" ->
          new BCEWithLogitsLoss(weight, reduction, c.inputs().get("pos_weight"));
      case "cross_entropy" ->
          new CrossEntropyLoss(weight, ignore, reduction, c.number("label_smoothing", 0));
      default -> throw new IllegalArgumentException(c.op());
    };
  }
}
