package gradus.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import gradus.Tensor;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** What stands around the calls of layers. */
class HooksTest {
  /** Equal to every other of its kind with the same factor. */
  record Scale(double factor) implements Layer {
    @Override
    public Tensor forward(Tensor x) {
      return x.mul(factor);
    }
  }

  private static double run(Layer layer, double x) {
    return layer.call(Tensor.scalar(x)).item();
  }

  @Test
  void aHookSeesAndReplaces() {
    var layer = new Scale(2);
    var seen = new ArrayList<Object>();
    var looking =
        layer.registerForwardHook(
            (l, in, out) -> {
              Tensor x = in.get(0);
              seen.addAll(List.of(l == layer, in.size(), x.item(), ((Tensor) out).item()));
              return null;
            });
    assertThat(run(layer, 3)).isEqualTo(6);
    assertThat(seen).containsExactly(true, 1, 3.0, 6.0);

    looking.remove();
    assertThat(run(layer, 3)).isEqualTo(6);
    assertThat(seen).hasSize(4);

    try (var _ = layer.registerForwardHook((_, _, out) -> ((Tensor) out).add(100))) {
      assertThat(run(layer, 3)).isEqualTo(106);
      assertThat(run(new Sequential(layer, new Scale(10)), 3)).isEqualTo(1060);
      assertThat(layer.forward(Tensor.scalar(3)).item()).isEqualTo(6);
    }
    assertThat(run(layer, 3)).isEqualTo(6);
  }

  @Test
  void aPreHookReplacesInputs() {
    var layer = new Scale(2);
    var seen = new ArrayList<Double>();
    layer.registerForwardPreHook(
        (_, in) -> {
          Tensor x = in.get(0);
          return in.with(0, x.add(1));
        });
    layer.registerForwardPreHook(
        (_, in) -> {
          seen.add(in.<Tensor>get(0).item());
          return null;
        });
    layer.registerForwardHook(
        (_, in, _) -> {
          seen.add(in.<Tensor>get(0).item());
          return null;
        });

    assertThat(run(layer, 3)).isEqualTo(8);
    assertThat(seen).containsExactly(4.0, 4.0);
  }

  @Test
  void hooksRunInTheOrderOfTheirRegistration() {
    var layer = new Scale(2);
    var order = new ArrayList<String>();
    ForwardHook twice =
        (_, _, out) -> {
          order.add("twice");
          return ((Tensor) out).mul(2);
        };
    RemovableHandle first = layer.registerForwardHook(twice);
    RemovableHandle second =
        layer.registerForwardHook(
            (_, _, out) -> {
              order.add("plus");
              return ((Tensor) out).add(1);
            });
    RemovableHandle third = layer.registerForwardHook(twice);
    layer.registerForwardPreHook(
        (_, _) -> {
          order.add("pre");
          return null;
        });

    assertThat(run(layer, 3)).isEqualTo((6 * 2 + 1) * 2);
    assertThat(order).containsExactly("pre", "twice", "plus", "twice");
    first.remove(); // of two registrations of one hook, the one that is meant
    first.remove();
    assertThat(run(layer, 3)).isEqualTo((6 + 1) * 2);
    third.remove();
    assertThat(run(layer, 3)).isEqualTo(6 + 1);
    second.remove();
    order.clear();
    assertThat(run(layer, 3)).isEqualTo(6);
    assertThat(order).containsExactly("pre");
  }

  @Test
  void hooksBelongToOneOfTwoEqualLayers() {
    var one = new Scale(2);
    var two = new Scale(2);
    assertThat(one).isEqualTo(two);
    one.registerForwardHook((_, _, out) -> ((Tensor) out).neg());

    assertThat(run(one, 3)).isEqualTo(-6);
    assertThat(run(two, 3)).isEqualTo(6);
  }

