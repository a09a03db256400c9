package gradus.data;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.System.Logger.Level;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.URLConnection;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;

/**
 * A file of known content that lies on several servers.
 *
 * @param name what it is called, there and here
 * @param bytes its size
 * @param sha256 the SHA-256 of its content, in hex
 * @param mirrors the folders where it lies, ending in a slash; tried in this order
 * @param patience how long to wait for a connection, and for the next bytes
 */
record Download(String name, long bytes, String sha256, List<URI> mirrors, Duration patience) {
  private static final System.Logger LOG = System.getLogger("gradus.data");

  /**
   * Makes sure that the folder holds the file, fetching it if it is absent or damaged. What arrives
   * goes to a file of its own, is checked, and only then takes the name: an interrupted or a
   * parallel download never leaves half a file.
   *
   * @return the file
   * @throws DataException if no server delivers it, saying why for each, and what to do
   */
  Path into(Path folder) {
    Path file = folder.resolve(name);
    synchronized (Download.class) { // one fetches, the others of this process then find the file
      if (!isThere(file)) {
        fetch(file);
      }
    }
    return file;
  }

  private boolean isThere(Path file) {
    try {
      return Files.isRegularFile(file)
          && Files.size(file) == bytes
          && sha256(file).equalsIgnoreCase(sha256);
    } catch (IOException e) {
      LOG.log(Level.DEBUG, "cannot read " + file, e);
      return false;
    }
  }

  private void fetch(Path file) {
    var failures = new StringBuilder();
    for (URI mirror : mirrors) {
      URI source = mirror.resolve(name);
      try {
        LOG.log(Level.INFO, "fetching {0} ({1} KB)", source, bytes / 1024);
        fetch(source, file);
        return;
      } catch (IOException e) {
        failures.append("\n  %s: %s".formatted(source, e));
      }
    }
    throw new DataException(
        """
        download: no server delivered %s:%s
        Without a network: put the file into %s by other means, or keep it in a folder of your own \
        and pass that folder. The system property gradus.data or the environment variable \
        GRADUS_DATA choose another place for downloads."""
            .formatted(name, failures, file.toAbsolutePath().getParent()));
  }

  private void fetch(URI source, Path file) throws IOException {
    Path folder = Files.createDirectories(file.toAbsolutePath().getParent());
    Path part = Files.createTempFile(folder, name, ".part");
    try {
      MessageDigest digest = digest();
      long got = receive(source, part, digest);
      if (got != bytes) {
        throw new IOException(
            "expected %d bytes, got %s".formatted(bytes, got > bytes ? "more" : "only " + got));
      }
      String found = HexFormat.of().formatHex(digest.digest());
      if (!found.equalsIgnoreCase(sha256)) {
        throw new IOException("expected content with SHA-256 %s, got %s".formatted(sha256, found));
      }
      moveInto(part, file);
    } finally {
      Files.deleteIfExists(part);
    }
  }

  private void moveInto(Path part, Path file) throws IOException {
    try {
      Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (AtomicMoveNotSupportedException e) {
      Files.move(part, file, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      // Where an open file cannot be replaced, another process may have been faster.
      if (!isThere(file)) {
        throw e;
      }
    }
  }

  /** Writes what the server sends, at most one byte too many, and returns how much that was. */
  private long receive(URI source, Path part, MessageDigest digest) throws IOException {
    URLConnection connection = source.toURL().openConnection();
    connection.setConnectTimeout(Math.toIntExact(patience.toMillis()));
    connection.setReadTimeout(Math.toIntExact(patience.toMillis()));
    if (connection instanceof HttpURLConnection http && http.getResponseCode() != 200) {
      throw new IOException("the server answered with status " + http.getResponseCode());
    }
    try (InputStream in = connection.getInputStream();
        OutputStream out = Files.newOutputStream(part)) {
      byte[] chunk = new byte[1 << 16];
      long got = 0;
      for (int n; got <= bytes && (n = in.read(chunk)) >= 0; got += n) {
        digest.update(chunk, 0, n);
        out.write(chunk, 0, n);
      }
      return got;
    }
  }

  private static String sha256(Path file) throws IOException {
    MessageDigest digest = digest();
    try (InputStream in = Files.newInputStream(file)) {
      byte[] chunk = new byte[1 << 16];
      for (int n; (n = in.read(chunk)) >= 0; ) {
        digest.update(chunk, 0, n);
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private static MessageDigest digest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
  }
}
