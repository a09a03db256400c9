package gradus.tape;

import static gradus.Autograd.CREATE_GRAPH;
import static gradus.Autograd.RETAIN_GRAPH;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import gradus.Autograd;
import gradus.AutogradException;
import gradus.DType;
import gradus.Generator;
import gradus.Shape;
import gradus.Tensor;
import gradus.kernel.threads.ArrayPool;
import gradus.op.convolution.Conv;
import gradus.op.pooling.AvgPool;
import gradus.op.pooling.MaxPool;
import gradus.op.pooling.Windows;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
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
 * Several passes over one graph, at once and one after the other. The tensors are so large that the
 * memory of gradients is used again: whatever is given away too early has other values by the time
 * that it is read.
 */
class SeveralPassesTest {
  private static final int SIDE = 80;
  private static final int ROUNDS = 12;

  static {
    assertThat(SIDE * SIDE).isGreaterThan(4 * ArrayPool.SHORTEST);
  }

  /** A function, and the shapes of what it is differentiated by. */
  private record Graph(String name, Function<Tensor[], Tensor> f, Shape... inputs) {
    Tensor[] leaves() {
      var random = new Generator(name.hashCode());
      return Arrays.stream(inputs)
          .map(s -> random.uniform(-1, 1, s, DType.FLOAT32).requiresGrad(true))
          .toArray(Tensor[]::new);
    }

    @Override
    public String toString() {
      return name;
    }
  }

