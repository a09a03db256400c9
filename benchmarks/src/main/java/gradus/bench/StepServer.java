package gradus.bench;

import gradus.Gradus;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.function.Supplier;

/**
 * Takes steps of one build in a process of its own when {@link Compare} asks for them through a
 * {@link StepClient}, and waits otherwise.
 *
 * <p>It reads one request a line and answers each with one line, which begins with {@link #ANSWER}:
 *
 * <pre>
 * prepare TITLE SECONDS     prepares a workload and takes steps for so long, and on until the compilers
 *                           rest; {@link #READY}, or what stands in the way
 * measure SECONDS           takes steps for so long, at least three, after a tenth of it that does not
 *                           count, for the caches; "STEPS NANOSECONDS CPU BYTES", the last two being
 *                           what the thread that takes the steps has had of a processor, in
 *                           nanoseconds, and has allocated
 * </pre>
 *
 * {@link Compare} compiles this file against the other build. So it uses no annotation, and of this
 * package {@link Workload} and {@link Operators}.
 */
final class StepServer {
  static final String ANSWER = "@";
  static final String READY = "ready";

  private static final int FEWEST_STEPS = 3;

  /** Between two looks at the clock, which takes as long as a small operator. */
  private static final double NANOS_BETWEEN_LOOKS = 1e5;

  private static final double WARM_SLICE_SECONDS = 0.5;

  /** Compilers rest when they take less than this part of two slices, one after the other. */
  private static final double REST = 0.05;

  /** Warm-up ends after so many times the seconds asked for, whatever the compilers do. */
  private static final int LONGEST_WARM_UP = 4;

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
    var compilers = ManagementFactory.getCompilationMXBean();
    long begin = System.nanoTime();
    int resting = 0;
    double spent = 0;
    while (spent < seconds || (resting < 2 && spent < LONGEST_WARM_UP * seconds)) {
      long compiled = compilers.getTotalCompilationTime();
      long sliceBegin = System.nanoTime();
      int steps = take(Math.min(seconds, WARM_SLICE_SECONDS), 1);
      long now = System.nanoTime();
      double nanos = now - sliceBegin;
      stepsBetweenLooks = Math.clamp((long) (NANOS_BETWEEN_LOOKS * steps / nanos), 1, 1 << 20);
      compiled = compilers.getTotalCompilationTime() - compiled;
      resting = compiled * 1e6 < REST * nanos ? resting + 1 : 0;
      spent = (now - begin) / 1e9;
    }
  }

  private String measure(double seconds) {
    take(seconds / 10, 1);
    var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    long allocated = threads.getCurrentThreadAllocatedBytes();
    long cpu = threads.getCurrentThreadCpuTime();
    long begin = System.nanoTime();
    int steps = take(seconds, FEWEST_STEPS);
    long nanos = System.nanoTime() - begin;
    cpu = threads.getCurrentThreadCpuTime() - cpu;
    allocated = threads.getCurrentThreadAllocatedBytes() - allocated;
    return String.format(Locale.ROOT, "%d %d %d %d", steps, nanos, cpu, allocated);
  }

  /** Takes steps for so many seconds, but no fewer than {@code fewest}; says how many. */
  private int take(double seconds, int fewest) {
    long end = System.nanoTime() + (long) (seconds * 1e9);
    int steps = 0;
    do {
      for (int i = 0; i < stepsBetweenLooks; i++) {
        step.run();
      }
      steps += stepsBetweenLooks;
    } while (steps < fewest || System.nanoTime() < end);
    return steps;
  }
}
