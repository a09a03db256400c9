package gradus.data;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import gradus.DType;
import gradus.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CsvTest {
  @TempDir Path folder;

  private Csv csv(String content) throws IOException {
    return Csv.of(Files.writeString(folder.resolve("table.csv"), content));
  }

  @Test
  void aLabelBecomesAClass() throws IOException {
    var data = csv("a,kind,b\n1,wren,-2.5\n 3e2 , finch ,+.5\n5,wren,6.\n").label("kind").read();
    assertThat(data.inputs().shape()).isEqualTo(Shape.of(3, 2));
    assertThat(data.inputs().dtype()).isEqualTo(DType.FLOAT32);
    assertThat(data.inputs().toFloats()).containsExactly(1, -2.5f, 300, .5f, 5, 6);
    assertThat(data.classes()).containsExactly("finch", "wren");
    assertThat(data.targets().dtype()).isEqualTo(DType.INT64);
    assertThat(data.targets().toLongs()).containsExactly(1, 0, 1);
  }

  @Test
  void wholeNumbersAreOrderedAsNumbers() throws IOException {
    var data = csv("1,10\n2,9\n3,-1\n4,10\n").noHeader().label(1).read();
    assertThat(data.classes()).containsExactly("-1", "9", "10");
    assertThat(data.targets().toLongs()).containsExactly(2, 1, 0, 2);
  }

  @Test
  void aColumnNumberIsNoName() throws IOException {
    var data = csv("2,1,0\n10,20,30\n11,21,30\n").label(2).read();
    assertThat(data.inputs().toFloats()).containsExactly(10, 20, 11, 21);
    assertThat(csv("2,1,0\n10,20,30\n").label("2").read().inputs().toFloats())
        .containsExactly(20, 30);
  }

  @Test
  void targetsMayBeNumbers() throws IOException {
    var data =
        csv("x;y;z;w\n1;2;3;4\n5;6;7;8\n").separator(';').inputs("w", "x").target("z", "y").read();
    assertThat(data.inputs().toFloats()).containsExactly(4, 1, 8, 5);
    assertThat(data.targets().shape()).isEqualTo(Shape.of(2, 2));
    assertThat(data.targets().toFloats()).containsExactly(3, 2, 7, 6);
    assertThat(data.classes()).isEmpty();
  }

  @Test
  void quotesByteOrderMarksEmptyLinesAndGzipAreUnderstood() throws IOException {
    String content = "\uFEFFa,\"the \"\"b\"\"\nof it\"\r\n1,\"x,y\"\r\n\r\n2,z\r\n";
    for (byte[] form :
        new byte[][] {content.getBytes(UTF_8), IdxTest.gzip(content.getBytes(UTF_8))}) {
      Path file = Files.write(folder.resolve("t"), form);
      var data = Csv.of(file).inputs("a").label(1).read();
      assertThat(data.inputs().toFloats()).containsExactly(1, 2);
      assertThat(data.classes()).containsExactly("x,y", "z");
    }
  }

  @Test
  void longTablesAreRead() throws IOException {
    var text = new StringBuilder("x,y\n");
    for (int i = 0; i < 5000; i++) {
      text.append(i).append(',').append(2 * i).append('\n');
    }
    var data = csv(text.toString()).target("y").read();
    assertThat(data.size()).isEqualTo(5000);
    assertThat(data.get(4999).target().item()).isEqualTo(9998);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "x",
        "1f",
        "2d",
        "0x1p3",
        "NaN",
        "Infinity",
        "-",
        "1e",
        "1 2",
        "1e99",
        "1,5",
        "--1",
        "1-"
      })
  void onlyFiniteNumbersAreNumbers(String cell) throws IOException {
    var csv = csv("a,b,kind\n1,2,u\n\n3,\"%s\",v\n".formatted(cell)).label("kind");
    assertThatThrownBy(csv::read)
        .isInstanceOf(DataException.class)
        .hasMessageEndingWith(
            "table.csv, line 4, column 2 (b): '%s' is not a finite number; to leave the column out name the others: inputs(\"a\")"
                .formatted(cell));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "a,k@1,u@ ,v@ | line 3, column 1 (a): the cell is empty",
        "a,k@1,u@2, @ | line 3, column 2 (k): the label is empty",
        "a,k@1,u@2@ | line 3 has 1 columns, the first line has 2",
        "a,k@1,u,7@ | line 2 has 3 columns, the first line has 2",
        "a,k@ | has no rows",
        "b,k@1,u@ | has no column 'a'; it has [b, k]",
        "a,q@1,u@ | has no column 'k'; it has [a, q]",
        "a,k@1,\"u@ | cannot read"
      })
  void badTablesAreNamedByPlace(String content, String message) throws IOException {
    var csv = csv(content.replace('@', '\n')).inputs("a").label("k");
    assertThatThrownBy(csv::read).isInstanceOf(DataException.class).hasMessageContaining(message);
  }

  @Test
  void adviceNamesWhatThereIs() throws IOException {
    assertThatThrownBy(csv("area,city,rooms,rent\n70,Bern,3,1900\n").target("rent")::read)
        .hasMessageEndingWith(
            "line 2, column 2 (city): 'Bern' is not a finite number; to leave the column out name"
                + " the others: inputs(\"area\", \"rooms\")");
    assertThatThrownBy(csv("area,rent\n70,much\n").target("rent")::read)
        .hasMessageEndingWith("column 2 (rent): 'much' is not a finite number");
    assertThatThrownBy(csv("city,rent\nBern,1900\n").target("rent")::read)
        .hasMessageEndingWith("column 1 (city): 'Bern' is not a finite number");
  }

  @ParameterizedTest
  @ValueSource(strings = {";", "\t", "|"})
  void anotherSeparatorIsSeen(String separator) throws IOException {
    String spelled = separator.equals("\t") ? "\\t" : separator;
    assertThatThrownBy(csv("a,b,y\n1,2,3\n".replace(",", separator)).target("y")::read)
        .isInstanceOf(DataException.class)
        .hasMessageEndingWith(
            "has no column 'y'; it has [a,b,y]".replace(",", separator)
                + "; are its columns separated by '%1$s'? Then say separator('%1$s')"
                    .formatted(spelled));
    assertThatThrownBy(csv("a,b,y\n1,2,3\n").separator(separator.charAt(0)).label(2)::read)
        .hasMessageEndingWith("are its columns separated by ','? Then say separator(',')");
  }

  @Test
  void emptyMissingOrUnclearFilesAreExplained() throws IOException {
    assertThatThrownBy(csv("").label("k")::read).hasMessageContaining("has no rows");
    assertThatThrownBy(csv("k\nu\n").label("k")::read).hasMessageContaining("no columns left");
    assertThatThrownBy(csv("a,k\n1,u\n").label(2)::read)
        .hasMessageContaining("no column 'number 2'");
    assertThatThrownBy(csv("a,k\n1,u\n")::read)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("label(")
        .hasMessageContaining("target(");
    Path absent = folder.resolve("absent.csv");
    assertThatThrownBy(Csv.of(absent).label("k")::read)
        .isInstanceOf(DataException.class)
        .hasMessage("csv: there is no file " + absent);
    assertThatThrownBy(Csv.of(folder).label("k")::read).isInstanceOf(DataException.class);
    byte[] zipped = IdxTest.gzip("a,k\n1,u\n".getBytes(UTF_8));
    Path cut = Files.write(folder.resolve("cut.gz"), java.util.Arrays.copyOf(zipped, 20));
    assertThatThrownBy(Csv.of(cut).label("k")::read)
        .isInstanceOf(DataException.class)
        .hasMessageContaining(cut.toString());
  }
}