  @Test
  void layersWithOtherInputsHaveHooks() {
    var gru = new GRU(2, 3);
    gru.registerForwardPreHook(
        (_, in) -> {
          assertThat(in.<Tensor>get(1)).isNull();
          return in.with(1, Tensor.ones(1, 1, 3));
        });
    Tensor x = Tensor.randn(4, 1, 2);
    assertThat(gru.call(x).h().toFloats())
        .containsExactly(gru.forward(x, Tensor.ones(1, 1, 3)).h().toFloats());
    gru.registerForwardHook((_, _, out) -> new GRU.Result(x, ((GRU.Result) out).h()));
    assertThat(gru.call(x, null).output()).isSameAs(x);

    var attention = new MultiheadAttention(4, 2);
    var inputs = new ArrayList<Object>();
    attention.registerForwardPreHook(
        (_, in) -> {
          for (int i = 3; i < in.size(); i++) {
            inputs.add(String.valueOf(in.<Object>get(i)));
          }
          return in.with(4, false);
        });
    assertThat(attention.call(x(), x(), x()).weights()).isNull();
    assertThat(inputs).containsExactly("null", "true", "null", "true", "false");

    var loss = new MSELoss();
    loss.registerForwardHook((_, in, out) -> ((Tensor) out).add(in.size()));
    assertThat(loss.call(Tensor.of(1, 3), Tensor.of(1, 1)).item()).isEqualTo(4);
    assertThat(loss.forward(Tensor.of(1, 3), Tensor.of(1, 1)).item()).isEqualTo(2);
  }

  private static Tensor x() {
    return Tensor.ones(3, 1, 4);
  }

  /** A layer of a user, on a par with ours. */
  record Bilinear(Linear linear) implements Parameterized {
    Tensor call(Tensor x, Tensor y) {
      return Layers.call(this, in -> forward(in.get(0), in.get(1)), x, y);
    }

    Tensor forward(Tensor x, Tensor y) {
      return linear.call(x).mul(y).sum();
    }
  }

  @Test
  void aLayerOfOnesOwnMayTakeWhatItLikes() {
    var layer = new Bilinear(new Linear(2, 2));
    Tensor x = Tensor.of(1, 2);
    double plain = layer.call(x, x).item();
    assertThat(layer.forward(x, x).item()).isEqualTo(plain);

    layer.registerForwardPreHook((_, in) -> in.with(1, Tensor.zeros(2)));
    assertThat(layer.call(x, x).item()).isZero();
    assertThatThrownBy(() -> layer.call(Tensor.zeros(3), x))
        .hasMessageStartingWith("in linear (Linear) of Bilinear: Linear(");
  }

  @Test
  void whatDoesNotFitIsRefused() {
    var layer = new Scale(2);
    var net = new Sequential(layer);
    try (var _ = layer.registerForwardHook((_, _, _) -> "text")) {
      assertThatThrownBy(() -> net.call(Tensor.ones(2)))
          .isInstanceOf(LayerException.class)
          .hasMessage(
              "in 0 (Scale) of Sequential: the output of Scale is a Tensor and cannot be replaced"
                  + " by a String");
    }
    try (var _ = layer.registerForwardPreHook((_, in) -> in.with(0, 5))) {
      assertThatThrownBy(() -> layer.call(Tensor.ones(2)))
          .isInstanceOf(LayerException.class)
          .hasMessage("input 0 is a Tensor and cannot be replaced by a Integer");
    }
    var gru = new GRU(2, 3);
    gru.registerForwardHook((_, in, _) -> in.get(0));
    assertThatThrownBy(() -> gru.call(Tensor.zeros(4, 1, 2)))
        .hasMessage("the output of GRU is a Result and cannot be replaced by a Tensor");
  }

