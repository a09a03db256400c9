package gradus.kernel.threads;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class TileKernelsTest {
  private enum Form {
    FULL,
    EDGE
  }

  @Test
  void everyTileHasItsKernelMadeOnce() {
    List<TileKernels.Tile<Form>> made = new ArrayList<>();
    var kernels =
        new TileKernels<Form, TileKernels.Tile<Form>>(
            Form.values(),
            false,
            tile -> {
              made.add(tile);
              return tile;
            });

    Set<TileKernels.Tile<Form>> all = new LinkedHashSet<>();
    for (int again = 0; again < 2; again++) {
      for (Form form : Form.values()) {
        for (int rows = 1; rows <= 12; rows++) {
          for (int vectors = 1; vectors <= 8; vectors++) {
            var tile = new TileKernels.Tile<>(form, rows, vectors);
            assertThat(kernels.get(form, rows, vectors, 1)).isEqualTo(tile);
            all.add(tile);
          }
        }
      }
    }
    assertThat(made).containsExactlyElementsOf(all);
  }

  @Test
  void whatDoesNotBecomeFastStaysAbsent() {
    var kernels = new TileKernels<Form, String>(Form.values(), false, tile -> null);
    assertThat(kernels.get(Form.EDGE, 3, 2, 1)).isNull();
    assertThat(kernels.get(Form.EDGE, 3, 2, 1)).isNull();
  }

  @Test
  void aTileThatIsTooLargeIsRefusedAndNotTakenForAnother() {
    var kernels = new TileKernels<Form, String>(Form.values(), false, Object::toString);
    assertThatThrownBy(() -> kernels.get(Form.FULL, 13, 1, 1))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> kernels.get(Form.FULL, 1, 9, 1))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }
}
