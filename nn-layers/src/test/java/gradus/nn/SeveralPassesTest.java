package gradus.nn;

import static gradus.Autograd.CREATE_GRAPH;
import static gradus.Autograd.RETAIN_GRAPH;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import gradus.Autograd;
import gradus.AutogradException;
import gradus.DType;
import gradus.Generator;
import gradus.Gradus;
import gradus.Shape;
import gradus.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Several passes over one graph of layers that keep more than their inputs for the derivative:
 * gates of a sequence, statistics, sums of exponentials, places of maxima. All are so large that
 * their memory is used again: what is given away too early has other values by the time that it is
 * read.
 */
class SeveralPassesTest {
  private static final int ROUNDS = 30;

  /**
   * A function of leaves and of the parameters of a layer.
   *
   * @param outlives whether the graph of its gradient leads to the leaves without the function's
   *     own
   */
  private record Graph(
      String name,
      boolean outlives,
      Parameterized layer,
      Function<List<Tensor>, Tensor> f,
      List<Shape> inputs) {
    List<Tensor> leaves(double scale) {
      var random = new Generator(name.hashCode());
      return inputs.stream()
          .map(s -> random.uniform(-scale, scale, s, DType.FLOAT32).requiresGrad(true))
          .toList();
    }

    /** These leaves, and the parameters. */
    List<Tensor> with(List<Tensor> leaves) {
      return Stream.concat(leaves.stream(), layer.parameters().stream()).toList();
    }
  }

  private static Graph of(
      String name,
      boolean outlives,
      Parameterized layer,
      Function<List<Tensor>, Tensor> f,
      int[]... inputs) {
    return new Graph(name, outlives, layer, f, Stream.of(inputs).map(Shape::of).toList());
  }

  private static int[] dims(int... dims) {
    return dims;
  }

  private static Stream<Graph> graphs() {
    Gradus.seed(5);
    var lstm = new LSTM(new Recurrent.Options(12, 40).withBias(false));
    var gru = new GRU(12, 40);
    var heads = new MultiheadAttention(new MultiheadAttention.Options(32, 4).withBatchFirst(true));
    var none = new Identity();
    var batch = new BatchNorm2d(4, 1e-5, 0.1, false, false);
    Tensor classes = Tensor.of(IntStream.range(0, 120).map(i -> i % 40).toArray());
    return Stream.of(
        of(
            "LSTM",
            false,
            lstm,
            x -> lstm.forward(x.get(0), new LSTM.State(x.get(1), x.get(2))).output(),
            dims(3, 40, 12),
            dims(1, 40, 40),
            dims(1, 40, 40)),
        of("GRU", false, gru, x -> gru.forward(x.get(0)).output(), dims(3, 40, 12)),
        of(
            "attention",
            true,
            none,
            x -> F.scaledDotProductAttention(x.get(0), x.get(1), x.get(2), null, 0, true),
            dims(2, 48, 44),
            dims(2, 48, 44),
            dims(2, 48, 44)),
        of(
            "multi-head attention",
            false,
            heads,
            x -> heads.forward(x.get(0), x.get(0), x.get(1)).output(),
            dims(4, 32, 32),
            dims(4, 32, 32)),
        of("layer norm", true, none, x -> new LayerNorm(80).forward(x.get(0)), dims(64, 80)),
        of("batch norm", true, batch, x -> batch.forward(x.get(0)), dims(4, 4, 20, 20)),
        of(
            "cross entropy",
            true,
            none,
            x -> F.crossEntropy(x.get(0), classes, Reduction.NONE),
            dims(120, 50)),
        of(
            "soft cross entropy",
            true,
            none,
            x -> F.crossEntropy(x.get(0), x.get(1), Reduction.NONE),
            dims(120, 50),
            dims(120, 50)),
        of(
            "max pool",
            false,
            none,
            x -> F.maxPool2d(x.get(0), 2).mul(x.get(1)),
            dims(4, 8, 20, 20),
            dims(4, 8, 10, 10)),
        of(
            "all",
            false,
            lstm,
            x -> {
              Tensor y = lstm.forward(x.getFirst()).output(); // [6, 24, 40]
              y = new LayerNorm(40).forward(y);
              y = F.scaledDotProductAttention(y, y.sin(), y.mul(2));
              y = y.reshape(6, 24, 8, 5).transpose(1, 2).reshape(48, 1, 24, 5);
              y = F.maxPool2d(y, 3, 1, 1);
              return F.crossEntropy(y.reshape(120, 48), classes, Reduction.NONE);
            },
            dims(6, 24, 12)));
  }

