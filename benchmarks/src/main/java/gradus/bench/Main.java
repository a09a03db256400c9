package gradus.bench;

import gradus.Gradus;
import java.util.Arrays;
import java.util.List;

/** {@code ./gradus bench}: a workload, or JMH with the arguments as they are. */
public final class Main {
  private Main() {}

  public static void main(String[] args) throws Exception {
    if (args.length == 0 || args[0].equals("list")) {
      for (Workload w : Workload.values()) {
        System.out.printf("%-10s %s%n", w.title(), w.what());
      }
      System.out.println("jmh [...]  the kernels, with JMH's options");
      return;
    }
    if (args[0].equals("jmh")) {
      org.openjdk.jmh.Main.main(Arrays.copyOfRange(args, 1, args.length));
      return;
    }
    int at = List.of(args).indexOf("--threads");
    if (at >= 0) {
      Gradus.threads(Integer.parseInt(args[at + 1]));
    }
    Workload workload = Workload.titled(args[0]);
    if (workload == null) {
      System.out.println("SKIP");
      return;
    }
    Gradus.seed(0);
    Protocol.measure(workload.step());
  }
}
