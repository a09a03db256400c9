package gradus.launch;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class HintsTest {
  private static String unknown(String symbol) {
    return "cannot find symbol\n  symbol:   method " + symbol + "(int)\n  location: class Tensor";
  }

  @Test
  void namesArePyTorchsInJavasSpelling() {
    assertThat(Hints.below(unknown("masked_fill")))
        .contains("names are in lowerCamelCase: maskedFill");
    assertThat(Hints.below(unknown("zero_")))
        .contains("what changes a tensor in place ends in InPlace: zeroInPlace");
    assertThat(Hints.below(unknown("masked_fill_")))
        .contains("what changes a tensor in place ends in InPlace: maskedFillInPlace");
    assertThat(Hints.below(unknown("numpy")))
        .contains("PyTorch's numpy is toArray() or toFloats() here");
  }

  @Test
  void whatIsNoNameOfPyTorchGetsNoHint() {
    assertThat(Hints.below(unknown("frobnicate"))).isEmpty();
    assertThat(Hints.below(unknown("MY_CONSTANT"))).isEmpty();
    assertThat(Hints.below(unknown("_"))).isEmpty();
    assertThat(Hints.below("';' expected")).isEmpty();
  }

  @Test
  void aNameThatTheJdkHasTooIsToBeImported() {
    String message =
        "reference to Parameter is ambiguous\n  both class gradus.Parameter in gradus and class"
            + " java.lang.reflect.Parameter in java.lang.reflect match";
    assertThat(Hints.below(message)).contains("add import gradus.Parameter;");
  }
}