  private static Tensor weights(long seed, Tensor like) {
    return new Generator(seed).uniform(-1, 1, like.shape(), DType.FLOAT32);
  }

  private static void assertSame(List<Tensor> expected, List<Tensor> actual, String what) {
    for (int i = 0; i < expected.size(); i++) {
      Tensor e = expected.get(i);
      Tensor a = actual.get(i);
      assertThat(a.shape()).isEqualTo(e.shape());
      assertThat(a.ne(e).to(DType.INT64).sum().itemLong())
          .as("%s, input %d: elements that differ", what, i)
          .isZero();
    }
  }

  /** Passes over other graphs of this kind, which write into whatever memory may serve again. */
  private static void scribble(Graph graph) {
    List<Tensor> x = graph.leaves(7);
    for (int i = 0; i < 2; i++) {
      graph.f.apply(x).square().sum().backward();
      Tensor loss = graph.f.apply(x).sum();
      penalty(graph, loss, x).add(loss).backward();
    }
    graph.layer.zeroGrad();
  }

  /** Of the gradients of the leaves, recorded: a sum of squares, weighted. */
  private static Tensor penalty(Graph graph, Tensor loss, List<Tensor> x) {
    loss.backward(CREATE_GRAPH);
    Tensor penalty = Tensor.scalar(0);
    for (Tensor t : x) {
      Tensor g = t.grad();
      penalty = penalty.add(g.mul(weights(3, g)).mul(g).sum());
      t.setGrad(null);
    }
    graph.layer.zeroGrad();
    return penalty;
  }

  // --- at once ---

  @TestFactory
  Stream<DynamicTest> twoPassesAtOnceFindTheGradientsOfOne() {
    return graphs().map(graph -> dynamicTest(graph.name, () -> atOnce(graph, false)));
  }

  /** Whichever comes first, a pass that frees its graph leaves another right or refused. */
  @TestFactory
  Stream<DynamicTest> aPassMayFreeTheGraphWhileAnotherIsAtWork() {
    return graphs().map(graph -> dynamicTest(graph.name, () -> atOnce(graph, true)));
  }

  private static void atOnce(Graph graph, boolean freeing) throws Exception {
    List<Tensor> x = graph.leaves(1);
    List<Tensor> wanted = graph.with(x);
    Tensor first = graph.f.apply(x);
    List<Tensor> results =
        IntStream.range(0, ROUNDS).mapToObj(i -> freeing ? graph.f.apply(x) : first).toList();
    List<Tensor> seeds = List.of(weights(1, first), weights(2, first));
    List<List<Tensor>> expected =
        seeds.stream().map(w -> Autograd.grad(first, w, wanted, RETAIN_GRAPH)).toList();
    List<Tensor> other = graph.leaves(7);
    var barrier = new CyclicBarrier(2);
    try (var pool = Executors.newFixedThreadPool(2)) {
      var running = new ArrayList<Future<List<List<Tensor>>>>();
      for (int thread = 0; thread < 2; thread++) {
        Tensor seed = seeds.get(thread);
        Autograd.Option[] options =
            freeing && thread == 0 ? new Autograd.Option[0] : new Autograd.Option[] {RETAIN_GRAPH};
        Callable<List<List<Tensor>>> work =
            () -> {
              var found = new ArrayList<List<Tensor>>();
              for (Tensor y : results) {
                barrier.await();
                found.add(gradients(y, seed, wanted, options));
                if (options.length == 0) {
                  graph.f.apply(other); // where the other pass may still read
                }
              }
              return found;
            };
        running.add(pool.submit(work));
      }
      for (int thread = 0; thread < 2; thread++) {
        List<List<Tensor>> found = running.get(thread).get();
        boolean mayBeRefused = freeing && thread == 1; // the other pass frees, perhaps always first
        for (List<Tensor> gradients : found) { // they must have stayed what they were
          assertThat(mayBeRefused || !gradients.isEmpty()).isTrue();
          assertSame(
              gradients.isEmpty() ? List.of() : expected.get(thread),
              gradients,
              "thread " + thread);
        }
      }
    }
  }

