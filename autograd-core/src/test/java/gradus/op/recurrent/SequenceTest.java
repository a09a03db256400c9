package gradus.op.recurrent;

import static gradus.Autograd.RETAIN_GRAPH;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import gradus.Autograd;
import gradus.AutogradException;
import gradus.DType;
import gradus.Generator;
import gradus.Gradus;
import gradus.Shape;
import gradus.Tensor;
import gradus.op.Call;
import gradus.op.Composite;
import gradus.op.Gradients;
import gradus.op.Primitive;
import gradus.op.Reads;
import gradus.op.Spec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Batches of several parts, and of none; what is kept for the derivative, and how long. */
class SequenceTest {
  private final int threadsBefore = Gradus.threads();

  @AfterEach
  void restoreThreads() {
    Gradus.threads(threadsBefore);
  }

  private static Tensor[] operands(int gates, int steps, int n, int width, DType type) {
    var random = new Generator(3);
    List<Shape> shapes =
        gates == 4
            ? List.of(
                Shape.of(n, width),
                Shape.of(n, width),
                Shape.of(steps, n, 5),
                Shape.of(4 * width, 5),
                Shape.of(4 * width, width),
                Shape.of(4 * width))
            : List.of(
                Shape.of(n, width),
                Shape.of(steps, n, 5),
                Shape.of(3 * width, 5),
                Shape.of(3 * width, width),
                Shape.of(3 * width),
                Shape.of(3 * width));
    List<Tensor> all = shapes.stream().map(s -> random.uniform(-1, 1, s, type)).toList();
    all.forEach(t -> t.requiresGrad(true));
    return all.toArray(Tensor[]::new);
  }

  private static Tensor[] constants(Tensor... operands) {
    return Arrays.stream(operands).map(Tensor::detach).toArray(Tensor[]::new);
  }

  private static Composite sequence(int gates) {
    return gates == 4 ? new LstmSequence() : new GruSequence();
  }

  private static Tensor loss(Tensor... results) {
    return Arrays.stream(results).map(r -> r.square().sum()).reduce(Tensor::add).orElseThrow();
  }

  /** The results, then the gradients of their sum of squares. */
  private static List<Tensor> run(Tensor[] results, Tensor... operands) {
    loss(results).backward();
    var all = new ArrayList<Tensor>();
    Arrays.stream(results).map(Tensor::detach).forEach(all::add);
    for (Tensor t : operands) {
      all.add(t.grad());
      t.setGrad(null);
    }
    return all;
  }

  private static void assertSameBits(List<Tensor> actual, List<Tensor> expected) {
    assertThat(actual).hasSameSizeAs(expected);
    for (int i = 0; i < actual.size(); i++) {
      assertThat(actual.get(i).toDoubles())
          .as("tensor %d", i)
          .containsExactly(expected.get(i).toDoubles());
    }
  }

  private static void assertClose(double tolerance, List<Tensor> actual, List<Tensor> expected) {
    assertThat(actual).hasSameSizeAs(expected);
    for (int i = 0; i < actual.size(); i++) {
      Tensor scale = expected.get(i).abs().max();
      assertThat(actual.get(i).sub(expected.get(i)).abs().max().div(scale).item())
          .as("gradient %d", i)
          .isCloseTo(0, within(tolerance));
    }
  }

  // --- values ---

