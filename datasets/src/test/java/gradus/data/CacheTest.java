package gradus.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CacheTest {
  private static Path folder(Map<String, String> properties, Map<String, String> environment) {
    return Cache.folder(properties::get, environment::get);
  }

  @Test
  void thePropertyWinsThenTheEnvironment() {
    var linux = Map.of("os.name", "Linux", "user.home", "/home/ada", "gradus.data", "/p");
    assertThat(folder(linux, Map.of("GRADUS_DATA", "/e"))).isEqualTo(Path.of("/p"));
    var without = Map.of("os.name", "Linux", "user.home", "/home/ada", "gradus.data", " ");
    assertThat(folder(without, Map.of("GRADUS_DATA", "/e"))).isEqualTo(Path.of("/e"));
  }

  @Test
  void elseWhereThePlatformKeepsCaches() {
    var linux = Map.of("os.name", "Linux", "user.home", "/home/ada");
    assertThat(folder(linux, Map.of())).isEqualTo(Path.of("/home/ada/.cache/gradus"));
    assertThat(folder(linux, Map.of("XDG_CACHE_HOME", "/var/ada")))
        .isEqualTo(Path.of("/var/ada/gradus"));
    assertThat(folder(linux, Map.of("XDG_CACHE_HOME", "here")))
        .isEqualTo(Path.of("/home/ada/.cache/gradus"));
    var mac = Map.of("os.name", "Mac OS X", "user.home", "/Users/ada");
    assertThat(folder(mac, Map.of())).isEqualTo(Path.of("/Users/ada/Library/Caches/gradus"));
    var windows = Map.of("os.name", "Windows 11", "user.home", "/ada");
    assertThat(folder(windows, Map.of("LOCALAPPDATA", "/ada/local")))
        .isEqualTo(Path.of("/ada/local/gradus/cache"));
    assertThat(folder(windows, Map.of())).isEqualTo(Path.of("/ada/AppData/Local/gradus/cache"));
  }
}
