package gradus.data;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class DownloadTest {
  private static final byte[] CONTENT = "the content of the file, ".repeat(10_000).getBytes(UTF_8);

  @TempDir Path folder;
  private HttpServer server;
  private ExecutorService threads;
  private final CountDownLatch over = new CountDownLatch(1);
  private final ConcurrentHashMap<String, Integer> asked = new ConcurrentHashMap<>();

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    threads = Executors.newVirtualThreadPerTaskExecutor();
    server.setExecutor(threads);
    serve("/good/", x -> answer(x, CONTENT));
    serve(
        "/wrong/",
        x -> {
          byte[] changed = CONTENT.clone();
          changed[777]++;
          answer(x, changed);
        });
    serve("/long/", x -> answer(x, (new String(CONTENT, UTF_8) + "!").getBytes(UTF_8)));
    serve(
        "/endless/",
        x -> {
          x.sendResponseHeaders(200, 0);
          while (over.getCount() > 0) {
            x.getResponseBody().write(CONTENT);
          }
        });
    serve(
        "/short/",
        x -> {
          x.sendResponseHeaders(200, CONTENT.length); // promises all, sends a third
          x.getResponseBody().write(CONTENT, 0, CONTENT.length / 3);
          x.getResponseBody().flush();
        });
    serve("/gone/", x -> x.sendResponseHeaders(404, -1));
    serve(
        "/stalled/",
        x -> {
          x.sendResponseHeaders(200, CONTENT.length);
          x.getResponseBody().write(CONTENT, 0, 1000);
          x.getResponseBody().flush();
          try {
            over.await();
          } catch (InterruptedException e) {
            throw new IOException(e);
          }
        });
    server.start();
  }

  @AfterEach
  void stop() {
    over.countDown();
    server.stop(0);
    threads.shutdownNow();
  }

  private interface Handler {
    void handle(HttpExchange exchange) throws IOException;
  }

  private void serve(String path, Handler handler) {
    server.createContext(
        path,
        exchange -> {
          asked.merge(path, 1, Integer::sum);
          try (exchange) {
            handler.handle(exchange);
          }
        });
  }

  private static void answer(HttpExchange exchange, byte... body) throws IOException {
    exchange.sendResponseHeaders(200, body.length);
    exchange.getResponseBody().write(body);
  }

  private URI mirror(String path) {
    return URI.create("http://127.0.0.1:%d/%s/".formatted(server.getAddress().getPort(), path));
  }

  private Download download(Duration patience, URI... mirrors) {
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(CONTENT);
      String hex = HexFormat.of().formatHex(hash);
      return new Download("data.gz", CONTENT.length, hex, List.of(mirrors), patience);
    } catch (java.security.NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  private Download download(URI... mirrors) {
    return download(Duration.ofSeconds(20), mirrors);
  }

  private static URI dead() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return URI.create("http://127.0.0.1:%d/".formatted(socket.getLocalPort()));
    }
  }

  private List<Path> files(Path in) throws IOException {
    try (var list = Files.list(in)) {
      return list.map(Path::getFileName).toList();
    }
  }

  @Test
  void aFileIsFetchedOnce() throws IOException {
    Path cache = folder.resolve("a", "b");
    Path file = download(mirror("good")).into(cache);
    assertThat(file).isEqualTo(cache.resolve("data.gz")).hasBinaryContent(CONTENT);
    download(mirror("good")).into(cache);
    assertThat(asked).containsEntry("/good/", 1);
    assertThat(files(cache)).containsExactly(Path.of("data.gz"));
  }

  @Test
  void aDamagedFileIsFetchedAgain() throws IOException {
    byte[] damaged = CONTENT.clone();
    damaged[100_000] ^= 1;
    Files.write(folder.resolve("data.gz"), damaged);
    assertThat(download(mirror("good")).into(folder)).hasBinaryContent(CONTENT);
    Files.write(folder.resolve("data.gz"), new byte[3]);
    assertThat(download(mirror("good")).into(folder)).hasBinaryContent(CONTENT);
    assertThat(asked).containsEntry("/good/", 2);
  }

  @Test
  void theNextMirrorHelps() throws IOException {
    URI[] mirrors = {
      dead(),
      mirror("gone"),
      mirror("wrong"),
      mirror("short"),
      mirror("long"),
      mirror("endless"),
      mirror("good"),
      mirror("good")
    };
    assertThat(download(mirrors).into(folder)).hasBinaryContent(CONTENT);
    assertThat(asked)
        .containsOnlyKeys("/gone/", "/wrong/", "/short/", "/long/", "/endless/", "/good/");
    assertThat(asked).containsEntry("/good/", 1);
    assertThat(files(folder)).containsExactly(Path.of("data.gz"));
  }

  @Test
  void aStalledServerIsGivenUp() throws IOException {
    var download = download(Duration.ofMillis(300), mirror("stalled"), mirror("good"));
    assertThat(download.into(folder)).hasBinaryContent(CONTENT);
    assertThat(asked).containsEntry("/stalled/", 1);
  }

  @Test
  void failureSaysWhyAndWhatToDo() throws IOException {
    URI dead = dead();
    var download = download(dead, mirror("gone"), mirror("wrong"), mirror("short"), mirror("long"));
    assertThatThrownBy(() -> download.into(folder))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("no server delivered data.gz")
        .hasMessageContaining(dead.toString())
        .hasMessageContaining("status 404")
        .hasMessageContaining("SHA-256 " + download.sha256())
        .hasMessageContaining("expected %d bytes, got more".formatted(CONTENT.length))
        .hasMessageContaining(folder.toAbsolutePath().toString())
        .hasMessageContaining("gradus.data")
        .hasMessageContaining("GRADUS_DATA");
    assertThat(files(folder)).isEmpty();
  }

  @Test
  void aBadDownloadDoesNotReplaceAnything() throws IOException {
    Files.write(folder.resolve("data.gz"), new byte[] {1, 2, 3});
    assertThatThrownBy(() -> download(mirror("wrong")).into(folder))
        .isInstanceOf(DataException.class);
    assertThat(folder.resolve("data.gz")).hasBinaryContent(new byte[] {1, 2, 3});
  }

  @Test
  void aFolderThatCannotBeIsExplained() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "no folder");
    assertThatThrownBy(() -> download(mirror("good")).into(file.resolve("cache")))
        .isInstanceOf(DataException.class)
        .hasMessageContaining(file.toString());
  }

  @Test
  void manyAtOnceFetchOnce() throws Exception {
    var download = download(mirror("good"));
    try (var callers = Executors.newFixedThreadPool(8)) {
      List<Future<Path>> files =
          IntStream.range(0, 8).mapToObj(i -> callers.submit(() -> download.into(folder))).toList();
      for (var file : files) {
        assertThat(file.get()).hasBinaryContent(CONTENT);
      }
    }
    assertThat(asked).containsEntry("/good/", 1);
    assertThat(files(folder)).containsExactly(Path.of("data.gz"));
  }

  @Test
  void theFilesOfMnistAreWellDescribed() {
    assertThat(Mnist.FILES).hasSize(4);
    for (Download file : Mnist.FILES) {
      assertThat(file.sha256()).matches("[0-9a-f]{64}");
      assertThat(file.mirrors()).hasSizeGreaterThan(1);
      assertThat(file.mirrors().stream().map(m -> m.resolve(file.name()).toString()))
          .allMatch(
              u ->
                  u.startsWith("https://") && u.endsWith("mnist/" + file.name())
                      || u.endsWith("master/" + file.name()));
    }
  }
}