  @ParameterizedTest
  @CsvSource({
    "4, 3, 50, 9",
    "4, 3, 4, 9",
    "3, 3, 50, 9",
    "3, 3, 4, 9",
    "4, 2, 3, 200",
    "3, 2, 3, 210"
  })
  void bitsDoNotDependOnThreadsAndValuesAreTheComposed(int gates, int steps, int n, int width) {
    for (DType type : List.of(DType.FLOAT32, DType.FLOAT64)) {
      Tensor[] x = operands(gates, steps, n, width, type);
      Gradus.threads(1);
      List<Tensor> one = run(sequence(gates).applyAll(x), x);
      for (int threads : new int[] {2, 5}) {
        Gradus.threads(threads);
        assertSameBits(run(sequence(gates).applyAll(x), x), one);
      }
      List<Tensor> composed = run(sequence(gates).composedAll(x), x);
      int results = one.size() - x.length;
      assertSameBits(one.subList(0, results), composed.subList(0, results));
      double tolerance = type == DType.FLOAT32 ? 1e-4 : 1e-12;
      assertClose(
          tolerance, one.subList(results, one.size()), composed.subList(results, composed.size()));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {4, 3})
  void anEmptyBatchHasEmptyStates(int gates) {
    Tensor[] x = operands(gates, 2, 0, 3, DType.FLOAT32);
    Tensor[] results = sequence(gates).applyAll(x);
    assertThat(results).allSatisfy(r -> assertThat(r.numel()).isZero());
    for (Tensor t : run(results, x)) {
      assertThat(t.abs().sum().item()).isZero();
    }
  }

  /** The weight's gradient is the product with all states one step earlier, to the bit. */
  @ParameterizedTest
  @CsvSource({"50, 32, 128", "1, 3, 5", "7, 1, 20"})
  void twoPartsOfAProductAreOneChain(int steps, int n, int width) {
    var random = new Generator(5);
    for (DType type : List.of(DType.FLOAT32, DType.FLOAT64)) {
      Tensor[] in = {
        random.normal(Shape.of(steps * n, 4 * width), type),
        random.normal(Shape.of(n, width), type),
        random.normal(Shape.of(steps, n, width), type)
      };
      var op = new StateWeightGradient();
      assertSameBits(List.of(op.apply(in)), List.of(op.composed(in)));
    }
  }

  /** What nothing flows back to counts as zeros. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void eitherResultMayBeLeftOut(int used) {
    Tensor[] x = operands(4, 3, 4, 9, DType.FLOAT64);
    List<Tensor> wanted = List.of(x);
    Tensor fused = loss(new LstmSequence().applyAll(x)[used]);
    Tensor composed = loss(new LstmSequence().composedAll(x)[used]);
    assertClose(1e-12, Autograd.grad(fused, wanted), Autograd.grad(composed, wanted));
  }

  /** A gradient may lie as it likes: nothing is changed by how its steps and rows follow. */
  @ParameterizedTest
  @ValueSource(ints = {4, 3})
  void layoutsOfTheGradientDoNotMatter(int gates) {
    Tensor[] x = operands(gates, 3, 4, 9, DType.FLOAT32);
    Tensor y = sequence(gates).applyAll(x)[0];
    Tensor g = new Generator(6).normal(y.shape(), DType.FLOAT32);
    List<Tensor> expected = Autograd.grad(y, g, List.of(x), RETAIN_GRAPH);
    List<Tensor> layouts =
        List.of(
            g.transpose(0, 1).clone().transpose(0, 1), // batch first
            g.flip(0).clone().flip(0),
            Tensor.cat(List.of(g, g), 2).narrow(2, 9, 9),
            g.transpose(1, 2).clone().transpose(1, 2));
    for (Tensor layout : layouts) {
      assertSameBits(Autograd.grad(y, layout, List.of(x), RETAIN_GRAPH), expected);
    }
    Tensor ones = Tensor.onesLike(y);
    Tensor one = Tensor.ones(Shape.of(9), DType.FLOAT32).expand(y.shape().dims());
    assertSameBits(
        Autograd.grad(y, one, List.of(x), RETAIN_GRAPH), Autograd.grad(y, ones, List.of(x)));
  }

  // --- residuals ---

  /**
   * A sequence that notes the arrays of what it computes, of results and perhaps of residuals.
   *
   * @param seen what its derivative sees of an application
   */
  private record Watched(Composite sequence, List<Object[]> arrays, UnaryOperator<Call> seen)
      implements Primitive {
    Watched(int gates, UnaryOperator<Call> seen) {
      this(SequenceTest.sequence(gates), new ArrayList<>(), seen);
    }

    Watched(int gates) {
      this(gates, call -> call);
    }

    int residuals() {
      return arrays.getLast().length - (sequence instanceof LstmSequence ? 2 : 1);
    }

    /** The arrays of all residuals, each once. */
    Set<Object> memory() {
      Set<Object> memory = Collections.newSetFromMap(new IdentityHashMap<>());
      arrays.forEach(all -> memory.add(all[all.length - 1]));
      return memory;
    }

    @Override
    public List<Spec> results(Tensor... in) {
      return sequence.results(in);
    }

    @Override
    public List<Spec> residuals(Tensor... in) {
      return sequence.residuals(in);
    }

    @Override
    public boolean overwrites() {
      return sequence.overwrites();
    }

    @Override
    public void forward(Tensor[] in, Tensor[] out) {
      arrays.add(Arrays.stream(out).map(t -> t.storage().array()).toArray());
      sequence.forward(in, out);
    }

    @Override
    public @Nullable Tensor[] vjp(boolean[] wanted, Gradients g, Call call) {
      return sequence.vjp(wanted, g, seen.apply(call));
    }

    @Override
    public Reads reads(int i) {
      return sequence.reads(i);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {4, 3})
  void onlyARecordedSequenceHasAResidual(int gates) {
    Tensor[] x = operands(gates, 3, 50, 9, DType.FLOAT32);
    var watched = new Watched(gates);
    List<Tensor> recorded = List.of(watched.applyAll(x));
    assertThat(watched.residuals()).isOne();
    List<Tensor> constant = List.of(watched.applyAll(constants(x)));
    assertThat(watched.residuals()).isZero();
    List<Tensor> unrecorded = Autograd.noGrad(() -> List.of(watched.applyAll(x)));
    assertThat(watched.residuals()).isZero();
    assertSameBits(constant, recorded);
    assertSameBits(unrecorded, recorded);
    for (int i = 0; i < x.length; i++) {
      Tensor[] one = constants(x);
      one[i].requiresGrad(true);
      Tensor[] results = watched.applyAll(one);
      assertThat(watched.residuals()).as("only operand %d requires gradients", i).isOne();
      assertSameBits(
          List.of(Autograd.grad(loss(results), one[i])),
          List.of(Autograd.grad(loss(sequence(gates).applyAll(x)), x[i])));
    }
  }

  /** Of few arrays: gradients of the same length may take turns with residuals. */
  @ParameterizedTest
  @ValueSource(ints = {4, 3})
  void theNextStepWorksInTheMemoryOfTheLast(int gates) {
    Tensor[] x = operands(gates, 7, 31, 13, DType.FLOAT32);
    var watched = new Watched(gates);
    for (int step = 0; step < 20; step++) {
      loss(watched.applyAll(x)).backward();
    }
    assertThat(watched.memory()).hasSizeBetween(1, 4);
  }

  @ParameterizedTest
  @ValueSource(ints = {4, 3})
  void aRetainedGraphKeepsItsMemory(int gates) {
    Tensor[] x = operands(gates, 7, 31, 11, DType.FLOAT32);
    var watched = new Watched(gates);
    var losses = new ArrayList<Tensor>();
    var first = new ArrayList<List<Tensor>>();
    for (int step = 0; step < 3; step++) {
      losses.add(loss(watched.applyAll(x)));
      first.add(Autograd.grad(losses.getLast(), List.of(x), RETAIN_GRAPH));
    }
    assertThat(watched.memory()).hasSize(3);
    for (int step = 0; step < 3; step++) {
      assertSameBits(Autograd.grad(losses.get(step), List.of(x)), first.get(step));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {4, 3})
  void passesMayShareAGraph(int gates) throws Exception {
    Tensor[] x = operands(gates, 5, 33, 9, DType.FLOAT32);
    List<Tensor> wanted = List.of(x);
    List<Tensor> expected = Autograd.grad(loss(sequence(gates).applyAll(x)), wanted);
    Tensor shared = loss(sequence(gates).applyAll(x));
    try (var pool = Executors.newFixedThreadPool(4)) {
      var work = new ArrayList<Future<List<Tensor>>>();
      for (int pass = 0; pass < 40; pass++) {
        work.add(pool.submit(() -> Autograd.grad(shared, wanted, RETAIN_GRAPH)));
      }
      for (Future<List<Tensor>> pass : work) {
        assertSameBits(pass.get(), expected);
      }
    }
  }

  /** An application of which everything was read. */
  private record Read(Call call, Tensor[] in, Tensor result, Tensor residual) implements Call {
    @Override
    public Tensor in(int i) {
      return in[i];
    }

    @Override
    public Tensor out(int k) {
      return k == 0 ? result : call.out(k);
    }

    @Override
    public Tensor residual(int k) {
      return residual;
    }

    @Override
    public int arity() {
      return in.length;
    }

    @Override
    public Shape shape(int i) {
      return call.shape(i);
    }

    @Override
    public Shape outShape(int k) {
      return call.outShape(k);
    }

    @Override
    public DType outDtype(int k) {
      return call.outDtype(k);
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** A pass that frees the graph takes nothing from one that is still reading. */
  @ParameterizedTest
  @ValueSource(ints = {4, 3})
  void aPassThatFreesTheGraphDisturbsNoOther(int gates) throws Exception {
    Tensor[] x = operands(gates, 5, 33, 9, DType.FLOAT32);
    List<Tensor> wanted = List.of(x);
    List<Tensor> expected = Autograd.grad(loss(sequence(gates).applyAll(x)), wanted);
    var reading = new CountDownLatch(1);
    var freed = new CountDownLatch(1);
    var slow = ThreadLocal.withInitial(() -> false);
    UnaryOperator<Call> wait =
        call -> {
          var read = new Read(call, call.inputs(), call.out(), call.residual(0));
          if (slow.get()) {
            reading.countDown();
            await(freed);
          }
          return read;
        };
    Tensor shared = loss(new Watched(gates, wait).applyAll(x));
    try (var pool = Executors.newSingleThreadExecutor()) {
      Future<List<Tensor>> slowly =
          pool.submit(
              () -> {
                slow.set(true);
                return Autograd.grad(shared, wanted, RETAIN_GRAPH);
              });
      reading.await();
      assertSameBits(Autograd.grad(shared, wanted), expected);
      Tensor[] others = constants(x);
      for (int i = 0; i < others.length; i++) {
        others[i] = others[i].mul(0.5).requiresGrad(true);
      }
      List<Tensor[]> alive = new ArrayList<>(); // works in whatever memory was given away
      for (int i = 0; i < 4; i++) {
        alive.add(sequence(gates).applyAll(others));
      }
      freed.countDown();
      assertSameBits(slowly.get(), expected);
      assertThat(alive).hasSize(4);
    }
    assertThatThrownBy(() -> Autograd.grad(shared, wanted))
        .isInstanceOf(AutogradException.class)
        .hasMessageContaining("already freed");
  }
}