  private static Stream<Graph> graphs() {
    Shape square = Shape.of(SIDE, SIDE);
    Shape image = Shape.of(4, 4, 20, 20);
    return Stream.of(
        new Graph(
            "elementwise", x -> x[0].tanh().mul(x[1]).add(x[0].exp()).sigmoid(), square, square),
        new Graph("product", x -> x[0].matmul(x[1]).tanh().matmul(x[0]), square, square),
        new Graph("softmax", x -> x[0].softmax(-1).mul(x[1].logSoftmax(-1)), square, square),
        new Graph(
            "slices",
            x -> {
              Tensor sum = x[0].narrow(0, 0, SIDE / 2).square();
              for (int i = 1; i < 4; i++) {
                sum = sum.add(x[0].narrow(0, 8 * i, SIDE / 2).mul(x[1].narrow(0, i, SIDE / 2)));
              }
              return sum.add(x[0].select(0, 3).mul(x[0].select(0, 4)));
            },
            square,
            square),
        new Graph(
            "reductions",
            x ->
                x[0].sub(x[0].mean(1, true))
                    .mul(x[1])
                    .div(x[1].square().sum(0, true).add(1).sqrt()),
            square,
            square),
        new Graph(
            "convolution and maxima",
            x -> {
              Windows windows = Windows.of(2, 2, 2, 0, 1, false);
              Tensor y = Conv.of(2).withPadding(1).apply(x[0], x[1]);
              return new AvgPool(windows, 0).on(new MaxPool(windows).on(y).tanh());
            },
            image,
            Shape.of(16, 4, 3, 3)),
        new Graph(
            "movement",
            x ->
                Tensor.cat(List.of(x[0].transpose(), x[1].flip(0)), 1)
                    .indexSelect(0, Tensor.arange(SIDE / 2).mul(2))
                    .square(),
            square,
            square));
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

  /** Fills the memory that may serve again by now with other numbers, of whatever length. */
  private static void scribble(Graph graph) {
    Tensor[] x =
        Arrays.stream(graph.leaves())
            .map(t -> t.detach().mul(7).requiresGrad(true))
            .toArray(Tensor[]::new);
    for (int i = 0; i < 2; i++) {
      graph.f.apply(x).square().sum().backward();
      Tensor y = graph.f.apply(x);
      Autograd.grad(Autograd.grad(y.sum(), x[0], CREATE_GRAPH).square().sum().add(y.sum()), x[0]);
    }
  }

  // --- at once ---

  /** Runs the work on two threads that begin each round together. */
  private static <T> List<List<T>> atOnce(Function<Integer, Callable<T>> work) throws Exception {
    var barrier = new CyclicBarrier(2);
    try (var pool = Executors.newFixedThreadPool(2)) {
      var running = new ArrayList<Future<List<T>>>();
      for (int thread = 0; thread < 2; thread++) {
        Callable<T> mine = work.apply(thread);
        running.add(
            pool.submit(
                () -> {
                  var results = new ArrayList<T>();
                  for (int round = 0; round < ROUNDS; round++) {
                    barrier.await();
                    results.add(mine.call());
                  }
                  return results;
                }));
      }
      return List.of(running.get(0).get(), running.get(1).get());
    }
  }

  @TestFactory
  Stream<DynamicTest> twoPassesAtOnceFindTheGradientsOfOne() {
    return graphs().map(graph -> dynamicTest(graph.name, () -> atOnce(graph)));
  }

  private static void atOnce(Graph graph) throws Exception {
    Tensor[] x = graph.leaves();
    List<Tensor> leaves = List.of(x);
    Tensor y = graph.f.apply(x);
    List<Tensor> seeds = List.of(weights(1, y), weights(2, y));
    List<List<Tensor>> expected =
        seeds.stream().map(w -> Autograd.grad(y, w, leaves, RETAIN_GRAPH)).toList();
    List<List<List<Tensor>>> found =
        atOnce(thread -> () -> Autograd.grad(y, seeds.get(thread), leaves, RETAIN_GRAPH));
    for (int thread = 0; thread < 2; thread++) {
      for (List<Tensor> gradients : found.get(thread)) { // they must have stayed what they were
        assertSame(expected.get(thread), gradients, "thread " + thread);
      }
    }
    atOnce(
        thread ->
            () -> {
              y.backward(seeds.getFirst(), RETAIN_GRAPH);
              return thread;
            });
    List<Tensor> sums = leaves.stream().map(Tensor::grad).toList();
    leaves.forEach(t -> t.setGrad(null));
    for (int i = 0; i < 2 * ROUNDS; i++) {
      y.backward(seeds.getFirst(), RETAIN_GRAPH);
    }
    assertSame(leaves.stream().map(Tensor::grad).toList(), sums, "summed in the leaves");
  }

  /** Whether the one or the other comes first, it is right or refused. */
  @TestFactory
  Stream<DynamicTest> aPassMayFreeTheGraphWhileAnotherIsAtWork() {
    return graphs().map(graph -> dynamicTest(graph.name, () -> freeing(graph)));
  }

  private static void freeing(Graph graph) throws Exception {
    Tensor[] x = graph.leaves();
    List<Tensor> leaves = List.of(x);
    Tensor w = weights(1, graph.f.apply(x));
    List<Tensor> expected = Autograd.grad(graph.f.apply(x), w, leaves);
    List<Tensor> graphs = IntStream.range(0, ROUNDS).mapToObj(i -> graph.f.apply(x)).toList();
    List<List<List<Tensor>>> found =
        atOnce(
            thread -> {
              var next = graphs.iterator();
              return () -> {
                Tensor y = next.next();
                try {
                  return thread == 0
                      ? Autograd.grad(y, w, leaves)
                      : Autograd.grad(y, w, leaves, RETAIN_GRAPH);
                } catch (AutogradException e) {
                  assertThat(e).hasMessageContaining("already freed");
                  return List.of();
                }
              };
            });
    for (int round = 0; round < ROUNDS; round++) {
      assertThat(found.get(0).get(round).isEmpty() && found.get(1).get(round).isEmpty()).isFalse();
      for (int thread = 0; thread < 2; thread++) {
        List<Tensor> gradients = found.get(thread).get(round);
        assertSame(gradients.isEmpty() ? List.of() : expected, gradients, "thread " + thread);
      }
    }
  }

  // --- one after the other ---

  @TestFactory
  Stream<DynamicTest> aGraphAndThatOfItsGradientInEitherOrder() {
    return graphs().map(graph -> dynamicTest(graph.name, () -> bothGraphs(graph)));
  }

  private static void bothGraphs(Graph graph) {
    List<Tensor> first = both(graph, List.of(1));
    List<Tensor> second = both(graph, List.of(2));
    List<Tensor> sums = new ArrayList<>();
    for (int i = 0; i < first.size(); i++) {
      sums.add(first.get(i).add(second.get(i)));
    }
    assertSame(sums, both(graph, List.of(1, 2)), "first graph, then second");
    assertSame(sums, both(graph, List.of(2, 1)), "second graph, then first");
  }

  /** The sums in the leaves after passes over the graph (1) and that of its gradient (2). */
  private static List<Tensor> both(Graph graph, List<Integer> order) {
    Tensor[] x = graph.leaves();
    Tensor y = graph.f.apply(x);
    Tensor loss = y.mul(weights(1, y)).sum();
    Tensor penalty = penalty(loss, x);
    for (int i : order) {
      (i == 1 ? loss : penalty).backward(RETAIN_GRAPH);
      scribble(graph);
    }
    return Arrays.stream(x).map(Tensor::grad).toList();
  }

  /** Of the gradients of the inputs, recorded: a sum of squares, weighted. */
  private static Tensor penalty(Tensor loss, Tensor... x) {
    loss.backward(CREATE_GRAPH);
    Tensor penalty = Tensor.scalar(0);
    for (Tensor t : x) {
      Tensor g = Objects.requireNonNull(t.grad());
      penalty = penalty.add(g.mul(weights(3, g)).mul(g).sum());
      t.setGrad(null);
    }
    return penalty;
  }

  /** What the second graph has saved of the first stays, however little else refers to it. */
  @TestFactory
  Stream<DynamicTest> theGraphOfAGradientOutlivesTheFirst() {
    return graphs().map(graph -> dynamicTest(graph.name, () -> outliving(graph)));
  }

  private static void outliving(Graph graph) {
    List<Tensor> expected = both(graph, List.of(2));
    Tensor[] x = graph.leaves();
    Tensor y = graph.f.apply(x);
    Tensor loss = y.mul(weights(1, y)).sum();
    Tensor penalty = penalty(loss, x);
    loss.backward(); // frees the first graph, through which that of the gradient may lead
    for (Tensor t : x) {
      t.setGrad(null);
    }
    scribble(graph);
    try {
      penalty.backward();
    } catch (AutogradException e) {
      assertThat(e).hasMessageContaining("already freed");
      return;
    }
    assertSame(expected, Arrays.stream(x).map(Tensor::grad).toList(), "second graph");
  }
}
