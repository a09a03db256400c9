package gradus.data;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import de.siegmar.fastcsv.reader.FieldMismatchStrategy;
import gradus.DType;
import gradus.Shape;
import gradus.Storage;
import gradus.Tensor;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/**
 * Reads a table of numbers from a CSV file in UTF-8, plain or compressed by gzip.
 *
 * <pre>{@code
 * TensorDataset flowers = Csv.of(Path.of("iris.csv")).label("species").read();
 * }</pre>
 *
 * <p>One column may hold the class ({@link #label}), or some the numbers to predict ({@link
 * #target}); all others are inputs unless {@link #inputs} names them. Columns go by the names in
 * the first line, or by their number from 0. A reader is immutable; its settings return another
 * one.
 */
public final class Csv {
  /** Opens what is read; by the name the messages call it. */
  interface Source {
    InputStream open() throws IOException;
  }

  /** A column by its number, or where that is -1 by its name. */
  private record Column(String name, int number) {
    int in(List<String> names) {
      return number < 0 ? names.indexOf(name) : number < names.size() ? number : -1;
    }
  }

  private static final Pattern WHOLE = Pattern.compile("-?\\d{1,18}");

  private final String name;
  private final Source source;
  private final char separator;
  private final boolean header;
  private final List<Column> inputs; // empty: all that are not targets
  private final List<Column> targets;
  private final boolean classes;

  private Csv(
      String name,
      Source source,
      char separator,
      boolean header,
      List<Column> inputs,
      List<Column> targets,
      boolean classes) {
    this.name = name;
    this.source = source;
    this.separator = separator;
    this.header = header;
    this.inputs = inputs;
    this.targets = targets;
    this.classes = classes;
  }

  /** A file with commas and a first line of column names. */
  public static Csv of(Path file) {
    return of(file.toString(), () -> Files.newInputStream(file));
  }

  static Csv of(String name, Source source) {
    return new Csv(name, source, ',', true, List.of(), List.of(), false);
  }

  /** With another character between the columns. */
  public Csv separator(char character) {
    return new Csv(name, source, character, header, inputs, targets, classes);
  }

  /** The first line holds numbers already, no column names. */
  public Csv noHeader() {
    return new Csv(name, source, separator, false, inputs, targets, classes);
  }

  /** Only these columns are inputs, in this order. */
  public Csv inputs(String... columns) {
    return new Csv(name, source, separator, header, named(columns), targets, classes);
  }

  /**
   * This column holds the class, any text. Targets become indices, int64 [n], into the classes in
   * order: of the numbers if all are whole numbers, else of the alphabet.
   */
  public Csv label(String column) {
    return label(new Column(column, -1));
  }

  /** As {@link #label(String)}, by the number of the column, from 0. */
  public Csv label(int column) {
    return label(new Column("number " + column, column));
  }

  private Csv label(Column column) {
    return new Csv(name, source, separator, header, inputs, List.of(column), true);
  }

  /** These columns hold the numbers to predict; targets become float32 [n, columns]. */
  public Csv target(String... columns) {
    return new Csv(name, source, separator, header, inputs, named(columns), false);
  }

  private static List<Column> named(String... columns) {
    return Arrays.stream(columns).map(c -> new Column(c, -1)).toList();
  }

  /**
   * Reads the file: inputs float32 [n, columns].
   *
   * @throws DataException if it cannot be read, or a cell is not a finite number; says line and
   *     column
   */
  public TensorDataset read() {
    if (targets.isEmpty()) {
      throw new IllegalArgumentException(
          ("csv: say which column of %s to predict: label(\"...\") for a class,"
                  + " target(\"...\") for numbers")
              .formatted(name));
    }
    try (var reader =
        CsvReader.builder()
            .fieldSeparator(separator)
            .detectBomHeader(true)
            .allowUnclosedQuote(false)
            .extraFieldStrategy(
                FieldMismatchStrategy.IGNORE) // counted below, with a better message
            .missingFieldStrategy(FieldMismatchStrategy.IGNORE)
            .ofCsvRecord(unzipped(source.open()), StandardCharsets.UTF_8)) {
      return read(reader);
    } catch (NoSuchFileException e) {
      throw new DataException("csv: there is no file " + name, e);
    } catch (IOException | UncheckedIOException | CsvParseException e) {
      Throwable cause = Objects.requireNonNullElse(e.getCause(), e);
      throw new DataException("csv: cannot read %s: %s".formatted(name, cause.getMessage()), e);
    }
  }

  private static InputStream unzipped(InputStream raw) throws IOException {
    var in = new BufferedInputStream(raw);
    in.mark(2);
    boolean zipped = in.read() == 0x1f && in.read() == 0x8b;
    in.reset();
    return zipped ? new GZIPInputStream(in) : in;
  }

  private TensorDataset read(CsvReader<CsvRecord> reader) {
    @Nullable Columns columns = null;
    var x = new Numbers();
    var y = new Numbers();
    var labels = new ArrayList<String>();
    for (CsvRecord line : reader) {
      if (columns == null) {
        columns = columns(line.getFields());
        if (header) {
          continue;
        }
      }
      if (line.getFieldCount() != columns.names.size()) {
        throw new DataException(
            "csv: %s, line %d has %d columns, the first line has %d"
                .formatted(
                    name,
                    line.getStartingLineNumber(),
                    line.getFieldCount(),
                    columns.names.size()));
      }
      for (int c : columns.inputs) {
        x.add(number(line, c, columns));
      }
      for (int c : columns.targets) {
        if (classes) {
          labels.add(label(line, c, columns));
        } else {
          y.add(number(line, c, columns));
        }
      }
    }
    if (columns == null || x.size == 0) {
      throw new DataException("csv: %s has no rows".formatted(name));
    }
    return classes
        ? labelled(x.tensor(columns.inputs.length), labels)
        : new TensorDataset(x.tensor(columns.inputs.length), y.tensor(columns.targets.length));
  }

