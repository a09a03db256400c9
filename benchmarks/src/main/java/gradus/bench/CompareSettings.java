package gradus.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * What the command line of {@link Compare} says.
 *
 * @param other the root of the other checkout
 * @param titles of the workloads and operators to measure
 * @param pairs of windows for each title
 * @param seconds that a window takes, at least
 * @param warm seconds of warm-up for a workload, at least
 * @param threads that Gradus uses; 0 for as many as it wants
 * @param byCpu whether steps are timed not by the clock but by what their thread has had of a
 *     processor: for a machine that is busy with other things. It leaves out the garbage collector
 *     and other threads
 */
record CompareSettings(
    Path other,
    List<String> titles,
    int pairs,
    double seconds,
    double warm,
    int threads,
    boolean byCpu) {
  static final String USAGE =
      "compare OTHER_CHECKOUT [WORKLOAD | OPERATOR | workloads | operators ...]"
          + " [--pairs 9] [--seconds 0.3] [--warm 8] [--threads N | --cpu]";

  private static final List<String> OPTIONS =
      List.of("--pairs", "--seconds", "--warm", "--threads");

  /**
   * Without titles all workloads and operators are measured.
   *
   * @throws IllegalArgumentException if the words make no sense
   */
  static CompareSettings of(List<String> words) {
    var names = new ArrayList<String>();
    double[] values = {9, 0.3, 8, 0};
    boolean byCpu = false;
    for (int i = 0; i < words.size(); i++) {
      int option = OPTIONS.indexOf(words.get(i));
      if (words.get(i).equals("--cpu")) {
        byCpu = true;
      } else if (option >= 0) {
        i++;
        values[option] = number(i < words.size() ? words.get(i) : "nothing");
      } else {
        names.add(words.get(i));
      }
    }
    if (names.isEmpty() || values[0] < 1 || (byCpu && values[3] > 1)) {
      throw new IllegalArgumentException(USAGE);
    }
    Path other = Path.of(names.removeFirst());
    if (names.isEmpty()) {
      names.addAll(List.of("workloads", "operators"));
    }
    List<String> titles = names.stream().flatMap(CompareSettings::titles).distinct().toList();
    return new CompareSettings(
        other, titles, (int) values[0], values[1], values[2], byCpu ? 1 : (int) values[3], byCpu);
  }

  private static double number(String word) {
    if (!word.matches("\\d*\\.?\\d+")) {
      throw new IllegalArgumentException("%s is no number: %s".formatted(word, USAGE));
    }
    return Double.parseDouble(word);
  }

  private static Stream<String> titles(String name) {
    List<String> workloads = Arrays.stream(Workload.values()).map(Workload::title).toList();
    List<String> operators = List.copyOf(Operators.all().keySet());
    if (name.equals("workloads")) {
      return workloads.stream();
    }
    if (name.equals("operators")) {
      return operators.stream();
    }
    if (!workloads.contains(name) && !operators.contains(name)) {
      throw new IllegalArgumentException(
          "no workload %s; there are %s and %s".formatted(name, workloads, operators));
    }
    return Stream.of(name);
  }
}
