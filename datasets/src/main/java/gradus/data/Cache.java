package gradus.data;

import java.nio.file.Path;
import java.util.Locale;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Where downloaded data sets are kept. */
final class Cache {
  private Cache() {}

  /**
   * The folder of this user: the system property {@code gradus.data}, else the environment variable
   * {@code GRADUS_DATA}, else {@code gradus} where the platform keeps caches.
   */
  static Path folder() {
    return folder(System::getProperty, System::getenv);
  }

  static Path folder(
      Function<String, @Nullable String> property, Function<String, @Nullable String> environment) {
    String chosen = property.apply("gradus.data");
    if (chosen == null || chosen.isBlank()) {
      chosen = environment.apply("GRADUS_DATA");
    }
    if (chosen != null && !chosen.isBlank()) {
      return Path.of(chosen);
    }
    String system = text(property.apply("os.name")).toLowerCase(Locale.ROOT);
    Path home = Path.of(text(property.apply("user.home")));
    if (system.startsWith("windows")) {
      String local = text(environment.apply("LOCALAPPDATA"));
      return (local.isBlank() ? home.resolve("AppData", "Local") : Path.of(local))
          .resolve("gradus", "cache");
    }
    if (system.startsWith("mac")) {
      return home.resolve("Library", "Caches", "gradus");
    }
    // The XDG base directory specification: a relative path there counts as none.
    Path xdg = Path.of(text(environment.apply("XDG_CACHE_HOME")));
    return (xdg.isAbsolute() ? xdg : home.resolve(".cache")).resolve("gradus");
  }

  private static String text(@Nullable String value) {
    return value == null ? "" : value;
  }
}
