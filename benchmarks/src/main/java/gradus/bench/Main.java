package gradus.bench;

import gradus.Gradus;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;

/**
 * {@code ./gradus bench}: a workload or an operator, {@link Compare} or JMH with the arguments as
 * they are.
 *
 * <p>{@code W1-32 --threads 2} measures by the rules of {@link Protocol}; {@code W1-32 --hash 500}
 * takes so many steps and prints a hash of the parameters, which depends on nothing but the
 * workload.
 */
public final class Main {
  private Main() {}

  public static void main(String[] args) throws Exception {
    if (args.length == 0 || args[0].equals("list")) {
      for (Workload w : Workload.values()) {
        System.out.printf("%-10s %s%n", w.title(), w.what());
      }
      System.out.println("operators  " + String.join(" ", Operators.all().keySet()));
      System.out.println("compare    " + CompareSettings.USAGE);
      System.out.println("jmh [...]  the kernels, with JMH's options");
      return;
    }
    if (args[0].equals("compare")) {
      System.exit(Compare.run(List.of(args).subList(1, args.length)));
    }
    if (args[0].equals("jmh")) {
      org.openjdk.jmh.Main.main(Arrays.copyOfRange(args, 1, args.length));
      return;
    }
    int threads = option("--threads", 0, args);
    if (threads > 0) {
      Gradus.threads(threads);
    }
    Gradus.seed(0);
    Supplier<Runnable> operator = Operators.all().get(args[0]);
    if (operator != null) {
      Protocol.measure(operator.get());
      return;
    }
    Workload workload = Workload.titled(args[0]);
    if (workload == null) {
      System.out.println("SKIP");
      return;
    }
    Workload.Prepared prepared = workload.prepare();
    int steps = option("--hash", 0, args);
    if (steps == 0) {
      Protocol.measure(prepared.step());
      return;
    }
    for (int i = 0; i < steps; i++) {
      prepared.step().run();
    }
    System.out.printf("HASH %016x%n", prepared.hash());
  }

  private static int option(String name, int otherwise, String... args) {
    int at = List.of(args).indexOf(name);
    return at < 0 ? otherwise : Integer.parseInt(args[at + 1]);
  }
}
