package gradus.kernel.threads;

/** How many threads work on one job, the caller included, in the process or in one scope. */
public final class Limit {
  /** That of the process. */
  public static final Limit PROCESS = new Limit(SystemProperties.threads());

  private static final ScopedValue<Limit> SCOPED = ScopedValue.newInstance();

  private volatile int threads;

  /**
   * @throws IllegalArgumentException if {@code threads < 1}
   */
  public Limit(int threads) {
    this.threads = checked(threads);
  }

  /** That of the scope in which this thread runs; outside of any that of the process. */
  public static Limit current() {
    return SCOPED.orElse(PROCESS);
  }

  public int threads() {
    return threads;
  }

  /**
   * Changes it; jobs under way are not affected.
   *
   * @throws IllegalArgumentException if {@code threads < 1}
   */
  public void set(int threads) {
    this.threads = checked(threads);
  }

  /** A carrier of bindings: what it runs is under this limit. */
  public ScopedValue.Carrier bound() {
    return ScopedValue.where(SCOPED, this);
  }

  private static int checked(int threads) {
    if (threads < 1) {
      throw new IllegalArgumentException(
          "threads: expected at least 1 (the caller's own), got " + threads);
    }
    return threads;
  }
}
