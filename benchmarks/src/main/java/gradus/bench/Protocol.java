package gradus.bench;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * How a workload is measured, the same way for every system that is compared: the time from the
 * start of the process to the end of the first step, a warm-up, then the median rate of five
 * windows.
 *
 * <p>The environment may say {@code BENCH_T0} (the start of the process, seconds since 1970; if
 * not, it is that of the virtual machine), {@code BENCH_WARM_S} and {@code BENCH_WINDOW_S}
 * (seconds). Prints
 *
 * <pre>
 * FIRST seconds
 * RESULT median min max     steps per second
 * WARM seconds              from the start of the process until a step ran at 90 % of the median rate
 * ALLOCATED bytes           per step, by the thread that takes the steps
 * PEAK megabytes            of resident memory
 * </pre>
 */
final class Protocol {
  private static final int WINDOWS = 5;

  private Protocol() {}

  static void measure(Runnable step) {
    // Not the process's start as the system tells it: that is off by up to a second.
    double started = ManagementFactory.getRuntimeMXBean().getStartTime() / 1e3;
    double start = seconds("BENCH_T0", started);
    double warm = seconds("BENCH_WARM_S", 2);
    double window = seconds("BENCH_WINDOW_S", 0.6);
    step.run();
    print("FIRST %.3f", now() - start);
    if (warm <= 0) {
      return;
    }
    var history = new History(1 << 14);
    history.rate(step, warm);
    double[] rates = new double[WINDOWS];
    long allocated = allocated();
    long before = history.steps();
    for (int i = 0; i < WINDOWS; i++) {
      rates[i] = history.rate(step, window);
    }
    allocated = (allocated() - allocated) / Math.max(1, history.steps() - before);
    Arrays.sort(rates);
    double median = rates[WINDOWS / 2];
    print("RESULT %.3f %.3f %.3f", median, rates[0], rates[WINDOWS - 1]);
    print("WARM %.2f", history.reached(0.9 * median) - start);
    print("ALLOCATED %d", allocated);
    print("PEAK %d", peakMegabytes());
    System.out.flush();
  }

  /** When how many steps were done, in slices of at least 50 ms. */
  private static final class History {
    private static final double SLICE = 0.05;

    private final double[] ends;
    private final double[] rates;
    private int slices;
    private long steps;

    History(int capacity) {
      ends = new double[capacity];
      rates = new double[capacity];
    }

    /** Runs steps for so many seconds; steps per second. */
    double rate(Runnable step, double seconds) {
      long begin = System.nanoTime();
      long slice = begin;
      int inSlice = 0;
      for (int n = 1; ; n++) {
        step.run();
        steps++;
        inSlice++;
        long t = System.nanoTime();
        if ((t - slice) / 1e9 >= SLICE && slices < ends.length) {
          ends[slices] = now();
          rates[slices++] = inSlice / ((t - slice) / 1e9);
          slice = t;
          inSlice = 0;
        }
        if ((t - begin) / 1e9 >= seconds) {
          return n / ((t - begin) / 1e9);
        }
      }
    }

    long steps() {
      return steps;
    }

    /** When a slice first had this rate; NaN if none did. */
    double reached(double rate) {
      for (int i = 0; i < slices; i++) {
        if (rates[i] >= rate) {
          return ends[i];
        }
      }
      return Double.NaN;
    }
  }

  private static long allocated() {
    var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    return threads.getCurrentThreadAllocatedBytes();
  }

  /** The highest resident memory so far; the heap in use where the system does not tell. */
  private static long peakMegabytes() {
    Path status = Path.of("/proc/self/status");
    try {
      for (String line : Files.exists(status) ? Files.readAllLines(status) : List.<String>of()) {
        if (line.startsWith("VmHWM:")) {
          return Long.parseLong(line.replaceAll("\\D", "")) / 1024;
        }
      }
    } catch (IOException e) {
      System.err.println("no memory figure from the system: " + e.getMessage());
    }
    return Runtime.getRuntime().totalMemory() >> 20;
  }

  private static double now() {
    return System.currentTimeMillis() / 1e3;
  }

  private static double seconds(String variable, double otherwise) {
    String value = System.getenv(variable);
    return value == null ? otherwise : Double.parseDouble(value);
  }

  private static void print(String format, Object... values) {
    System.out.println(String.format(Locale.ROOT, format, values));
  }
}
