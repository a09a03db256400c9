package gradus.transform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import gradus.Autograd;
import gradus.AutogradException;
import gradus.DType;
import gradus.Shape;
import gradus.ShapeException;
import gradus.Tensor;
import gradus.Vmap;
import gradus.Vmap.Randomness;
import gradus.op.Call;
import gradus.op.Op;
import gradus.op.Spec;
import gradus.op.convolution.Conv;
import gradus.op.linalg.LinearOp;
import gradus.op.pooling.MaxPool;
import gradus.op.pooling.Windows;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** What batches do beside giving the results of a loop, which the cases of operators show. */
class BatchTest {
  private static Tensor numbers(int... dims) {
    int n = Shape.of(dims).size();
    return Tensor.arange(0, n, 1, DType.FLOAT64).reshape(dims);
  }

  // --- views ---

  @Test
  void viewsStayViews() {
    Tensor x = numbers(3, 2, 4);
    List<UnaryOperator<Tensor>> views =
        List.of(
            t -> t.reshape(4, 2),
            t -> t.flatten(),
            t -> t.transpose(),
            t -> t.unsqueeze(1).expand(2, 3, 4),
            t -> t.narrow(1, 1, 2),
            t -> t.slice(1, 0, 4, 2),
            t -> t.flip(0),
            t -> t.select(1, 2),
            t -> t.select(0, 1).expand(Shape.of(5, 4)),
            t -> t.detach());
    for (UnaryOperator<Tensor> view : views) {
      var batch = new Batch(3, Randomness.ERROR);
      Tensor y = batch.run(() -> batch.all(view.apply(batch.example(x)), 0));
      assertThat(y.storage()).isSameAs(x.storage());
    }
  }

  @Test
  void whatIsWrittenToAViewIsInTheBatch() {
    Tensor x = numbers(2, 2, 3);
    Tensor y =
        Autograd.vmap(
            t -> {
              Tensor copy = t.clone();
              copy.select(0, 1).fillInPlace(-1);
              copy.transpose().narrow(0, 0, 1).addInPlace(t.select(0, 1).sum(), 10);
              return copy;
            },
            x);
    assertThat(y.toDoubles()).containsExactly(120, 1, 2, 119, -1, -1, 306, 7, 8, 299, -1, -1);
  }

  // --- what does not fit ---

  @Test
  void errorsSpeakOfOneExample() {
    Tensor x = numbers(3, 2, 4);
    assertThatThrownBy(() -> Autograd.vmap(t -> t.matmul(numbers(3, 2)), x))
        .isInstanceOf(ShapeException.class)
        .hasMessageContaining("left [2, 4]");
    assertThatThrownBy(() -> Autograd.vmap(t -> new LinearOp().apply(t, numbers(5, 3)), x))
        .isInstanceOf(ShapeException.class)
        .hasMessageContaining("input [2, 4]");
    assertThatThrownBy(
            () -> Autograd.vmap(t -> Conv.of(1).apply(t.unsqueeze(0), numbers(2, 3, 1)), x))
        .isInstanceOf(ShapeException.class)
        .hasMessageContaining("input [1, 2, 4]");
    var pool = new MaxPool(Windows.of(1, 5, 5, 0, 1, false));
    assertThatThrownBy(() -> Autograd.vmap(t -> pool.on(t.unsqueeze(0)), x))
        .isInstanceOf(ShapeException.class)
        .hasMessageContaining("size 4");
    Tensor squares = Tensor.zeros(Shape.of(3, 2, 2), DType.INT64);
    assertThatThrownBy(() -> Autograd.vmap(i -> numbers(3, 2).indexSelect(0, i), squares))
        .isInstanceOf(ShapeException.class)
        .hasMessageContaining("got [2, 2]");
  }

  @Test
  void indicesAreCheckedForEveryExample() {
    Tensor x = numbers(2, 3, 2);
    Tensor i = Tensor.of(new long[][] {{0, 1}, {3, 0}});
    for (Vmap vmap :
        List.of(
            new Vmap(), new Vmap().withInDims(Vmap.NONE, 0), new Vmap().withInDims(0, Vmap.NONE))) {
      assertThatThrownBy(
              () -> vmap.apply(in -> in.get(0).indexSelect(0, in.get(1).flatten()), List.of(x, i)))
          .isInstanceOf(IndexOutOfBoundsException.class)
          .hasMessageContaining("index 3");
    }
  }

