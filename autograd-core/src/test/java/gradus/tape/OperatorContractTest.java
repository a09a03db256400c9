package gradus.tape;

import static gradus.Autograd.RETAIN_GRAPH;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import gradus.DType;
import gradus.Parameter;
import gradus.Shape;
import gradus.ShapeException;
import gradus.Tensor;
import gradus.op.Call;
import gradus.op.Gradients;
import gradus.op.Op;
import gradus.op.Primitive;
import gradus.op.Reads;
import gradus.op.Spec;
import gradus.op.View;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** Operators of users, sizes and threads. */
class OperatorContractTest {
  private static Tensor leaf(double... values) {
    return Tensor.of(values, DType.FLOAT64).requiresGrad(true);
  }

  private static double[] gradOf(Tensor leaf) {
    Tensor g = leaf.grad();
    assertThat(g).isNotNull();
    return g.toDoubles();
  }

  private static org.assertj.core.data.Offset<Double> within(double d) {
    return org.assertj.core.data.Offset.offset(d);
  }

  // --- operators of users ---

  /** a b, whose gradients are asked for together. */
  private record Both(AtomicReference<boolean[]> asked) implements Primitive {
    @Override
    public List<Spec> results(Tensor... in) {
      return List.of(Spec.of(in[0]));
    }

    @Override
    public void forward(Tensor[] in, Tensor[] out) {
      out[0].copyInPlace(in[0].mul(in[1]));
    }

    @Override
    public Tensor[] vjp(boolean[] wanted, Gradients g, Call call) {
      if (asked.getAndSet(wanted) != null) {
        throw new AssertionError("asked twice");
      }
      Tensor only = g.orZeros(0, call);
      return new Tensor[] {only.mul(call.in(1)), only.mul(call.in(0))};
    }
  }

  @Test
  void gradientsMayBeMadeTogether() {
    var asked = new AtomicReference<boolean[]>();
    Tensor a = leaf(1, 2);
    Tensor b = leaf(3, 4);
    new Both(asked).applyAll(a, b)[0].sum().backward();
    assertThat(asked.get()).containsExactly(true, true);
    assertThat(gradOf(a)).containsExactly(3, 4);
    assertThat(gradOf(b)).containsExactly(1, 2);

    asked.set(null);
    Tensor constant = b.detach();
    new Both(asked).applyAll(a, constant)[0].sum().backward();
    assertThat(asked.get()).containsExactly(true, false);
    assertThat(gradOf(a)).containsExactly(6, 8);
    assertThat(constant.grad()).isNull();
  }

  /** Multiplies, as a user might write it: plain Java in forward. */
  private record Scale(double factor) implements Op {
    @Override
    public Shape shape(Tensor... in) {
      return in[0].shape();
    }

    @Override
    public void forward(Tensor[] in, Tensor out) {
      double[] x = in[0].toDoubles();
      for (int i = 0; i < x.length; i++) {
        out.storage().doubles()[i] = factor * x[i];
      }
    }

    @Override
    public Tensor vjp(int i, Tensor g, Call call) {
      return new Scale(factor).apply(g);
    }

    @Override
    public Reads reads(int i) {
      return Reads.NOTHING;
    }
  }

  private enum Fault {
    SHAPE,
    UNDECLARED,
    ZERO
  }

  /** Identity with a faulty derivative. */
  private record Faulty(Fault fault) implements Op {
    @Override
    public Shape shape(Tensor... in) {
      return in[0].shape();
    }

    @Override
    public void forward(Tensor[] in, Tensor out) {
      out.copyInPlace(in[0]);
    }

    @Override
    public @org.jspecify.annotations.Nullable Tensor vjp(int i, Tensor g, Call call) {
      return switch (fault) {
        case SHAPE -> Tensor.ones(7);
        case UNDECLARED -> call.in(0);
        case ZERO -> null;
      };
    }

    @Override
    public Reads reads(int i) {
      return Reads.NOTHING;
    }
  }

  @Test
  void anOperatorOfAUserIsLikeOurs() {
    Tensor x = leaf(1, 2);
    new Scale(3).apply(x.square()).sum().backward();
    assertThat(gradOf(x)).containsExactly(6, 12);
    assertThat(new Scale(3).name()).isEqualTo("scale");
  }

