package gradus;

import static gradus.DType.BOOL;
import static gradus.DType.FLOAT32;
import static gradus.DType.FLOAT64;
import static gradus.DType.INT32;
import static gradus.DType.INT64;
import static gradus.DType.UINT8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class TensorTest {
  private static Tensor counting(int... dims) {
    return Tensor.arange(Shape.of(dims).size()).reshape(dims);
  }

  @Nested
  class Creation {
    @Test
    void fromArraysOfAnyDepth() {
      Tensor m = Tensor.of(new double[][] {{1, 2, 3}, {4, 5, 6}});
      assertThat(m.shape()).isEqualTo(Shape.of(2, 3));
      assertThat(m.dtype()).isEqualTo(FLOAT32);
      assertThat(m.get(1, -1)).isEqualTo(6);
      Tensor deep = Tensor.of(new int[][][] {{{1}, {2}}, {{3}, {4}}});
      assertThat(deep.shape()).isEqualTo(Shape.of(2, 2, 1));
      assertThat(deep.toLongs()).containsExactly(1, 2, 3, 4);
      assertThat(Tensor.of(1.5, 2).toDoubles()).containsExactly(1.5, 2);
      assertThat(Tensor.of(new float[0][3]).shape()).isEqualTo(Shape.of(0));
      assertThat(Tensor.of(new double[2][0]).shape()).isEqualTo(Shape.of(2, 0));
    }

    @Test
    void plainNumbersBecomeTheUsualTypes() {
      assertThat(Tensor.of(new float[1]).dtype()).isEqualTo(FLOAT32);
      assertThat(Tensor.of(new double[][] {{1}}).dtype()).isEqualTo(FLOAT32);
      assertThat(Tensor.of(new int[1]).dtype()).isEqualTo(INT64);
      assertThat(Tensor.of(new long[1]).dtype()).isEqualTo(INT64);
      assertThat(Tensor.of(new boolean[1]).dtype()).isEqualTo(BOOL);
      assertThat(Tensor.of(new byte[] {-1}).dtype()).isEqualTo(UINT8);
      assertThat(Tensor.of(new byte[] {-1}).get(0)).isEqualTo(255);
      assertThat(Tensor.of(new double[] {0.1}, FLOAT64).get(0)).isEqualTo(0.1);
      assertThat(Tensor.of(new double[] {1.9}, INT32).get(0)).isEqualTo(1);
      assertThat(Tensor.of(new double[] {0, 0.3}, BOOL).toLongs()).containsExactly(0, 1);
      assertThat(Tensor.of(new long[] {Long.MAX_VALUE}).toLongs()).containsExactly(Long.MAX_VALUE);
      assertThat(Tensor.of(true).dtype()).isEqualTo(BOOL);
    }

    @Test
    void arraysAreCopied() {
      double[] values = {1, 2};
      Tensor t = Tensor.of(values, FLOAT64);
      values[0] = 9;
      assertThat(t.get(0)).isEqualTo(1);
    }

    @Test
    void raggedAndForeignArraysAreRefusedWithTheirPlace() {
      assertThatThrownBy(() -> Tensor.of(new double[][] {{1, 2}, {3}}))
          .isInstanceOf(ShapeException.class)
          .hasMessageContaining("array[1] has length 1, but 2 is expected");
      assertThatThrownBy(() -> Tensor.of(new Object[] {new double[] {1}, 2.0}))
          .isInstanceOf(RuntimeException.class);
      assertThatThrownBy(() -> Tensor.of("text"))
          .isInstanceOf(DTypeException.class)
          .hasMessageContaining("String");
      assertThatThrownBy(() -> Tensor.of(new char[] {'a'})).isInstanceOf(DTypeException.class);
    }

    @Test
    void filledAndRanges() {
      assertThat(Tensor.zeros(2, 2).toDoubles()).containsOnly(0);
      assertThat(Tensor.ones(Shape.of(2), BOOL).toLongs()).containsExactly(1, 1);
      assertThat(Tensor.full(Shape.of(2), 2.5, FLOAT64).toDoubles()).containsExactly(2.5, 2.5);
      assertThat(Tensor.full(Shape.of(1), 7, BOOL).item()).isEqualTo(1);
      assertThat(Tensor.eye(2).toDoubles()).containsExactly(1, 0, 0, 1);
      assertThat(Tensor.arange(3).dtype()).isEqualTo(INT64);
      assertThat(Tensor.arange(1, 2, 0.3, FLOAT64).toDoubles()).hasSize(4);
      assertThat(Tensor.arange(5, 0, -2, INT64).toLongs()).containsExactly(5, 3, 1);
      assertThat(Tensor.linspace(0, 1, 5).toDoubles()).containsExactly(0, 0.25, 0.5, 0.75, 1);
      assertThat(Tensor.linspace(0.1, 0.7, 7, FLOAT64).get(6)).isEqualTo(0.7);
      assertThat(Tensor.linspace(3, 9, 1).toDoubles()).containsExactly(3);
      assertThatThrownBy(() -> Tensor.arange(0, 1, 0, FLOAT32))
          .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void wrappingSharesTheArray() {
      float[] array = {1, 2, 3, 4};
      Tensor t = Tensor.wrap(Storage.of(array), FLOAT32, Shape.of(2, 2));
      array[3] = 9;
      assertThat(t.get(1, 1)).isEqualTo(9);
      assertThatThrownBy(() -> Tensor.wrap(Storage.of(array), FLOAT32, Shape.of(3)))
          .isInstanceOf(ShapeException.class);
      assertThatThrownBy(() -> Tensor.wrap(Storage.of(array), FLOAT64, Shape.of(4)))
          .isInstanceOf(DTypeException.class);
      assertThatThrownBy(() -> Storage.of("no array")).isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Nested
  class Elements {
    @Test
    void itemNeedsOneElement() {
      assertThat(Tensor.of(new double[][] {{2.5}}, FLOAT64).item()).isEqualTo(2.5);
      assertThat(counting(3).select(0, 2).itemLong()).isEqualTo(2);
      assertThatThrownBy(() -> Tensor.ones(2).item())
          .isInstanceOf(ShapeException.class)
          .hasMessageContaining("item: needs a tensor of one element, got [2]");
      assertThatThrownBy(() -> Tensor.zeros(0).item()).isInstanceOf(ShapeException.class);
    }

    @Test
    void getAndSetThroughViews() {
      Tensor x = counting(2, 3);
      Tensor t = x.transpose();
      t.set(50, 2, -1);
      assertThat(x.get(1, 2)).isEqualTo(50);
      assertThat(x.storage().version()).isEqualTo(1);
      assertThatThrownBy(() -> x.get(1))
          .hasMessageContaining("1 indices")
          .hasMessageContaining("[2, 3]");
      assertThatThrownBy(() -> x.get(2, 0)).isInstanceOf(IndexOutOfBoundsException.class);
      assertThatThrownBy(() -> x.get(0, -4)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void backToArrays() {
      assertThat((float[][]) Tensor.of(new double[][] {{1, 2}, {3, 4}}).transpose().toArray())
          .isDeepEqualTo(new float[][] {{1, 3}, {2, 4}});
      assertThat((long[][]) counting(2, 2).slice(1, 1, 2).toArray())
          .isDeepEqualTo(new long[][] {{1}, {3}});
      assertThat((boolean[]) Tensor.of(1, 0).gt(0).toArray()).containsExactly(true, false);
      assertThat(counting(4).flip(0).toFloats()).containsExactly(3, 2, 1, 0);
      assertThatThrownBy(() -> Tensor.scalar(1).toArray()).isInstanceOf(ShapeException.class);
      Tensor x = Tensor.of(new double[] {1, 2}, FLOAT64);
      x.toDoubles()[0] = 9;
      assertThat(x.get(0)).isEqualTo(1);
    }
  }

  @Nested
  class Views {
    private void assertView(Tensor of, Tensor view) {
      assertThat(view.storage()).isSameAs(of.storage());
    }

    @Test
    void reshapeIsAViewWhereStridesAllow() {
      Tensor x = counting(2, 3, 4);
      assertView(x, x.reshape(6, 4));
      assertView(x, x.reshape(-1));
      assertView(x, x.reshape(2, 1, 3, 2, 2));
      assertThat(x.reshape(2, 3, 4)).isSameAs(x);
      Tensor t = x.permute(1, 0, 2); // [3,2,4], strides 4 12 1
      assertView(x, t.reshape(3, 2, 2, 2)); // splits
      assertThat(t.reshape(6, 4).storage()).isNotSameAs(x.storage()); // cannot merge
      assertThat(t.reshape(6, 4).get(1, 0)).isEqualTo(12);
      Tensor s = x.slice(2, 0, 4, 2); // [2,3,2], strides 12 4 2: dense but for the gaps
      assertView(x, s.reshape(12));
      assertThat(s.reshape(12).get(3)).isEqualTo(6);
      Tensor e = counting(3).unsqueeze(1).expand(3, 2);
      assertThat(e.reshape(6).toLongs()).containsExactly(0, 0, 1, 1, 2, 2);
      assertView(x, x.flip(0).reshape(2, 12)); // merges within a row
      assertThat(x.flip(0).reshape(24).toLongs()[0]).isEqualTo(12);
    }

    @Test
    void reshapeInfersOneSize() {
      assertThat(counting(2, 6).reshape(3, -1).shape()).isEqualTo(Shape.of(3, 4));
      assertThat(counting(1).reshape().rank()).isZero();
      assertThat(Tensor.zeros(0, 4).reshape(2, 0).shape()).isEqualTo(Shape.of(2, 0));
      assertThatThrownBy(() -> counting(6).reshape(4, -1))
          .isInstanceOf(ShapeException.class)
          .hasMessageContaining("[6] has 6 elements, which do not fit [4, -1]");
      assertThatThrownBy(() -> counting(6).reshape(-1, -1)).isInstanceOf(ShapeException.class);
      assertThatThrownBy(() -> counting(6).reshape(-2, -3)).isInstanceOf(ShapeException.class);
      assertThatThrownBy(() -> Tensor.zeros(0).reshape(0, -1)).isInstanceOf(ShapeException.class);
    }

    @Test
    void slicesFollowPython() {
      Tensor x = counting(6);
      assertThat(x.slice(0, 1, 4).toLongs()).containsExactly(1, 2, 3);
      assertThat(x.slice(0, -3, -1).toLongs()).containsExactly(3, 4);
      assertThat(x.slice(0, 4, 100).toLongs()).containsExactly(4, 5);
      assertThat(x.slice(0, -100, 2).toLongs()).containsExactly(0, 1);
      assertThat(x.slice(0, 4, 2).numel()).isZero();
      assertThat(x.slice(0, 0, 6, 4).toLongs()).containsExactly(0, 4);
      assertThat(x.slice(0, 0, 6, 2).slice(0, 1, 3).toLongs()).containsExactly(2, 4);
      assertThat(x.flip(0).slice(0, 1, 6, 2).toLongs()).containsExactly(4, 2, 0);
      assertThat(x.slice(0, 0, Integer.MAX_VALUE, Integer.MAX_VALUE).toLongs()).containsExactly(0);
      assertThatThrownBy(() -> x.slice(0, 0, 6, -1)).hasMessageContaining("positive");
    }

    @Test
    void outOfRangeIsNamed() {
      Tensor x = counting(2, 3);
      assertThatThrownBy(() -> x.select(1, 3))
          .isInstanceOf(IndexOutOfBoundsException.class)
          .hasMessage("select: index 3 is outside dimension 1 of [2, 3]");
      assertThatThrownBy(() -> x.narrow(1, 2, 2)).isInstanceOf(ShapeException.class);
      assertThatThrownBy(() -> x.narrow(1, 0, -1)).isInstanceOf(ShapeException.class);
      assertThatThrownBy(() -> x.permute(0, 0)).isInstanceOf(ShapeException.class);
      assertThatThrownBy(() -> x.permute(0)).isInstanceOf(ShapeException.class);
      assertThatThrownBy(() -> x.expand(4, 3))
          .isInstanceOf(ShapeException.class)
          .hasMessageContaining("[2, 3] does not expand to [4, 3]");
      assertThatThrownBy(() -> x.alias(Shape.of(7), 0, 1)).isInstanceOf(ShapeException.class);
      assertThatThrownBy(() -> x.alias(Shape.of(2), 0, -1)).isInstanceOf(ShapeException.class);
    }

    @Test
    void splitsConcatsAndStacks() {
      Tensor x = counting(5, 2);
      List<Tensor> pieces = x.split(2, 0);
      assertThat(pieces).extracting(t -> t.size(0)).containsExactly(2, 2, 1);
      pieces.forEach(p -> assertView(x, p));
      assertThat(Tensor.cat(pieces, 0).toLongs()).containsExactly(x.toLongs());
      assertThat(x.chunk(2, 0)).extracting(t -> t.size(0)).containsExactly(3, 2);
      assertThat(Tensor.stack(List.of(counting(2), counting(2)), 1).toLongs())
          .containsExactly(0, 0, 1, 1);
      assertThatThrownBy(() -> Tensor.cat(List.of(counting(2, 3), counting(2, 4)), 0))
          .isInstanceOf(ShapeException.class)
          .hasMessageContaining("tensor 1 [2, 4] and tensor 0 [2, 3]");
      assertThatThrownBy(() -> Tensor.cat(List.of(), 0))
          .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void contiguityAndStrides() {
      Tensor x = counting(2, 3);
      assertThat(x.isContiguous()).isTrue();
      assertThat(x.transpose().isContiguous()).isFalse();
      assertThat(x.transpose().strides()).containsExactly(1, 3);
      assertThat(x.transpose().contiguous().toLongs()).containsExactly(0, 3, 1, 4, 2, 5);
      assertThat(x.contiguous()).isSameAs(x);
      assertThat(x.narrow(0, 1, 1).isContiguous()).isTrue();
      assertThat(x.narrow(0, 1, 1).offset()).isEqualTo(3);
      assertThat(x.narrow(1, 1, 1).isContiguous()).isFalse();
      assertThat(x.stride(-1)).isEqualTo(1);
    }

    @Test
    void gradientsFlowThroughAContiguousCopy() {
      Tensor x = Tensor.ones(2, 3).requiresGrad(true);
      Tensor dense = x.transpose().contiguous();
      assertThat(dense.isContiguous()).isTrue();
      dense.mul(counting(3, 2)).sum().backward();
      assertThat(x.grad().toFloats()).containsExactly(0, 2, 4, 1, 3, 5);
    }
  }

  @Nested
  class InPlace {
    @Test
    void overlappingOperandsAreReadFirst() {
      Tensor x = counting(3, 3);
      x.addInPlace(x.transpose());
      assertThat(x.toLongs()).containsExactly(0, 4, 8, 4, 8, 12, 8, 12, 16);
      Tensor y = counting(4);
      y.narrow(0, 1, 3).copyInPlace(y.narrow(0, 0, 3));
      assertThat(y.toLongs()).containsExactly(0, 0, 1, 2);
      Tensor z = counting(3).add(1);
      z.addInPlace(z.select(0, 0));
      assertThat(z.toLongs()).containsExactly(2, 3, 4);
    }

    @Test
    void whatDoesNotFitIsRefused() {
      assertThatThrownBy(() -> counting(3).addInPlace(counting(2, 3)))
          .isInstanceOf(ShapeException.class)
          .hasMessageContaining("[2, 3]");
      assertThatThrownBy(() -> counting(3).addInPlace(Tensor.ones(3)))
          .isInstanceOf(DTypeException.class)
          .hasMessageContaining("float32");
      assertThatThrownBy(() -> counting(3).copyInPlace(counting(4)))
          .isInstanceOf(ShapeException.class);
      assertThatThrownBy(() -> counting(1).expand(3).fillInPlace(1))
          .isInstanceOf(ShapeException.class)
          .hasMessageContaining("clone()");
    }
  }

  @Nested
  class Messages {
    @Test
    void matmul() {
      assertThatThrownBy(() -> Tensor.ones(128, 784).matmul(Tensor.ones(800, 10)))
          .isInstanceOf(ShapeException.class)
          .hasMessageContaining(
              "left [128, 784] (dimension 1 = 784), right [800, 10] (dimension 0 = 800)");
      assertThatThrownBy(() -> Tensor.ones(2, 3).matmul(Tensor.ones(2, 3)))
          .hasMessageContaining("transpose()");
      assertThatThrownBy(() -> Tensor.ones(2, 3).matmul(Tensor.ones(Shape.of(3, 2), FLOAT64)))
          .isInstanceOf(DTypeException.class);
      assertThatThrownBy(() -> Tensor.scalar(1).matmul(Tensor.ones(2)))
          .hasMessageContaining("use mul");
      assertThatThrownBy(() -> Tensor.ones(2).dot(Tensor.ones(3)))
          .isInstanceOf(ShapeException.class);
    }

    @Test
    void reductions() {
      assertThatThrownBy(() -> counting(3).mean())
          .isInstanceOf(DTypeException.class)
          .hasMessageContaining("int64");
      assertThatThrownBy(() -> Tensor.zeros(2, 0).amax(1))
          .isInstanceOf(ShapeException.class)
          .hasMessageContaining("[2, 0]");
      assertThatThrownBy(() -> Tensor.zeros(2, 3).sum(1, -1))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("named twice");
      assertThat(Tensor.zeros(0).sum().item()).isZero();
      assertThat(Tensor.zeros(0).mean().item()).isNaN();
      assertThat(Tensor.ones(1).var().item()).isNaN();
      assertThat(Tensor.zeros(0, 3).amax(1).shape()).isEqualTo(Shape.of(0));
    }

    @Test
    void where() {
      assertThatThrownBy(() -> Tensor.where(Tensor.ones(2), Tensor.ones(2), Tensor.ones(2)))
          .isInstanceOf(DTypeException.class)
          .hasMessageContaining("must be bool, got float32");
      // A NaN in the branch not taken shows neither in the value nor in the gradient.
      Tensor x = Tensor.of(new double[] {Double.NaN, 4}, FLOAT64).requiresGrad(true);
      Tensor y = Tensor.where(x.gt(0), x.square(), Tensor.ones(2));
      assertThat(y.toDoubles()).containsExactly(1, 16);
      Tensor picked = Autograd.grad(Tensor.where(x.gt(0), x, Tensor.ones(2)).sum(), x);
      assertThat(picked.toDoubles()).containsExactly(0, 1);
    }
  }
}