  private record Positive() implements Op {
    @Override
    public List<Spec> results(Tensor... in) {
      return List.of(Spec.unknown(in[0].dtype()));
    }

    @Override
    public Shape shape(Tensor... in) {
      throw new AssertionError();
    }

    @Override
    public void forward(Tensor[] in, Tensor out) {
      throw new AssertionError();
    }

    @Override
    public Tensor vjp(int i, Tensor g, Call call) {
      throw new AssertionError();
    }
  }

  @Test
  void shapesThatTheElementsDecideAreRefused() {
    assertThatThrownBy(() -> Autograd.vmap(new Positive()::apply, numbers(2, 3)))
        .isInstanceOf(AutogradException.class)
        .hasMessageContaining("positive")
        .hasMessageContaining("where(...)");
  }

  // --- no examples ---

  @Test
  void thereMayBeNoExamples() {
    Tensor none = Tensor.zeros(Shape.of(0, 2, 4), DType.FLOAT64);
    Tensor weights = numbers(2, 1, 2);
    UnaryOperator<Tensor> f =
        t ->
            Conv.of(1)
                .withGroups(2)
                .apply(t.unsqueeze(0), t.reshape(4, 1, 2).mul(weights.sum()))
                .matmul(t.narrow(1, 0, 3).transpose())
                .softmax(-1)
                .gather(2, t.argmax(1).reshape(1, 1, 2).expand(1, 4, 2))
                .select(0, 0)
                .tanh();
    assertThat(Autograd.vmap(f, none).shape()).isEqualTo(Shape.of(0, 4, 2));
    assertThat(Autograd.vmap(t -> Autograd.grad(u -> f.apply(u).sum(), t), none).shape())
        .isEqualTo(none.shape());
    Tensor shared =
        Autograd.grad(
            w -> Autograd.vmap(t -> t.matmul(w.reshape(4, 1)).sum(), none).sum(), numbers(4));
    assertThat(shared.toDoubles()).containsExactly(0, 0, 0, 0);
  }

  // --- operators without rules ---

  private record Cube() implements Op {
    @Override
    public Shape shape(Tensor... in) {
      return in[0].shape();
    }

    @Override
    public void forward(Tensor[] in, Tensor out) {
      Tensor x = in[0].detach();
      out.copyInPlace(x.mul(x).mul(x));
    }

    @Override
    public Tensor vjp(int i, Tensor g, Call call) {
      return call.in(0).square().mul(3).mul(g);
    }
  }

  @Test
  void anOperatorWithoutRulesIsTransformedAllTheSame() {
    Tensor x = numbers(2, 2, 3);
    UnaryOperator<Tensor> f = t -> new Cube().apply(t);
    assertThat(Autograd.vmap(t -> Autograd.vmap(f, t), x).toDoubles())
        .containsExactly(x.mul(x).mul(x).toDoubles());
    Tensor second =
        Autograd.vmap(t -> Autograd.jvp(u -> Autograd.jvp(f, u, t), t, Tensor.onesLike(t)), x);
    assertThat(second.toDoubles()).containsExactly(x.square().mul(6).toDoubles());

    var batch = new Batch(2, Randomness.ERROR);
    batch.run(() -> f.apply(batch.example(x).tanh()));
    assertThat(batch.looped()).containsExactly("cube");
    var forward = new Forward();
    forward.run(() -> f.apply(forward.dual(x, x).tanh()));
    assertThat(forward.transposed()).containsExactly("cube");
  }

  // --- tangents ---

  @Test
  void aTangentHasTheTypeOfItsTensor() {
    Tensor x = Tensor.of(new float[] {1, 2});
    Tensor t = Autograd.jvp(u -> u.matmul(Tensor.eye(2, DType.FLOAT32)), x, numbers(2));
    assertThat(t.dtype()).isEqualTo(DType.FLOAT32);
    assertThat(t.toDoubles()).containsExactly(0, 1);
  }
}