  @Test
  void aHookKnowsThePath() {
    var inner = new Scale(2);
    var net = new Sequential(new Identity(), new Sequential(new Identity(), inner));
    var paths = new ArrayList<String>();
    inner.registerForwardPreHook(
        (_, _) -> {
          paths.add(Layers.path());
          return null;
        });
    net.call(Tensor.ones(1));
    inner.call(Tensor.ones(1));
    net.forward(Tensor.ones(1));

    assertThat(paths).containsExactly("1.1", "", "1");
    assertThat(Layers.path()).isEmpty();
  }

  @Test
  void hooksRunOnEveryThread() throws Exception {
    var layer = new Scale(2);
    var net = new Sequential(layer, new Scale(3));
    var calls = new AtomicInteger();
    var handles = new ArrayList<Callable<RemovableHandle>>();
    for (int i = 0; i < 8; i++) {
      handles.add(
          () ->
              layer.registerForwardHook(
                  (_, _, _) -> {
                    assertThat(Layers.path()).isEqualTo("0");
                    calls.incrementAndGet();
                    return null;
                  }));
    }
    try (var pool = Executors.newFixedThreadPool(4)) {
      List<Future<RemovableHandle>> registered = pool.invokeAll(handles);
      Callable<Double> run = () -> run(net, 7);
      for (Future<Double> y : pool.invokeAll(List.of(run, run, run, run, run))) {
        assertThat(y.get()).isEqualTo(42);
      }
      assertThat(calls).hasValue(8 * 5);
      for (Future<?> f : registered) {
        RemovableHandle handle = (RemovableHandle) f.get();
        pool.submit(handle::remove).get();
      }
      run(net, 7);
      assertThat(calls).hasValue(8 * 5);
    }
  }

  // --- observers ---

  @Test
  void anObserverSeesEveryCallWithItsPath() {
    var relu = new ReLU();
    var net =
        new Sequential(
            new Sequential(new Scale(2), relu), x -> x.add(1), relu, new Holder(new GRU(2, 3)));
    var events = new ArrayList<String>();
    LayerObserver observer =
        new LayerObserver() {
          @Override
          public void before(String path, Parameterized layer, Inputs in) {
            events.add("> " + path);
          }

          @Override
          public void after(String path, Parameterized layer, Inputs in, Object out) {
            events.add(path + ":" + Description.name(layer));
            assertThat(Layers.path()).isEqualTo(path);
          }
        };
    Tensor x = Tensor.ones(4, 1, 2);
    try (var _ = Layers.observe(observer)) {
      net.call(x);
    }
    net.call(x);

    assertThat(events)
        .containsExactly(
            "> ",
            "> 0",
            "> 0.0",
            "0.0:Scale",
            "> 0.1",
            "0.1:ReLU",
            "0:Sequential",
            "> 1",
            "1:function",
            "> 0.1", // held in two places, it goes by the first
            "0.1:ReLU",
            "> 3",
            "> 3.cell.gru",
            "3.cell.gru:GRU",
            "3:Holder",
            ":Sequential");
  }

  /** Calls a layer that lies below its own part, past that part. */
  record Holder(Cell cell) implements Layer {
    record Cell(GRU gru) implements Parameterized {}

    Holder(GRU gru) {
      this(new Cell(gru));
    }

    @Override
    public Tensor forward(Tensor x) {
      return cell.gru.call(x).output();
    }
  }

  @Test
  void observersSeeWhatHooksMade() {
    var layer = new Scale(2);
    layer.registerForwardPreHook((_, in) -> in.with(0, Tensor.scalar(5)));
    layer.registerForwardHook((_, _, out) -> ((Tensor) out).neg());
    var seen = new ArrayList<Double>();
    LayerObserver twice =
        (_, _, in, out) -> {
          seen.add(in.<Tensor>get(0).item());
          seen.add(((Tensor) out).item());
        };
    try (var _ = Layers.observe(twice)) {
      try (var second = Layers.observe(twice)) {
        run(layer, 3);
        second.remove();
      }
      assertThat(seen).containsExactly(5.0, -10.0, 5.0, -10.0);
      run(layer, 3);
    }
    run(layer, 3);
    assertThat(seen).hasSize(6);
  }