  @Test
  void aFaultyOperatorIsNamed() {
    Tensor x = leaf(1, 2);
    assertThatThrownBy(() -> new Faulty(Fault.SHAPE).apply(x).sum().backward())
        .isInstanceOf(ShapeException.class)
        .hasMessageContaining("faulty")
        .hasMessageContaining("[7]")
        .hasMessageContaining("[2]");
    assertThatThrownBy(() -> new Faulty(Fault.UNDECLARED).apply(x).sum().backward())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("reads(...) does not name it");
    new Faulty(Fault.ZERO).apply(x).sum().backward();
    assertThat(x.grad()).isNull();
  }

  /** The operand itself, as a view that has nothing to do may give it back; its slope is 3. */
  private record Unchanged() implements View {
    @Override
    public Tensor view(Tensor x) {
      return x;
    }

    @Override
    public Tensor vjp(int i, Tensor g, Call call) {
      return g.mul(3);
    }
  }

  @Test
  void anOperatorMayGiveItsOperandBack() {
    Tensor x = leaf(1, 2);
    Tensor between = x.mul(2);
    Tensor y = new Unchanged().apply(new Unchanged().apply(between));
    y.sum().backward();
    assertThat(gradOf(x)).containsExactly(18, 18);
    x.setGrad(null);
    new Unchanged().apply(x).sum().backward();
    assertThat(gradOf(x)).containsExactly(3, 3);
    assertThat(x.isLeaf()).isTrue();
    Tensor constant = Tensor.ones(2);
    assertThat(new Unchanged().apply(constant)).isSameAs(constant);
  }

  // --- size and threads ---

  @Test
  void aMillionOperatorsNeedNoStack() throws Exception {
    var failure = new AtomicReference<Throwable>();
    Runnable work =
        () -> {
          Tensor x = Tensor.ones(1).requiresGrad(true);
          Tensor y = x;
          for (int i = 0; i < 1_000_000; i++) {
            y = y.neg();
          }
          y.sum().backward();
          assertThat(gradOf(x)).containsExactly(1);
        };
    Thread thread = new Thread(null, work, "small stack", 512 * 1024);
    thread.setUncaughtExceptionHandler((t, e) -> failure.set(e));
    thread.start();
    thread.join();
    assertThat(failure.get()).isNull();
  }

  @Test
  void concurrentPassesShareAParameter() throws Exception {
    Tensor w = new Parameter(Tensor.ones(Shape.of(64), DType.FLOAT64));
    int threads = 4;
    int passes = 200;
    var start = new CountDownLatch(1);
    try (var pool = Executors.newFixedThreadPool(threads)) {
      var work = new ArrayList<Future<?>>();
      for (int t = 0; t < threads; t++) {
        double factor = t + 1;
        work.add(
            pool.submit(
                () -> {
                  start.await();
                  for (int i = 0; i < passes; i++) {
                    w.mul(factor).sum().backward();
                  }
                  return null;
                }));
      }
      start.countDown();
      for (Future<?> f : work) {
        f.get();
      }
    }
    assertThat(gradOf(w)).containsOnly(passes * (1 + 2 + 3 + 4));
  }

  @Test
  void aThreadThatDidLittleContinuesTheGraphOfOneThatDidMuch() throws Exception {
    // Its nodes are newer than those that they depend on, however few it has made.
    Tensor x = leaf(0.5);
    Tensor t = x;
    for (int i = 0; i < 100; i++) {
      t = t.mul(1);
    }
    Tensor late = t.exp();
    var failure = new AtomicReference<Throwable>();
    Thread thread =
        Thread.ofPlatform()
            .uncaughtExceptionHandler((where, e) -> failure.set(e))
            .start(() -> late.mul(2).add(late.sin()).sum().backward());
    thread.join();
    assertThat(failure.get()).isNull();
    double e = Math.exp(0.5);
    assertThat(gradOf(x)[0]).isCloseTo((2 + Math.cos(e)) * e, within(1e-14));
  }

  @Test
  void onePartOfAGraphMayServeSeveralThreads() throws Exception {
    // What was recorded on one thread is continued and differentiated on others.
    Tensor x = leaf(0.5);
    Tensor shared = x.exp();
    try (var pool = Executors.newFixedThreadPool(4)) {
      var work = new ArrayList<Future<?>>();
      for (int t = 0; t < 8; t++) {
        work.add(pool.submit(() -> shared.mul(2).sum().backward(RETAIN_GRAPH)));
      }
      for (Future<?> f : work) {
        f.get();
      }
    }
    assertThat(gradOf(x)[0]).isCloseTo(16 * Math.exp(0.5), within(1e-12));
  }
}
