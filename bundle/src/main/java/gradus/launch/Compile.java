package gradus.launch;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.util.JavacTask;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.tools.Diagnostic;
import javax.tools.ToolProvider;

/**
 * Compiles one script into a folder: {@code script.jar}, {@code main} (the class to start) and
 * {@code source} (what was compiled: the launcher compares it with the script). The folder appears
 * whole or not at all.
 *
 * <p>Usage: {@code Compile FILE.java FOLDER [javac option ...]}. Ends with 1 if the script does not
 * compile, after javac's messages on standard error.
 */
public final class Compile {
  private Compile() {}

  public static void main(String[] args) throws IOException {
    Path file = Path.of(args[0]);
    Path folder = Path.of(args[1]).toAbsolutePath();
    Path draft =
        Files.createDirectories(folder.resolveSibling("draft-" + ProcessHandle.current().pid()));
    Files.copy(file, draft.resolve("source"), StandardCopyOption.REPLACE_EXISTING);

    var script = new Script(file, Files.readString(draft.resolve("source")));
    var classes = new ClassFiles();
    Optional<String> main = compile(script, classes, List.of(args).subList(2, args.length));
    if (main.isEmpty()) {
      delete(draft);
      System.exit(1);
    }
    classes.writeJar(draft.resolve("script.jar"));
    Files.writeString(draft.resolve("main"), main.get() + "\n");
    publish(draft, folder);
  }

  /** The class to start, as in the JDK's own source launcher: the first one in the file. */
  private static Optional<String> compile(Script script, ClassFiles classes, List<String> more)
      throws IOException {
    var options = new ArrayList<>(List.of("-g", "-proc:none", "-Xlint:deprecation,-incubating"));
    options.addAll(more);
    var errors = new ArrayList<Diagnostic<?>>();
    var task =
        (JavacTask)
            ToolProvider.getSystemJavaCompiler()
                .getTask(
                    null,
                    classes,
                    message -> {
                      System.err.println(message);
                      if (message.getKind() == Diagnostic.Kind.ERROR) {
                        Hints.below(message)
                            .ifPresent(hint -> System.err.println("  hint: " + hint));
                        errors.add(message);
                      }
                    },
                    options,
                    null,
                    List.of(script));

    CompilationUnitTree unit = task.parse().iterator().next();
    script.parsed();
    if (errors.isEmpty()) {
      task.generate();
    }
    if (!errors.isEmpty()) {
      System.err.println(errors.size() == 1 ? "1 error" : errors.size() + " errors");
      return Optional.empty();
    }
    Optional<String> main =
        unit.getTypeDecls().stream()
            .filter(ClassTree.class::isInstance)
            .map(tree -> ((ClassTree) tree).getSimpleName().toString())
            .findFirst()
            .map(name -> unit.getPackageName() == null ? name : unit.getPackageName() + "." + name);
    if (main.isEmpty()) {
      System.err.println(script.getName() + ": error: no class and no main method in this file");
    }
    return main;
  }

  /** Another launcher may have compiled the same script meanwhile: then its folder is as good. */
  private static void publish(Path draft, Path folder) throws IOException {
    try {
      Files.move(draft, folder, StandardCopyOption.ATOMIC_MOVE);
    } catch (FileSystemException e) {
      delete(draft);
      if (!Files.exists(folder.resolve("main"))) {
        throw e;
      }
    }
  }

  private static void delete(Path folder) throws IOException {
    for (String name : List.of("source", "script.jar", "main")) {
      Files.deleteIfExists(folder.resolve(name));
    }
    Files.delete(folder);
  }
}