  /** Which columns are what. */
  private record Columns(List<String> names, int[] inputs, int[] targets) {}

  private Columns columns(List<String> first) {
    List<String> names =
        header
            ? first.stream().map(String::strip).toList()
            : IntStream.range(0, first.size()).mapToObj(Integer::toString).toList();
    int[] predicted = targets.stream().mapToInt(t -> column(t, names)).toArray();
    int[] given =
        inputs.isEmpty()
            ? IntStream.range(0, names.size())
                .filter(c -> Arrays.stream(predicted).noneMatch(t -> t == c))
                .toArray()
            : inputs.stream().mapToInt(i -> column(i, names)).toArray();
    if (given.length == 0) {
      throw new DataException("csv: %s has no columns left as inputs".formatted(name));
    }
    return new Columns(names, given, predicted);
  }

  private int column(Column wanted, List<String> names) {
    int at = wanted.in(names);
    if (at < 0) {
      throw new DataException(
          "csv: %s has no column '%s'; it has %s%s"
              .formatted(name, wanted.name, names, otherSeparator(names)));
    }
    return at;
  }

  /** Advice, if the only column looks like several with another character between them. */
  private static String otherSeparator(List<String> names) {
    if (names.size() == 1) {
      for (char c : new char[] {';', '\t', '|', ','}) {
        if (names.getFirst().indexOf(c) >= 0) {
          String spelled = c == '\t' ? "\\t" : String.valueOf(c);
          return "; are its columns separated by '%1$s'? Then say separator('%1$s')"
              .formatted(spelled);
        }
      }
    }
    return "";
  }

  private float number(CsvRecord line, int column, Columns columns) {
    String cell = line.getField(column).strip();
    float value = plain(cell) ? parsed(cell) : Float.NaN;
    if (!Float.isFinite(value)) {
      throw new DataException(
          "%s: %s"
              .formatted(
                  place(line, column, columns), reason(line.getField(column), column, columns)));
    }
    return value;
  }

  /** Whether it has the characters of a number; parseFloat also takes "1f", "0x1p3" and "NaN". */
  private static boolean plain(String cell) {
    for (int i = 0; i < cell.length(); i++) {
      char c = cell.charAt(i);
      if ((c < '0' || c > '9') && "+-.eE".indexOf(c) < 0) {
        return false;
      }
    }
    return true;
  }

  private static float parsed(String cell) {
    try {
      return Float.parseFloat(cell);
    } catch (NumberFormatException e) {
      return Float.NaN;
    }
  }

  private static String reason(String cell, int column, Columns columns) {
    if (cell.isBlank()) {
      return "the cell is empty; fill it or leave the row out";
    }
    var others =
        IntStream.of(columns.inputs)
            .filter(c -> c != column)
            .mapToObj(c -> '"' + columns.names.get(c) + '"')
            .toList();
    boolean input = IntStream.of(columns.inputs).anyMatch(c -> c == column);
    return "'%s' is not a finite number%s"
        .formatted(
            cell,
            input && !others.isEmpty()
                ? "; to leave the column out name the others: inputs(%s)"
                    .formatted(String.join(", ", others))
                : "");
  }

  private String label(CsvRecord line, int column, Columns columns) {
    String cell = line.getField(column).strip();
    if (cell.isEmpty()) {
      throw new DataException("%s: the label is empty".formatted(place(line, column, columns)));
    }
    return cell;
  }

  private String place(CsvRecord line, int column, Columns columns) {
    return "csv: %s, line %d, column %d%s"
        .formatted(
            name,
            line.getStartingLineNumber(),
            column + 1,
            header ? " (%s)".formatted(columns.names.get(column)) : "");
  }

  private static TensorDataset labelled(Tensor x, List<String> labels) {
    boolean whole = labels.stream().allMatch(l -> WHOLE.matcher(l).matches());
    var index =
        new TreeMap<String, Integer>(
            whole ? Comparator.comparingLong(Long::parseLong) : Comparator.naturalOrder());
    labels.forEach(l -> index.put(l, 0));
    var classes = List.copyOf(index.keySet());
    for (int i = 0; i < classes.size(); i++) {
      index.put(classes.get(i), i);
    }
    long[] y = labels.stream().mapToLong(index::get).toArray();
    return new TensorDataset(x, Tensor.of((Object) y), classes);
  }

  /** Numbers that come one by one. */
  private static final class Numbers {
    private float[] values = new float[1024];
    private int size;

    void add(float value) {
      if (size == values.length) {
        values = Arrays.copyOf(values, Math.multiplyExact(size, 2));
      }
      values[size++] = value;
    }

    /** As rows: [n, width]. */
    Tensor tensor(int width) {
      var storage = Storage.of(Arrays.copyOf(values, size));
      return Tensor.wrap(storage, DType.FLOAT32, Shape.of(size / width, width));
    }
  }
}
