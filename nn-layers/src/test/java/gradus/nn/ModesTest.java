package gradus.nn;

import static org.assertj.core.api.Assertions.assertThat;

import gradus.Parameter;
import gradus.Tensor;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** Training and evaluation. */
class ModesTest {
  /** A record, without parts, that differs in training. */
  record Noisy(double by) implements Layer {
    @Override
    public Tensor forward(Tensor x) {
      return isTraining() ? x.add(by) : x;
    }
  }

  static final class NoisyClass implements Layer {
    private final Parameter weight = new Parameter(Tensor.ones(1));
    private final boolean atFirst = isTraining();

    @Override
    public Tensor forward(Tensor x) {
      return isTraining() ? x.mul(weight).add(1) : x.mul(weight);
    }
  }

  private static double at(Layer layer) {
    return layer.call(Tensor.scalar(0)).item();
  }

  @Test
  void aLayerOfOnesOwnKnowsItsModeFromTheStart() {
    var own = new NoisyClass();
    assertThat(own.atFirst).isTrue();
    for (Layer layer : List.of(new Noisy(1), own)) {
      assertThat(layer.isTraining()).isTrue();
      assertThat(at(layer)).isEqualTo(1);
      assertThat(layer.forward(Tensor.scalar(0)).item()).isEqualTo(1);
      layer.eval();
      assertThat(layer.isTraining()).isFalse();
      assertThat(at(layer)).isZero();
      assertThat(layer.forward(Tensor.scalar(0)).item()).isZero();
      layer.train();
      assertThat(at(layer)).isEqualTo(1);
    }
    assertThat(new MSELoss().isTraining()).isTrue();
  }

  record Inner(Noisy held) {}

  static final class Tree implements Layer {
    private final List<Layer> list = new ArrayList<>(List.of(new Noisy(1)));
    private final Map<String, Layer> map = new LinkedHashMap<>(Map.of("k", new Noisy(10)));
    private final Inner record = new Inner(new Noisy(100));
    private final Layer deep = new Sequential(new Sequential(new Noisy(1000)));
    private final transient Layer notOurs = new Noisy(10000);

    @Override
    public Tensor forward(Tensor x) {
      for (Layer layer : list) {
        x = layer.call(x);
      }
      return notOurs.call(deep.call(record.held.call(map.get("k").call(x))));
    }
  }

  @Test
  void theWholeTreeIsSwitched() {
    var tree = new Tree();
    assertThat(at(tree)).isEqualTo(11111);
    tree.eval();
    assertThat(at(tree)).isEqualTo(10000);
    assertThat(tree.isTraining()).isFalse();
    tree.deep.train();
    assertThat(at(tree)).isEqualTo(11000);
    assertThat(tree.isTraining()).isFalse();
    tree.list.set(0, new Noisy(1)); // a new part is as new
    tree.list.add(new Noisy(2));
    assertThat(at(tree)).isEqualTo(11003);
    tree.train(false);
    assertThat(at(tree)).isEqualTo(10000);
    tree.train(true);
    assertThat(at(tree)).isEqualTo(11113);
  }

  @Test
  void aSharedPartHasOneMode() {
    var shared = new Noisy(1);
    var a = new Sequential(shared);
    var b = new Sequential(shared, shared);
    a.eval();
    assertThat(at(b)).isZero();
    assertThat(b.isTraining()).isTrue();
    b.train();
    assertThat(at(a)).isEqualTo(1);
    assertThat(a.isTraining()).isFalse();
  }

  @Test
  void equalLayersHaveModesOfTheirOwn() {
    var one = new Noisy(1);
    var two = new Noisy(1);
    assertThat(one).isEqualTo(two);
    one.eval();
    assertThat(at(one)).isZero();
    assertThat(at(two)).isEqualTo(1);
    assertThat(at(new Sequential(one, two, one, two))).isEqualTo(2);
    new Sequential(two).eval();
    one.train();
    assertThat(at(new Sequential(one, two))).isEqualTo(1);
  }

  @Test
  void oneLayerAloneCanBeSwitched() {
    var inner = new Noisy(1);
    var net = new Sequential(inner);
    net.setTraining(false);
    assertThat(net.isTraining()).isFalse();
    assertThat(inner.isTraining()).isTrue();
  }

  @Test
  void dropoutBetweenRecurrentLayersFollowsTheirMode() {
    var gru = new GRU(new Recurrent.Options(2, 3).withNumLayers(2).withDropout(0.5));
    Tensor x = Tensor.ones(6, 4, 2);
    assertThat(gru.call(x).output().toFloats()).isNotEqualTo(gru.call(x).output().toFloats());
    gru.setTraining(false);
    float[] still = gru.call(x).output().toFloats();
    assertThat(gru.call(x).output().toFloats()).containsExactly(still);
    assertThat(gru.forward(x).output().toFloats()).containsExactly(still);
  }

  @Test
  void modesAreSeenByAllThreads() throws Exception {
    var nets = new ArrayList<Sequential>();
    for (int i = 0; i < 50; i++) {
      nets.add(new Sequential(new Noisy(1), new Sequential(new Noisy(1))));
    }
    try (var pool = Executors.newFixedThreadPool(4)) {
      for (int round = 0; round < 20; round++) {
        boolean on = round % 2 == 1;
        List<Callable<Void>> switches = new ArrayList<>();
        List<Callable<Double>> readings = new ArrayList<>();
        for (Sequential net : nets) {
          switches.add(
              () -> {
                net.train(on);
                return null;
              });
          readings.add(() -> at(net));
        }
        for (Future<Void> done : pool.invokeAll(switches)) {
          done.get();
        }
        for (Future<Double> y : pool.invokeAll(readings)) {
          assertThat(y.get()).isEqualTo(on ? 2 : 0);
        }
      }
    }
  }

  @Test
  void aModeDoesNotKeepItsLayer() throws Exception {
    var net = new AtomicReference<Layer>(new Sequential(new Noisy(1), new NoisyClass()));
    List<WeakReference<Parameterized>> parts =
        net.get().namedLayers().values().stream().map(WeakReference::new).toList();
    assertThat(parts).hasSize(3);
    net.get().eval();
    assertThat(at(net.get())).isZero();
    net.set(null);

    for (WeakReference<?> part : parts) {
      awaitCollected(part);
    }
  }

  /** Collects garbage until the object is gone, for ten seconds at most. */
  static void awaitCollected(WeakReference<?> reference) throws InterruptedException {
    Instant end = Instant.now().plus(Duration.ofSeconds(10));
    while (!reference.refersTo(null) && Instant.now().isBefore(end)) {
      System.gc();
      new Noisy(0).isTraining(); // as any later use, it lets the maps notice
      new Sequential().registerForwardHook((_, _, _) -> null).remove();
      Thread.sleep(5);
    }
    assertThat(reference.refersTo(null)).as("collected").isTrue();
  }
}
