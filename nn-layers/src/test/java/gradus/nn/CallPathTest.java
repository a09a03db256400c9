package gradus.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import gradus.AutogradException;
import gradus.DTypeException;
import gradus.ShapeException;
import gradus.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** Exceptions say where in the network they were thrown. */
class CallPathTest {
  record Attn(Layer proj) implements Layer {
    @Override
    public Tensor forward(Tensor x) {
      return proj.call(x);
    }
  }

  record Pair(Layer left, Layer right) {}

  static final class Encoder implements Layer {
    private final List<Layer> blocks = new ArrayList<>();

    @Override
    public Tensor forward(Tensor x) {
      for (Layer block : blocks) {
        x = block.call(x);
      }
      return x;
    }
  }

  /** Has layers in a list two levels down, in a map and in a record. */
  static final class Net implements Layer {
    private final Encoder encoder = new Encoder();
    private final Map<String, Layer> heads = new LinkedHashMap<>();
    private final Pair pair;

    @Name("last_layer")
    private final Layer last;

    private final transient Layer untold;

    Net(Layer inList, Layer inMap, Layer inRecord, Layer named, Layer untold) {
      encoder.blocks.add(new Identity());
      encoder.blocks.add(new Attn(inList));
      heads.put("q", inMap);
      pair = new Pair(new Identity(), inRecord);
      last = named;
      this.untold = untold;
    }

    @Override
    public Tensor forward(Tensor x) {
      x = heads.get("q").call(encoder.call(x));
      return untold.call(last.call(pair.right.call(pair.left.call(x))));
    }
  }

  private static final Layer OK = new Identity();

  private static Net net(int bad, Layer layer) {
    return new Net(
        bad == 0 ? layer : OK,
        bad == 1 ? layer : OK,
        bad == 2 ? layer : OK,
        bad == 3 ? layer : OK,
        bad == 4 ? layer : OK);
  }

  @Test
  void theWholePathOnceBeforeTheMessage() {
    String why = ": Linear(in=3, out=2, bias=true): the input must end in 3, got [4, 5]";
    String[] places = {
      "in encoder.blocks.1.proj (Linear) of Net",
      "in heads.q (Linear) of Net",
      "in pair.right (Linear) of Net",
      "in last_layer (Linear) of Net",
      "in Linear (Linear) of Net"
    };
    for (int i = 0; i < places.length; i++) {
      Net net = net(i, new Linear(3, 2));
      assertThatThrownBy(() -> net.call(Tensor.zeros(4, 5)))
          .isInstanceOf(ShapeException.class)
          .hasMessage(places[i] + why)
          .hasNoCause()
          .hasNoSuppressedExceptions();
      assertThatThrownBy(() -> new Sequential(new Sequential(net)).call(Tensor.zeros(4, 5)))
          .hasMessage(places[i].replace("in ", "in 0.0.").replace("of Net", "of Sequential") + why);
    }
  }

  @Test
  void theStackTraceIsTheOriginalOne() {
    var e =
        catchThrowableOfType(
            ShapeException.class, () -> net(0, new Linear(3, 2)).call(Tensor.zeros(4, 5)));
    assertThat(e.getStackTrace()[0].getClassName()).isEqualTo(Linear.class.getName());
    assertThat(e.getStackTrace())
        .filteredOn(f -> f.getClassName().equals(Net.class.getName()))
        .hasSize(1);
  }

  @Test
  void everyExceptionOfGradusKeepsItsTypeAndWhatItCarries() {
    var cause = new IllegalStateException("cause");
    var other = new IllegalStateException("other");
    Map<RuntimeException, Class<? extends RuntimeException>> ours =
        Map.of(
            new ShapeException("m"), ShapeException.class,
            new DTypeException("m"), DTypeException.class,
            new AutogradException("m"), AutogradException.class,
            new LayerException("m"), LayerException.class);
    ours.forEach(
        (e, type) -> {
          e.initCause(cause);
          e.addSuppressed(other);
          assertThatThrownBy(() -> net(0, broken(e)).call(Tensor.zeros(1)))
              .isExactlyInstanceOf(type)
              .hasMessage("in encoder.blocks.1.proj (function) of Net: m")
              .hasCause(cause)
              .satisfies(t -> assertThat(t.getSuppressed()).containsExactly(other));
        });
  }

  private static Layer broken(RuntimeException e) {
    return x -> {
      throw e;
    };
  }

  @Test
  void anyOtherExceptionIsThrownItselfWithThePathBehindIt() {
    var e = new IllegalStateException("broken");
    for (int i = 0; i < 2; i++) { // a second time it does not say it twice
      assertThatThrownBy(() -> net(0, broken(e)).call(Tensor.zeros(1)))
          .isSameAs(e)
          .hasMessage("broken");
      assertThat(e.getSuppressed())
          .singleElement()
          .hasToString("gradus.nn.CallPath: in encoder.blocks.1.proj (function) of Net");
    }
    assertThatThrownBy(() -> net(2, broken(e)).call(Tensor.zeros(1))).isSameAs(e);
    assertThat(e.getSuppressed())
        .singleElement()
        .extracting(Throwable::getMessage)
        .isEqualTo("in pair.right (function) of Net");
  }