  /** None if the other pass has freed the graph. */
  private static List<Tensor> gradients(
      Tensor y, Tensor seed, List<Tensor> wanted, Autograd.Option... options) {
    try {
      return Autograd.grad(y, seed, wanted, options);
    } catch (AutogradException e) {
      assertThat(e).hasMessageContaining("already freed");
      return List.of();
    }
  }

  /** The sums in the leaves, which do not depend on the order: all passes are the same. */
  @TestFactory
  Stream<DynamicTest> passesAtOnceAddUpInTheLeaves() {
    return graphs().map(graph -> dynamicTest(graph.name, () -> addUp(graph)));
  }

  private static void addUp(Graph graph) throws Exception {
    List<Tensor> x = graph.leaves(1);
    List<Tensor> wanted = graph.with(x);
    Tensor y = graph.f.apply(x);
    Tensor seed = weights(1, y);
    var barrier = new CyclicBarrier(2);
    Callable<Boolean> passes =
        () -> {
          for (int i = 0; i < ROUNDS; i++) {
            barrier.await();
            y.backward(seed, RETAIN_GRAPH);
          }
          return true;
        };
    try (var pool = Executors.newFixedThreadPool(2)) {
      for (Future<Boolean> done : pool.invokeAll(List.of(passes, passes))) {
        assertThat(done.get()).isTrue();
      }
    }
    List<Tensor> sums = wanted.stream().map(t -> t.grad().clone()).toList();
    wanted.forEach(t -> t.setGrad(null));
    for (int i = 0; i < 2 * ROUNDS; i++) {
      y.backward(seed, RETAIN_GRAPH);
    }
    assertSame(wanted.stream().map(Tensor::grad).toList(), sums, "sum");
    graph.layer.zeroGrad();
  }

  // --- one after the other ---

  @TestFactory
  Stream<DynamicTest> aGraphAndThatOfItsGradientInEitherOrder() {
    return graphs().map(graph -> dynamicTest(graph.name, () -> eitherOrder(graph)));
  }

  private static void eitherOrder(Graph graph) {
    List<Tensor> first = passes(graph, List.of(1), true);
    List<Tensor> second = passes(graph, List.of(2), true);
    var sums = new ArrayList<Tensor>();
    for (int i = 0; i < first.size(); i++) {
      sums.add(first.get(i).add(second.get(i)));
    }
    assertSame(sums, passes(graph, List.of(1, 2), true), "first graph, then second");
    assertSame(sums, passes(graph, List.of(2, 1), true), "second graph, then first");
    if (graph.outlives) {
      assertSame(sums, passes(graph, List.of(1, 2), false), "second graph, the first freed");
    }
  }

  /** The sums in the leaves after passes over the graph (1) and that of its gradient (2). */
  private static List<Tensor> passes(Graph graph, List<Integer> order, boolean retain) {
    List<Tensor> x = graph.leaves(1);
    Tensor y = graph.f.apply(x);
    Tensor loss = y.mul(weights(1, y)).sum();
    Tensor penalty = penalty(graph, loss, x);
    Autograd.Option[] options =
        retain ? new Autograd.Option[] {RETAIN_GRAPH} : new Autograd.Option[0];
    for (int i : order) {
      (i == 1 ? loss : penalty).backward(options);
      scribble(graph);
    }
    graph.layer.zeroGrad();
    return x.stream().map(Tensor::grad).toList();
  }
}
