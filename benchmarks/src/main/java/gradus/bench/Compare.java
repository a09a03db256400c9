package gradus.bench;

import gradus.Gradus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * {@code ./gradus bench compare OTHER_CHECKOUT [WORKLOAD ...]}: which workloads and operators are
 * slower in this build than in another.
 *
 * <p>Three processes, two of this build and one of the other, are warmed up and then take turns in
 * short windows: what disturbs the machine disturbs all three, and the difference between the two
 * of one build is chance ({@link Timings}). What the compilers decide in a process stays while it
 * lives; so what seems slower is measured once more in new processes, and all windows together
 * decide.
 */
final class Compare {
  /** The part of the warm-up that an operator gets: it is small, and its process runs already. */
  private static final double OPERATORS_WARM_UP = 0.25;

  private final CompareSettings settings;
  private final List<Build> builds;
  private final List<StepClient> clients = new ArrayList<>();
  private final List<String> failed = new ArrayList<>();

  /** By title, then by pair, then by process. */
  private final Map<String, List<List<StepClient.Window>>> windows = new HashMap<>();

  private Compare(CompareSettings settings, Build other) {
    this.settings = settings;
    builds = List.of(Build.own(), Build.own(), other);
  }

  /** Returns the exit status: 0, 1 if something is slower, 2 if something could not be measured. */
  static int run(List<String> words) throws IOException, InterruptedException {
    CompareSettings settings;
    Build other;
    try {
      settings = CompareSettings.of(words);
      other = Build.other(settings.other());
    } catch (IllegalArgumentException | IOException e) {
      say(e.getMessage());
      return 2;
    }
    return new Compare(settings, other).run();
  }

  static void say(String message) {
    System.err.println("compare: " + message);
  }

  private int run() throws IOException {
    printHead();
    List<String> slower = measure(settings.titles());
    if (!slower.isEmpty()) {
      print("again, in new processes; all windows together:");
      slower = measure(slower);
    }
    print(slower.isEmpty() ? "Nothing got slower." : "Slower: " + String.join(", ", slower));
    if (!failed.isEmpty()) {
      print("Not measured: " + String.join(", ", failed));
    }
    return !slower.isEmpty() ? 1 : failed.isEmpty() ? 0 : 2;
  }

  private void printHead() throws IOException {
    if (settings.threads() > 0) {
      Gradus.threads(settings.threads());
    }
    print("CPU       %s", processor());
    Gradus.describe().lines().limit(3).forEach(line -> print("%s", line));
    print("other     %s", settings.other());
    print(
        "times     %s, of a step; medians of %d windows of %s s that took turns",
        settings.byCpu() ? "processor time of the thread that takes the steps" : "by the clock",
        settings.pairs(),
        settings.seconds());
    print("ratio     the time of this build to that of the other; A/A: this build beside itself");
    print("bytes     allocated in a step by the thread that takes it");
    print("");
    print(
        "%-20s %10s %10s %6s %7s %14s %14s",
        "", "this", "other", "ratio", "A/A", "bytes, this", "bytes, other");
  }

  private static String processor() throws IOException {
    Path info = Path.of("/proc/cpuinfo");
    if (Files.exists(info)) {
      for (String line : Files.readAllLines(info)) {
        if (line.startsWith("model name")) {
          return line.substring(line.indexOf(':') + 1).strip();
        }
      }
    }
    return System.getProperty("os.arch");
  }

  /** Measures each workload and prints a line; returns those that seem slower. */
  private List<String> measure(List<String> titles) throws IOException {
    var slower = new ArrayList<String>();
    try {
      for (String title : titles) {
        boolean isOperator = Operators.all().containsKey(title);
        if (!isOperator) {
          stop();
        }
        try {
          start();
          if (areReady(title, isOperator) && seemsSlower(title)) {
            slower.add(title);
          }
        } catch (IOException e) {
          print("%-20s %s", title, e.getMessage());
          failed.add(title);
          stop();
        }
        if (!isOperator) {
          stop();
        }
      }
    } finally {
      stop();
    }
    return slower;
  }

  /** Starts the three processes, unless they run. */
  private void start() throws IOException {
    while (clients.size() < builds.size()) {
      int i = clients.size();
      Path log = Build.workFolder().resolve("log-" + i);
      clients.add(new StepClient(builds.get(i), settings.threads(), log));
    }
  }

  private void stop() {
    for (StepClient each : clients) {
      each.close();
    }
    clients.clear();
  }

  /** Whether all processes have prepared the workload and warmed it up; prints why not. */
  private boolean areReady(String title, boolean isOperator) throws IOException {
    double warm = isOperator ? OPERATORS_WARM_UP * settings.warm() : settings.warm();
    for (StepClient each : clients.reversed()) {
      String obstacle = each.prepare(title, warm);
      if (obstacle != null) {
        print("%-20s not there: %s", title, obstacle);
        if (each.build().equals(Build.own())) {
          failed.add(title);
        }
        return false;
      }
    }
    return true;
  }

  /** Lets the processes take turns and prints what they have taken so far. */
  private boolean seemsSlower(String title) throws IOException {
    int n = clients.size();
    var taken = windows.computeIfAbsent(title, _ -> new ArrayList<>());
    for (int pair = 0; pair < settings.pairs(); pair++) {
      var windowOf = new StepClient.Window[n];
      for (int turn = 0; turn < n; turn++) {
        // Each is first, second and last equally often, and comes after each of the others.
        int i = Math.floorMod(pair % 2 == 0 ? pair + turn : pair - turn, n);
        windowOf[i] = clients.get(i).measure(settings.seconds());
      }
      taken.add(List.of(windowOf));
    }
    var timings = new Timings(times(taken, 0), times(taken, 1), times(taken, 2));
    print(
        "%-20s %10s %10s %6.3f %5.1f %% %,14d %,14d  %s",
        title,
        time(timings.medianOfMine()),
        time(timings.medianOfOther()),
        timings.ratio(),
        100 * timings.spread(),
        bytesPerStep(taken, 0),
        bytesPerStep(taken, 2),
        timings.verdict());
    return timings.verdict() == Timings.Verdict.SLOWER;
  }

  private double[] times(List<List<StepClient.Window>> taken, int client) {
    return taken.stream()
        .mapToDouble(each -> each.get(client).secondsPerStep(settings.byCpu()))
        .toArray();
  }

  private static long bytesPerStep(List<List<StepClient.Window>> taken, int client) {
    long bytes = taken.stream().mapToLong(each -> each.get(client).bytes()).sum();
    return bytes / taken.stream().mapToLong(each -> each.get(client).steps()).sum();
  }

  private static String time(double seconds) {
    return seconds < 1e-3
        ? String.format(Locale.ROOT, "%.3f us", 1e6 * seconds)
        : String.format(Locale.ROOT, "%.3f ms", 1e3 * seconds);
  }

  private static void print(String format, Object... values) {
    System.out.println(String.format(Locale.ROOT, format, values));
    System.out.flush();
  }
}