  @Test
  void aSingleLayerSaysNoPath() {
    assertThatThrownBy(() -> new Linear(3, 2).call(Tensor.zeros(4, 5)))
        .hasMessage("Linear(in=3, out=2, bias=true): the input must end in 3, got [4, 5]");
    var e = new IllegalStateException("broken");
    assertThatThrownBy(() -> broken(e).call(Tensor.zeros(1))).isSameAs(e);
    assertThat(e.getSuppressed()).isEmpty();
  }

  @Test
  void forwardCalledDirectlySaysWhatIsBelow() {
    assertThatThrownBy(() -> net(0, new Linear(3, 2)).forward(Tensor.zeros(4, 5)))
        .hasMessageStartingWith("in blocks.1.proj (Linear) of Encoder: Linear(in=3");
  }

  @Test
  void layersWithOtherInputsHaveAPathToo() {
    record Encoding(LSTM lstm, MultiheadAttention attn, int broken) implements Layer {
      @Override
      public Tensor forward(Tensor x) {
        return broken == 0 ? lstm.call(x).output() : attn.call(x, x, x).output();
      }
    }
    for (int i = 0; i < 2; i++) {
      Layer net = new Sequential(new Encoding(new LSTM(3, 4), new MultiheadAttention(8, 2), i));
      assertThatThrownBy(() -> net.call(Tensor.zeros(4, 1, 5)))
          .isInstanceOf(ShapeException.class)
          .hasMessageStartingWith(
              i == 0
                  ? "in 0.lstm (LSTM) of Sequential: LSTM(3, 4): needs"
                  : "in 0.attn (MultiheadAttention) of Sequential: MultiheadAttention(");
    }
    record Objective(Loss inner) implements Loss {
      @Override
      public Tensor forward(Tensor input, Tensor target) {
        return inner.call(input, target);
      }
    }
    assertThatThrownBy(() -> new Objective(new MSELoss()).call(Tensor.zeros(2, 1), Tensor.zeros(2)))
        .hasMessageStartingWith("in inner (MSELoss) of Objective: mseLoss: input [2, 1] and target");
  }

  /** A class between that is no layer, so that the structure cannot be read. */
  static final class Unreadable implements Layer {
    private final Linear first = new Linear(3, 2);
    private final Box box = new Box();
    private final Linear after = new Linear(3, 2);

    static final class Box {
      final Linear inside = new Linear(3, 2);
    }

    private final Function<Unreadable, Layer> choice;

    Unreadable(Function<Unreadable, Layer> choice) {
      this.choice = choice;
    }

    @Override
    public Tensor forward(Tensor x) {
      return choice.apply(this).call(x);
    }
  }

  @Test
  void whatCannotBeReadGoesByTheNamesOfClasses() {
    Tensor x = Tensor.zeros(4, 5);
    assertThatThrownBy(() -> new Unreadable(u -> u.first).call(x))
        .isInstanceOf(ShapeException.class)
        .hasMessageStartingWith("in first (Linear) of Unreadable: Linear(");
    assertThatThrownBy(() -> new Unreadable(u -> u.after).call(x))
        .isInstanceOf(ShapeException.class)
        .hasMessageStartingWith("in Linear (Linear) of Unreadable: Linear(");
    assertThatThrownBy(() -> new Unreadable(u -> u.box.inside).call(x))
        .hasMessageStartingWith("in Linear (Linear) of Unreadable: Linear(");
  }

  @Test
  void aNetworkMayCatchWhatItsPartsThrow() {
    record Careful(Layer risky, List<String> caught) implements Layer {
      @Override
      public Tensor forward(Tensor x) {
        try {
          return risky.call(x);
        } catch (ShapeException e) {
          caught.add(e.getMessage());
          caught.add(e.getSuppressed()[0].getMessage());
          return x;
        }
      }
    }
    var careful = new Careful(new Sequential(new Linear(3, 2)), new ArrayList<>());
    Tensor x = Tensor.zeros(4, 5);
    assertThat(new Sequential(careful).call(x)).isSameAs(x);
    assertThat(careful.caught)
        .containsExactly(
            "Linear(in=3, out=2, bias=true): the input must end in 3, got [4, 5]",
            "in 0 (Linear) of Sequential");
  }

  @Test
  void dtypesAsWell() {
    var net = new Sequential(new Embedding(5, 2));
    assertThatThrownBy(() -> net.call(Tensor.zeros(2)))
        .isInstanceOf(DTypeException.class)
        .hasMessageStartingWith("in 0 (Embedding) of Sequential: Embedding(");
  }
}
