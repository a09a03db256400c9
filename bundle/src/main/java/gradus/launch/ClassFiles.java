package gradus.launch;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import javax.tools.FileObject;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;

/** Keeps in memory what javac writes, and puts it into one jar. */
final class ClassFiles extends ForwardingJavaFileManager<JavaFileManager> {
  private final Map<String, ByteArrayOutputStream> classes = new LinkedHashMap<>();

  ClassFiles() {
    super(ToolProvider.getSystemJavaCompiler().getStandardFileManager(null, null, null));
  }

  @Override
  public JavaFileObject getJavaFileForOutput(
      Location location, String className, JavaFileObject.Kind kind, @Nullable FileObject sibling) {
    String entry = className.replace('.', '/') + kind.extension;
    return new SimpleJavaFileObject(URI.create("memory:///" + entry), kind) {
      @Override
      public OutputStream openOutputStream() {
        var bytes = new ByteArrayOutputStream();
        classes.put(entry, bytes);
        return bytes;
      }
    };
  }

  void writeJar(Path jar) throws IOException {
    try (var out = new JarOutputStream(Files.newOutputStream(jar))) {
      for (var entry : classes.entrySet()) {
        out.putNextEntry(new JarEntry(entry.getKey()));
        entry.getValue().writeTo(out);
      }
    }
  }
}
