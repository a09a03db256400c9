package gradus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import gradus.op.convolution.Conv;
import gradus.tape.TensorAccess;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ScopeTest {
  private final int threads = Gradus.threads();

  @AfterEach
  void asUsual() {
    Gradus.threads(threads);
    Gradus.winograd(true);
    Gradus.fusion(true);
  }

  private static float[] drawn() {
    return Tensor.randn(5).toFloats();
  }

  // --- what holds where ---

  @Test
  void everySettingHoldsInsideOnly() {
    Generator outside = Generator.current();
    boolean winograd = Gradus.winograd();
    boolean fusion = Gradus.fusion();
    Gradus.scope()
        .seed(7)
        .threads(threads + 2)
        .winograd(!winograd)
        .fusion(!fusion)
        .run(
            () -> {
              assertThat(Generator.current()).isNotSameAs(outside);
              assertThat(Generator.current().state()).isEqualTo(new GeneratorState(7, 0));
              assertThat(Gradus.threads()).isEqualTo(threads + 2);
              assertThat(Gradus.winograd()).isEqualTo(!winograd);
              assertThat(Gradus.fusion()).isEqualTo(!fusion);
              assertThat(Gradus.describe())
                  .contains("threads   " + (threads + 2), "fusion    off", "winograd  off");
            });
    assertThat(Generator.current()).isSameAs(outside);
    assertThat(Gradus.threads()).isEqualTo(threads);
    assertThat(Gradus.winograd()).isEqualTo(winograd);
    assertThat(Gradus.fusion()).isEqualTo(fusion);
  }

  @Test
  void whatIsNotSetIsAsItIsAround() {
    Gradus.threads(threads + 1);
    Gradus.seed(3);
    float[] first = drawn();
    float[] second = drawn();
    Gradus.seed(3);
    Gradus.scope()
        .fusion(false)
        .run(
            () -> {
              assertThat(Gradus.threads()).isEqualTo(threads + 1);
              assertThat(drawn()).containsExactly(first);
            });
    assertThat(drawn()).containsExactly(second);
  }

  @Test
  void scopesNestAndInheritFromTheScopeAround() {
    float[] alone = Gradus.scope().seed(1).call(ScopeTest::drawn);
    Gradus.scope()
        .seed(1)
        .threads(3)
        .run(
            () -> {
              Gradus.scope()
                  .seed(2)
                  .winograd(false)
                  .run(
                      () -> {
                        assertThat(Gradus.threads()).isEqualTo(3);
                        assertThat(Generator.current().state()).isEqualTo(new GeneratorState(2, 0));
                        assertThat(drawn()).isNotEqualTo(alone);
                        Gradus.scope()
                            .threads(1)
                            .run(() -> assertThat(Gradus.winograd()).isFalse());
                        assertThat(Gradus.threads()).isEqualTo(3);
                      });
              assertThat(Gradus.winograd()).isTrue();
              assertThat(drawn()).containsExactly(alone);
            });
  }

  @Test
  void aScopeIsImmutableAndTheLastSettingCounts() {
    Scope one = Gradus.scope().threads(1);
    Scope two = one.threads(2);

    assertThat(one.<Integer, RuntimeException>call(Gradus::threads)).isEqualTo(1);
    assertThat(two.<Integer, RuntimeException>call(Gradus::threads)).isEqualTo(2);
    assertThat(Gradus.scope().seed(1).seed(2).call(() -> Generator.current().state().seed()))
        .isEqualTo(2);
  }

  @Test
  void noThreadsAreRefusedAtOnce() {
    Scope scope = Gradus.scope();
    assertThatThrownBy(() -> scope.threads(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("at least 1")
        .hasMessageContaining("got 0");
  }

  @Test
  void aScopeEndsWithAnExceptionThatLeavesIt() {
    Scope scope = Gradus.scope().seed(1).threads(threads + 4);
    Generator outside = Generator.current();

    assertThatThrownBy(
            () ->
                scope.run(
                    () -> {
                      throw new IllegalStateException("no");
                    }))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("no");
    assertThatThrownBy(
            () ->
                scope.call(
                    () -> {
                      throw new IOException("checked");
                    }))
        .isInstanceOf(IOException.class)
        .hasMessage("checked");
    assertThat(Generator.current()).isSameAs(outside);
    assertThat(Gradus.threads()).isEqualTo(threads);
  }

  // --- changes inside ---

  @Test
  void settingsMadeInsideChangeTheScopeAlone() {
    GeneratorState outside = Generator.current().state();
    Scope scope = Gradus.scope();
    scope.run(
        () -> {
          Gradus.seed(99);
          Gradus.threads(threads + 5);
          Gradus.winograd(false);
          Gradus.fusion(false);
          assertThat(Generator.current().state()).isEqualTo(new GeneratorState(99, 0));
          drawn();
          Gradus.seed(98);
          assertThat(Generator.current().state()).isEqualTo(new GeneratorState(98, 0));
          assertThat(Gradus.threads()).isEqualTo(threads + 5);
          assertThat(Gradus.winograd()).isFalse();
          assertThat(Gradus.fusion()).isFalse();
        });
    assertThat(Generator.current().state()).isEqualTo(outside);
    assertThat(Gradus.threads()).isEqualTo(threads);
    assertThat(Gradus.winograd()).isTrue();
    assertThat(Gradus.fusion()).isTrue();
    scope.run(() -> assertThat(Gradus.threads()).isEqualTo(threads));
  }

  @Test
  void aSeedInsideLeavesTheGeneratorOfTheScopeAroundAlone() {
    Gradus.scope()
        .seed(1)
        .run(
            () -> {
              Gradus.scope().run(() -> Gradus.seed(2));
              assertThat(Generator.current().state()).isEqualTo(new GeneratorState(1, 0));
            });
  }

  @Test
  void aSeedStartsAnewWithEveryRunAndAGeneratorGoesOn() {
    Scope seeded = Gradus.scope().seed(5);
    float[] first = seeded.call(ScopeTest::drawn);
    assertThat(seeded.<float[], RuntimeException>call(ScopeTest::drawn)).containsExactly(first);

    var generator = new Generator(5);
    Scope given = Gradus.scope().generator(generator);
    assertThat(given.<float[], RuntimeException>call(ScopeTest::drawn)).containsExactly(first);
    float[] second = given.call(ScopeTest::drawn);
    assertThat(second).isNotEqualTo(first);
    assertThat(generator.state()).isEqualTo(new GeneratorState(5, 2));
    given.run(() -> Gradus.seed(5));
    assertThat(generator.state()).isEqualTo(new GeneratorState(5, 0));
  }

  // --- other threads ---

  @Test
  void aThreadStartedByHandIsInTheScopeByInScope() throws Exception {
    var plain = new AtomicReference<Generator>();
    var platform = new AtomicReference<Generator>();
    var virtual = new AtomicReference<Generator>();
    var inside = new AtomicReference<Generator>();
    Gradus.scope()
        .seed(1)
        .call(
            () -> {
              inside.set(Generator.current());
              for (Thread thread :
                  List.of(
                      Thread.ofPlatform().unstarted(() -> plain.set(Generator.current())),
                      Thread.ofPlatform()
                          .unstarted(Gradus.inScope(() -> platform.set(Generator.current()))),
                      Thread.ofVirtual()
                          .unstarted(Gradus.inScope(() -> virtual.set(Generator.current()))))) {
                thread.start();
                thread.join();
              }
              return inside;
            });
    assertThat(plain.get()).isSameAs(Generator.current());
    assertThat(platform.get()).isSameAs(inside.get());
    assertThat(virtual.get()).isSameAs(inside.get());
  }

  @Test
  void anExecutorRunsInTheScopeThatWasThereWhenTheTaskWasMade() throws Exception {
    float[] alone = Gradus.scope().seed(4).call(ScopeTest::drawn);
    try (ExecutorService executor = Executors.newFixedThreadPool(2)) {
      var drawing = Gradus.scope().seed(4).threads(5).call(() -> Gradus.inScope(ScopeTest::drawn));
      var counting = Gradus.scope().threads(5).call(() -> Gradus.inScope(() -> Gradus.threads()));
      var failing =
          Gradus.inScope(
              () -> {
                throw new IOException("checked");
              });

      assertThat(executor.submit(drawing).get()).containsExactly(alone);
      assertThat(executor.submit(counting).get()).isEqualTo(5);
      assertThat(executor.submit(() -> Gradus.threads()).get()).isEqualTo(threads);
      assertThatThrownBy(executor.submit(failing)::get).hasCauseInstanceOf(IOException.class);
    }
  }

  @Test
  void threadsOfAScopeShareWhatIsSetInIt() throws Exception {
    Gradus.scope()
        .seed(1)
        .call(
            () -> {
              Thread thread =
                  Thread.startVirtualThread(
                      Gradus.inScope(
                          () -> {
                            Gradus.threads(threads + 6);
                            Gradus.seed(8);
                          }));
              thread.join();
              assertThat(Gradus.threads()).isEqualTo(threads + 6);
              assertThat(Generator.current().state()).isEqualTo(new GeneratorState(8, 0));
              return thread;
            });
    assertThat(Gradus.threads()).isEqualTo(threads);
  }

  @Test
  void aTaskFromOutsideOfScopesRunsUnderTheSettingsOfTheProcess() {
    Generator process = Generator.current();
    Runnable task =
        Gradus.inScope(
            () -> {
              assertThat(Generator.current()).isSameAs(process);
              assertThat(Gradus.threads()).isEqualTo(threads);
              Gradus.threads(threads + 7);
            });
    Gradus.scope().seed(1).threads(threads + 8).run(task);
    assertThat(Gradus.threads()).isEqualTo(threads + 7);
  }

  // --- what operators make of it ---

  @Test
  void aNumberOfThreadsLeavesTheBitsAlone() {
    Scope scope = Gradus.scope().seed(6);
    float[] one = scope.threads(1).call(ScopeTest::computed);
    for (int n : new int[] {2, 3, 7}) {
      assertThat(scope.threads(n).<float[], RuntimeException>call(ScopeTest::computed))
          .as("%d threads", n)
          .containsExactly(one);
    }
  }

  /** Draws, products, elementwise loops and sums that are cut into parts. */
  private static float[] computed() {
    Tensor a = Tensor.randn(300, 200).requiresGrad(true);
    a.matmul(Tensor.rand(200, 250)).tanh().sum(0).square().mean().backward();
    return a.grad().toFloats();
  }

  @Test
  void aConvolutionAsksForWinogradWhenItIsCalled() {
    Scope direct = Gradus.scope().winograd(false);
    Conv conv = Conv.of(2).withPadding(1);
    var random = new Generator(1);
    Tensor x = random.normal(Shape.of(4, 32, 16, 16), DType.FLOAT32);
    Tensor w = random.normal(Shape.of(32, 32, 3, 3), DType.FLOAT32).requiresGrad(true);
    float[] chain = direct.call(() -> conv.apply(x, w).toFloats());
    assertThat(conv.apply(x, w).toFloats()).isNotEqualTo(chain);
    assertThat(direct.call(() -> conv.apply(x, w)).toFloats()).containsExactly(chain);

    float[] fast = gradient(conv.apply(x, w), w);
    assertThat(direct.call(() -> gradient(conv.apply(x, w), w))).isNotEqualTo(fast);
    assertThat(gradient(direct.call(() -> conv.apply(x, w)), w))
        .as("backward outside")
        .containsExactly(fast);
  }

  private static float[] gradient(Tensor y, Tensor w) {
    return Autograd.grad(y.sum(), w).toFloats();
  }

  @Test
  void whatAScopeDefersIsTheSameOutside() {
    Tensor x = new Generator(2).normal(Shape.of(1 << 15), DType.FLOAT32);
    Scope apart = Gradus.scope().fusion(false);
    Tensor computed = apart.call(() -> x.mul(3).tanh());
    Tensor deferred = Gradus.scope().threads(1).call(() -> x.mul(3).tanh());

    assertThat(TensorAccess.storage(computed).deferred()).isNull();
    assertThat(TensorAccess.storage(deferred).deferred()).isNotNull();
    assertThat(deferred.toFloats()).containsExactly(computed.toFloats());
  }
}
