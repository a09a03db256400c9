package gradus.bench;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.ThreadMXBean;
import gradus.Gradus;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/**
 * Takes steps of one build in a process of its own when {@link Compare} asks for them through a
 * {@link StepClient}, and waits otherwise.
 *
 * <p>It reads one request a line and answers each with one line, which begins with {@link #ANSWER}:
 *
 * <pre>
 * prepare TITLE SECONDS     prepares a workload and takes steps for so long, and on until the compilers
 *                           and the warm-up of the kernels rest; {@link #READY}, or what stands in
 *                           the way
 * measure SECONDS           takes steps for so long, at least three, after a tenth of it that does not
 *                           count, for the caches; "STEPS NANOSECONDS CPU BYTES", the last two being
 *                           what the thread that takes the steps has had of a processor, in
 *                           nanoseconds, and has allocated
 * </pre>
 *
 * All seconds are processor time of the thread that takes the steps: the same as the clock's unless
 * the machine is busy with other things.
 *
 * <p>{@link Compare} compiles this file against the other build. So it uses no annotation, and of
 * this package {@link Workload} and {@link Operators}.
 */
final class StepServer {
  static final String ANSWER = "@";
  static final String READY = "ready";

  private static final int FEWEST_STEPS = 3;

  /** Between two looks at the time, which take as long as a small operator. */
  private static final double NANOS_BETWEEN_LOOKS = 2e5;

  private static final double WARM_SLICE_SECONDS = 0.5;

  /** A process that is warm has next to no processor time while it takes no steps for so long. */
  private static final long REST_NANOS = 200_000_000;

  /** The system counts the processor time of a process in such units. */
  private static final long TICK_NANOS = 10_000_000;

  /** Warm-up ends after so many times the seconds asked for, whatever the compilers do. */
  private static final int LONGEST_WARM_UP = 4;

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private Runnable step = () -> {};
  private int stepsBetweenLooks = 1;

  StepServer() {}

  public static void main(String[] args) throws IOException {
    int threads = Integer.parseInt(args[0]);
    if (threads > 0) {
      Gradus.threads(threads);
    }
    var server = new StepServer();
    var requests = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = requests.readLine(); line != null; line = requests.readLine()) {
      System.out.println(ANSWER + server.answer(line));
      System.out.flush();
    }
  }

  String answer(String request) {
    String[] words = request.split(" ");
    return switch (words[0]) {
      case "prepare" -> prepare(words[1], Double.parseDouble(words[2]));
      case "measure" -> measure(Double.parseDouble(words[1]));
      default -> throw new IllegalArgumentException("no such request: " + request);
    };
  }

  private String prepare(String title, double seconds) {
    step = () -> {}; // the workload before is garbage from here on
    stepsBetweenLooks = 1;
    try {
      Workload workload = Workload.titled(title);
      Supplier<Runnable> preparation =
          workload == null ? Operators.all().get(title) : () -> workload.prepare().step();
      if (preparation == null) {
        return "it has no such workload";
      }
      Gradus.seed(0);
      step = preparation.get();
      warmUp(seconds);
      return READY;
    } catch (RuntimeException | LinkageError e) {
      return e.toString().lines().findFirst().orElseThrow();
    }
  }

  private void warmUp(double seconds) {
    long begin = THREADS.getCurrentThreadCpuTime();
    double spent = 0;
    int rests = 0;
    while (spent < seconds || (rests < 2 && spent < LONGEST_WARM_UP * seconds)) {
      long sliceBegin = THREADS.getCurrentThreadCpuTime();
      int steps = take(Math.min(seconds, WARM_SLICE_SECONDS), 1);
      long now = THREADS.getCurrentThreadCpuTime();
      long looks = (long) (NANOS_BETWEEN_LOOKS * steps / (now - sliceBegin));
      stepsBetweenLooks = Math.clamp(looks, 1, 1 << 20);
      spent = (now - begin) / 1e9;
      rests = isAtRest() ? rests + 1 : 0;
    }
  }

  /**
   * Whether nothing but steps takes processor time: neither a compiler nor the warm-up of kernels.
   */
  private static boolean isAtRest() {
    var system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    long before = system.getProcessCpuTime();
    LockSupport.parkNanos(REST_NANOS);
    return system.getProcessCpuTime() - before <= TICK_NANOS;
  }

  private String measure(double seconds) {
    take(seconds / 10, 1);
    long bytes = THREADS.getCurrentThreadAllocatedBytes();
    long cpu = THREADS.getCurrentThreadCpuTime();
    long nanos = System.nanoTime();
    int steps = take(seconds, FEWEST_STEPS);
    nanos = System.nanoTime() - nanos;
    cpu = THREADS.getCurrentThreadCpuTime() - cpu;
    bytes = THREADS.getCurrentThreadAllocatedBytes() - bytes;
    return String.format(Locale.ROOT, "%d %d %d %d", steps, nanos, cpu, bytes);
  }

  /** Takes steps for so many seconds, but no fewer than {@code fewest}; says how many. */
  private int take(double seconds, int fewest) {
    long end = THREADS.getCurrentThreadCpuTime() + (long) (seconds * 1e9);
    int steps = 0;
    do {
      for (int i = 0; i < stepsBetweenLooks; i++) {
        step.run();
      }
      steps += stepsBetweenLooks;
    } while (steps < fewest || THREADS.getCurrentThreadCpuTime() < end);
    return steps;
  }
}
