package gradus;

import static gradus.Index.ELLIPSIS;
import static gradus.Index.NEW_AXIS;
import static gradus.Index.all;
import static gradus.Index.from;
import static gradus.Index.range;
import static gradus.Index.step;
import static gradus.Index.to;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Indexing. The right values are those of NumPy 2.4 for {@code arange(24).reshape(2, 3, 4)}. */
class IndexTest {
  private static Tensor numbers() {
    return Tensor.arange(24).reshape(2, 3, 4);
  }

  private static int[] ints(int... values) {
    return values;
  }

  /** What NumPy makes of an index, and the same index here. */
  record Case(String numpy, int[] shape, int[] values, Object... index) {
    @Override
    public String toString() {
      return "x[" + numpy + "]";
    }
  }

  static Stream<Case> cases() {
    Tensor x = numbers();
    return Stream.of(
        new Case("0", ints(3, 4), ints(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11), 0),
        new Case("-1, 1", ints(4), ints(16, 17, 18, 19), -1, 1),
        new Case(
            "0, slice(1,5), slice(0,9,2)",
            ints(2, 2),
            ints(4, 6, 8, 10),
            0,
            range(1, 5),
            range(0, 9, 2)),
        new Case(
            "..., ::-1",
            ints(2, 3, 4),
            ints(
                3, 2, 1, 0, 7, 6, 5, 4, 11, 10, 9, 8, 15, 14, 13, 12, 19, 18, 17, 16, 23, 22, 21,
                20),
            ELLIPSIS,
            step(-1)),
        new Case(
            "slice(None), slice(-1,-4,-2)",
            ints(2, 2, 4),
            ints(8, 9, 10, 11, 0, 1, 2, 3, 20, 21, 22, 23, 12, 13, 14, 15),
            all(),
            range(-1, -4, -2)),
        new Case(
            "slice(5,-9,-1), 0, slice(2,None)",
            ints(2, 2),
            ints(14, 15, 2, 3),
            range(5, -9, -1),
            0,
            from(2)),
        new Case(
            "None, slice(1,None), slice(None,-2), ...",
            ints(1, 1, 1, 4),
            ints(12, 13, 14, 15),
            NEW_AXIS,
            from(1),
            to(-2),
            ELLIPSIS),
        new Case("..., None, 3", ints(2, 3, 1), ints(3, 7, 11, 15, 19, 23), ELLIPSIS, NEW_AXIS, 3),
        new Case("slice(2,1)", ints(0, 3, 4), ints(), range(2, 1)),
        new Case(
            "[1,0,1]",
            ints(3, 3, 4),
            ints(
                12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10,
                11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23),
            new int[] {1, 0, 1}),
        new Case(
            "slice(None),[2,-3]",
            ints(2, 2, 4),
            ints(8, 9, 10, 11, 0, 1, 2, 3, 20, 21, 22, 23, 12, 13, 14, 15),
            all(),
            new int[] {2, -3}),
        new Case(
            "slice(None),slice(None),[0,3]",
            ints(2, 3, 2),
            ints(0, 3, 4, 7, 8, 11, 12, 15, 16, 19, 20, 23),
            all(),
            all(),
            new int[] {0, 3}),
        new Case(
            "[0,1],[2,0]",
            ints(2, 4),
            ints(8, 9, 10, 11, 12, 13, 14, 15),
            new int[] {0, 1},
            new int[] {2, 0}),
        new Case(
            "[0,1],slice(None),[3,1]",
            ints(2, 3),
            ints(3, 7, 11, 13, 17, 21),
            new int[] {0, 1},
            all(),
            new int[] {3, 1}),
        new Case(
            "0,slice(None),[0,3]", ints(2, 3), ints(0, 4, 8, 3, 7, 11), 0, all(), new int[] {0, 3}),
        new Case("slice(None),0,[0,3]", ints(2, 2), ints(0, 3, 12, 15), all(), 0, new int[] {0, 3}),
        new Case(
            "np.array([[0,1],[1,1]]),2",
            ints(2, 2, 4),
            ints(8, 9, 10, 11, 20, 21, 22, 23, 20, 21, 22, 23, 20, 21, 22, 23),
            Tensor.of(new long[][] {{0, 1}, {1, 1}}),
            2),
        new Case(
            "slice(None),np.array([[0],[2]]),np.array([1,-1])",
            ints(2, 2, 2),
            ints(1, 3, 9, 11, 13, 15, 21, 23),
            all(),
            Tensor.of(new long[][] {{0}, {2}}),
            Tensor.of(new long[] {1, -1})),
        new Case(
            "[1],None,slice(0,2),[0,1]",
            ints(2, 1, 2),
            ints(12, 16, 13, 17),
            new int[] {1},
            NEW_AXIS,
            range(0, 2),
            new int[] {0, 1}),
        new Case("x>20", ints(3), ints(21, 22, 23), x.gt(20)),
        new Case(
            "np.array([False,True])",
            ints(1, 3, 4),
            ints(12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23),
            new boolean[] {false, true}),
        new Case(
            "slice(None),np.array([True,False,True]),slice(3,None)",
            ints(2, 2, 1),
            ints(3, 11, 15, 23),
            all(),
            new boolean[] {true, false, true},
            from(3)),
        new Case(
            "slice(None),np.array([True,False,True]),[0,2]",
            ints(2, 2),
            ints(0, 10, 12, 22),
            all(),
            new boolean[] {true, false, true},
            new int[] {0, 2}),
        new Case("slice(None),np.array([],dtype=int)", ints(2, 0, 4), ints(), all(), new int[0]),
        new Case(
            "[0,1],...,[1,2]",
            ints(2, 3),
            ints(1, 5, 9, 14, 18, 22),
            new int[] {0, 1},
            ELLIPSIS,
            new int[] {1, 2}));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void picksWhatNumPyPicks(Case c) {
    Tensor picked = numbers().at(c.index);
    assertThat(picked.shape()).isEqualTo(Shape.of(c.shape));
    assertThat(picked.toLongs()).containsExactly(longs(c.values));
  }

  /** Positions that the index names get the numbers 100, 101, ..., the last of equal ones stays. */
  @ParameterizedTest
  @MethodSource("cases")
  void putsWhereItPicks(Case c) {
    long[] expected = numbers().toLongs();
    for (int k = 0; k < c.values.length; k++) {
      expected[c.values[k]] = 100 + k; // element v of the numbers lies at v
    }
    Tensor value = Tensor.arange(100, 100 + c.values.length).reshape(Shape.of(c.shape));
    assertThat(numbers().indexPut(value, c.index).toLongs()).containsExactly(expected);
    assertThat(numbers().setAt(value, c.index).toLongs()).containsExactly(expected);
    Tensor turned = numbers().permute(2, 0, 1).clone().permute(1, 2, 0); // strides out of order
    assertThat(turned.setAt(value, c.index).toLongs()).containsExactly(expected);
    assertThat(turned.at(c.index).toLongs())
        .containsExactly(Tensor.of(expected).reshape(2, 3, 4).at(c.index).toLongs());
  }

  private static long[] longs(int... values) {
    return java.util.Arrays.stream(values).asLongStream().toArray();
  }

  @Test
  void rangesAndNumbersAreViews() {
    Tensor x = numbers();
    x.at(1, from(1), step(-2)).fillInPlace(-1);
    assertThat(x.at(1).toLongs()).containsExactly(12, 13, 14, 15, 16, -1, 18, -1, 20, -1, 22, -1);
    Tensor copied = x.at(Tensor.of(new int[] {0}));
    copied.zeroInPlace();
    assertThat(x.get(0, 0, 1)).isEqualTo(1);
  }

  /** d/dx of sum(w * put(x, v)): w where nothing was put, else 0; of v: the w of its place. */
  @Test
  void gradientsFlowToBoth() {
    Tensor x = Tensor.of(1, 2, 3, 4).requiresGrad(true);
    Tensor v = Tensor.of(5, 6, 7).requiresGrad(true);
    Tensor w = Tensor.of(10, 20, 30, 40);
    x.indexPut(v, new int[] {3, 1, 3}).mul(w).sum().backward();
    assertThat(x.grad().toDoubles()).containsExactly(10, 0, 30, 0);
    assertThat(v.grad().toDoubles()).containsExactly(0, 20, 40); // 5 was replaced by 7
    Tensor y = Tensor.of(1, 2, 3, 4).requiresGrad(true);
    y.at(y.gt(2)).square().sum().backward();
    assertThat(y.grad().toDoubles()).containsExactly(0, 0, 6, 8);
  }

  @Test
  void valuesBroadcastAndAreConverted() {
    Tensor x = Tensor.zeros(2, 3);
    assertThat(x.indexPut(2, all(), 1).toDoubles()).containsExactly(0, 2, 0, 0, 2, 0);
    assertThat(x.indexPut(Tensor.of(new long[] {1, 2, 3}), 1).toDoubles())
        .containsExactly(0, 0, 0, 1, 2, 3);
    assertThat(x.setAt(7, x.eq(0)).toDoubles()).containsOnly(7);
    assertThatThrownBy(() -> x.indexPut(Tensor.ones(2), 1))
        .isInstanceOf(ShapeException.class)
        .hasMessage("indexPut: a value [2] does not broadcast to its place [3]");
    assertThatThrownBy(() -> Tensor.arange(3).indexPut(Tensor.of(0.5), 1))
        .isInstanceOf(DTypeException.class)
        .hasMessageContaining("int64 cannot hold a value of float32");
  }

  @Test
  void whatDoesNotFitIsNamed() {
    Tensor x = numbers();
    assertThatThrownBy(() -> x.at(0, 1, 2, 3))
        .isInstanceOf(ShapeException.class)
        .hasMessage("at: 4 indices for a tensor of 3 dimensions [2, 3, 4]");
    assertThatThrownBy(() -> x.at(all(), 3))
        .isInstanceOf(IndexOutOfBoundsException.class)
        .hasMessage("at: index 3 is outside dimension 1 of [2, 3, 4]");
    assertThatThrownBy(() -> x.at(all(), new int[] {0, 7}))
        .isInstanceOf(IndexOutOfBoundsException.class)
        .hasMessage("at: index 7 is outside dimension 1, whose size is 3");
    assertThatThrownBy(() -> x.at(Tensor.of(new boolean[] {true})))
        .isInstanceOf(ShapeException.class)
        .hasMessage("at: the mask [1] does not fit dimension 0 of [2, 3, 4]");
    assertThatThrownBy(() -> x.at(new int[] {0, 1}, new int[] {0, 1, 2}))
        .isInstanceOf(ShapeException.class)
        .hasMessageContaining("at (indices): cannot broadcast");
    assertThatThrownBy(() -> x.at(0.5)).hasMessageContaining("an index is a number, a range");
    assertThatThrownBy(() -> x.at(Tensor.of(1.0))).hasMessageContaining("got float32 [1]");
    assertThatThrownBy(() -> x.at(ELLIPSIS, ELLIPSIS)).hasMessageContaining("only once");
    assertThatThrownBy(() -> step(0)).hasMessage("range: the step must not be 0");
    Tensor leaf = Tensor.ones(3).requiresGrad(true);
    assertThatThrownBy(() -> leaf.setAt(1, 0))
        .isInstanceOf(AutogradException.class)
        .hasMessageStartingWith("setAt: ");
    assertThatThrownBy(() -> Tensor.ones(3).setAt(leaf.sum(), 0))
        .isInstanceOf(AutogradException.class)
        .hasMessageContaining("Use indexPut(...)");
  }

  @Test
  void examplesOfABatchMayHaveIndicesOfTheirOwn() {
    Tensor x = Tensor.randn(5, 3);
    Tensor i = Tensor.of(new long[] {2, 0, -1, 1, 1});
    Tensor picked = batched(in -> in.get(0).at(in.get(1)), x, i);
    Tensor put = batched(in -> in.get(0).indexPut(9, in.get(1)), x, i);
    for (int n = 0; n < 5; n++) {
      int k = Math.floorMod((int) i.get(n), 3);
      assertThat(picked.get(n)).isEqualTo(x.get(n, k));
      for (int j = 0; j < 3; j++) {
        assertThat(put.get(n, j)).isEqualTo(j == k ? 9 : x.get(n, j));
      }
    }
  }

  private static Tensor batched(Function<List<Tensor>, Tensor> f, Tensor... in) {
    return Autograd.vmap(x -> List.of(f.apply(x)), List.of(in)).getFirst();
  }
}
