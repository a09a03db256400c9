package gradus;

import gradus.kernel.threads.Limit;
import gradus.kernel.threads.SystemProperties;

/**
 * What holds in a running {@link Scope}, or in the process. {@link Gradus} changes the current one,
 * so its fields do not stay as they were.
 */
final class Settings {
  private static final ScopedValue<Settings> SCOPED = ScopedValue.newInstance();

  private static final Settings PROCESS =
      new Settings(
          new Generator(System.nanoTime()),
          true,
          Limit.PROCESS,
          SystemProperties.winograd(),
          SystemProperties.fusion());

  final Limit limit;
  volatile boolean winograd;
  volatile boolean fusion;
  private volatile Generator generator;

  /** Whether the generator is not that of the settings around these. */
  private boolean own;

  private Settings(
      Generator generator, boolean own, Limit limit, boolean winograd, boolean fusion) {
    this.generator = generator;
    this.own = own;
    this.limit = limit;
    this.winograd = winograd;
    this.fusion = fusion;
  }

  /** Those of the scope in which this thread runs; outside of any those of the process. */
  static Settings current() {
    return SCOPED.orElse(PROCESS);
  }

  /** Settings that begin like these and draw from the same generator. */
  Settings copy() {
    return new Settings(generator, false, new Limit(limit.threads()), winograd, fusion);
  }

  Generator generator() {
    return generator;
  }

  synchronized void generator(Generator generator) {
    this.generator = generator;
    own = true;
  }

  /** Seeds the generator; one that belongs to the settings around these is left alone. */
  synchronized void seed(long seed) {
    if (own) {
      generator.seed(seed);
    } else {
      generator(new Generator(seed));
    }
  }

  /** A carrier of bindings: what it runs is under these settings. */
  ScopedValue.Carrier bound() {
    return limit.bound().where(SCOPED, this);
  }
}