  @Test
  void observersAreOfTheirThread() throws Exception {
    var layer = new Scale(2);
    var seen = new ArrayList<Thread>();
    try (var _ = Layers.observe((_, _, _, _) -> seen.add(Thread.currentThread()))) {
      Thread other = new Thread(() -> run(layer, 1));
      other.start();
      other.join();
      run(layer, 1);
    }
    assertThat(seen).containsExactly(Thread.currentThread());
  }

  @Test
  void anExceptionEndsItsCallsForObserversToo() {
    var net = new Sequential(new Sequential(new Linear(3, 2)));
    var seen = new ArrayList<String>();
    try (var _ = Layers.observe((path, _, _, _) -> seen.add(path))) {
      assertThatThrownBy(() -> net.call(Tensor.zeros(4)))
          .hasMessageStartingWith("in 0.0 (Linear) of Sequential: Linear(");
      assertThat(seen).isEmpty();
      new Scale(2).call(Tensor.zeros(1));
    }
    assertThat(seen).containsExactly("");
  }

  @Test
  void observingFromManyThreadsLosesNothing() throws Exception {
    var net = new Sequential(new Scale(2), new Scale(3));
    int threads = 4;
    var start = new CountDownLatch(threads);
    var failure = new AtomicReference<Throwable>();
    var all = new ArrayList<Thread>();
    for (int t = 0; t < threads; t++) {
      all.add(
          Thread.ofPlatform()
              .uncaughtExceptionHandler((_, e) -> failure.set(e))
              .start(
                  () -> {
                    start.countDown();
                    for (int i = 0; i < 300; i++) {
                      var paths = new ArrayList<String>();
                      try (var _ = Layers.observe((path, _, _, _) -> paths.add(path))) {
                        run(net, 1);
                      }
                      assertThat(paths).containsExactly("0", "1", "");
                    }
                  }));
    }
    for (Thread thread : all) {
      thread.join();
    }
    assertThat(failure.get()).isNull();
  }

  // --- memory ---

  /** A layer that nobody holds, with a hook that holds something. */
  private static RemovableHandle hook(
      List<WeakReference<Object>> watched, Consumer<Layer> thenWith) {
    Layer layer = new Scale(4);
    var held = new Object();
    watched.add(new WeakReference<>(layer));
    watched.add(new WeakReference<>(held));
    RemovableHandle handle =
        layer.registerForwardHook((_, _, out) -> held.equals(out) ? out : null);
    thenWith.accept(layer);
    return handle;
  }

  @Test
  void hooksGoWithTheirLayer() throws Exception {
    var watched = new ArrayList<WeakReference<Object>>();
    hook(watched, layer -> assertThat(run(layer, 2)).isEqualTo(8));

    ModesTest.awaitCollected(watched.get(0));
    ModesTest.awaitCollected(watched.get(1));
  }

  @Test
  void aHandleDoesNotHoldTheLayer() throws Exception {
    var watched = new ArrayList<WeakReference<Object>>();
    RemovableHandle handle = hook(watched, _ -> {});

    ModesTest.awaitCollected(watched.get(0));
    handle.remove();
    ModesTest.awaitCollected(watched.get(1));
    handle.remove();
  }

  @Test
  void anExceptionDoesNotHoldTheNetwork() throws Exception {
    var e = new IllegalStateException("broken");
    var net = new AtomicReference<Layer>(new Sequential(new Sequential(broken(e))));
    var watched = new WeakReference<Object>(net.get());
    assertThatThrownBy(() -> net.get().call(Tensor.zeros(1))).isSameAs(e);
    net.set(null);

    ModesTest.awaitCollected(watched);
    assertThat(e.getSuppressed()).hasSize(1);
  }

  private static Layer broken(RuntimeException e) {
    return _ -> {
      throw e;
    };
  }
}
