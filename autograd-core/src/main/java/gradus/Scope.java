package gradus;

import gradus.kernel.threads.Limit;
import java.util.function.Consumer;

/**
 * Settings for a part of a program: its generator, its threads, Winograd's algorithm, fusion.
 *
 * <pre>{@code
 * Gradus.scope().seed(42).threads(2).run(() -> train(net));
 * }</pre>
 *
 * <p>A scope is immutable; its settings return another one. {@link #run} and {@link #call} apply it
 * on the thread that calls them, until the body ends; what it does not set is as it was around it
 * when the body began. Bodies nest, and bodies on several threads do not see each other: two
 * trainings at once, each in a scope with a seed, make the numbers that each makes alone.
 *
 * <p>Inside of a body {@link Gradus#seed}, {@link Gradus#threads(int)}, {@link
 * Gradus#winograd(boolean)} and {@link Gradus#fusion(boolean)} change what holds there, to its end;
 * what is around it stays as it is.
 *
 * <p>A thread that the body starts runs outside of it, as {@link ScopedValue}s do not reach such
 * threads: give it {@link Gradus#inScope(Runnable)}.
 */
public final class Scope {
  /** A scope that sets nothing. */
  static final Scope EMPTY = new Scope(settings -> {});

  private final Consumer<Settings> changes;

  private Scope(Consumer<Settings> changes) {
    this.changes = changes;
  }

  private Scope and(Consumer<Settings> change) {
    return new Scope(changes.andThen(change));
  }

  /** With a generator of its own, which starts from this seed each time that the scope is run. */
  public Scope seed(long seed) {
    return and(settings -> settings.generator(new Generator(seed)));
  }

  /** With this generator, which goes on from where it stands; {@link Gradus#seed} seeds it. */
  public Scope generator(Generator generator) {
    return and(settings -> settings.generator(generator));
  }

  /**
   * With a limit of threads for one operator. Scopes share the threads of the process: an operator
   * that finds them at work for another runs on its caller's alone.
   *
   * @throws IllegalArgumentException if {@code n < 1}
   */
  public Scope threads(int n) {
    int checked = new Limit(n).threads();
    return and(settings -> settings.limit.set(checked));
  }

  /** With or without {@linkplain Gradus#winograd(boolean) Winograd's algorithm}. */
  public Scope winograd(boolean on) {
    return and(settings -> settings.winograd = on);
  }

  /** With or without {@linkplain Gradus#fusion(boolean) fusion}. */
  public Scope fusion(boolean on) {
    return and(settings -> settings.fusion = on);
  }

  /** Runs the body under these settings. */
  public void run(Runnable body) {
    begin().run(body);
  }

  /**
   * Runs the body under these settings and returns its result.
   *
   * @throws X if the body does
   */
  public <R, X extends Throwable> R call(ScopedValue.CallableOp<? extends R, X> body) throws X {
    return begin().call(body);
  }

  private ScopedValue.Carrier begin() {
    Settings settings = Settings.current().copy();
    changes.accept(settings);
    return settings.bound();
  }
}
