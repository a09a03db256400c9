package gradus.launch;

import java.net.URI;
import java.nio.file.Path;
import java.util.regex.Pattern;
import javax.lang.model.SourceVersion;
import javax.tools.SimpleJavaFileObject;

/**
 * A one-file script as javac sees it. The class of a compact source file is named after the file,
 * so a name that is no identifier ({@code 01-tensors.java}) must look like one while the file is
 * parsed; messages and stack traces keep the name that the file has.
 *
 * <p>Behind {@code import module gradus;} the script imports some packages as well: names of theirs
 * then go before those of java.base (Parameter, Identity), and the words of {@code gradus.Index}
 * need no class.
 */
final class Script extends SimpleJavaFileObject {
  private static final Pattern MODULE = Pattern.compile("(?m)^\\s*import\\s+module\\s+gradus\\s*;");
  private static final String MORE =
      " import gradus.*; import gradus.nn.*; import static gradus.Index.*;";

  private final Path path;
  private final String text;
  private boolean parsed;

  Script(Path path, String text) {
    super(path.toAbsolutePath().toUri(), Kind.SOURCE);
    this.path = path;
    this.text = MODULE.matcher(text).replaceFirst("$0" + MORE);
  }

  /** From here on the file goes by its own name. */
  void parsed() {
    parsed = true;
  }

  @Override
  public URI toUri() {
    return parsed ? uri : path.toAbsolutePath().resolveSibling(className() + ".java").toUri();
  }

  @Override
  public String getName() {
    return path.toString();
  }

  @Override
  public CharSequence getCharContent(boolean ignoreEncodingErrors) {
    return text;
  }

  /** A script may hold a public class of any name. */
  @Override
  public boolean isNameCompatible(String simpleName, Kind kind) {
    return kind == Kind.SOURCE;
  }

  /** The stem of the file, with '_' for every character that no class name may hold. */
  private String className() {
    String stem = path.getFileName().toString().replaceFirst("\\.java$", "");
    String name = stem.replaceAll("[^\\p{IsAlphabetic}\\p{IsDigit}_$]", "_");
    return SourceVersion.isName(name) ? name : "_" + name;
  }
}
