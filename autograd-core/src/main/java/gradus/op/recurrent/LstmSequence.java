package gradus.op.recurrent;

import gradus.Autograd;
import gradus.DType;
import gradus.Shape;
import gradus.ShapeException;
import gradus.Tensor;
import gradus.kernel.recurrent.Lstm;
import gradus.op.Call;
import gradus.op.Fused;
import gradus.op.Joint;
import gradus.op.Reads;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * {@link LstmCell} along a sequence: of what the input contributes to the gates [t, n, 4h], the
 * first output and cell state [n, h], and the weight of the old output [4h, h], all outputs and
 * cell states [2, t, n, h].
 *
 * <p>One object is one application: it holds the gates after their nonlinearities for the
 * derivative.
 */
public final class LstmSequence implements Fused, Joint {
  private final Kept kept = new Kept();

  @Override
  public Tensor composed(Tensor... in) {
    Tensor back = in[3].transpose();
    var outputs = new ArrayList<Tensor>();
    var cells = new ArrayList<Tensor>();
    Tensor h = in[1];
    Tensor c = in[2];
    for (int t = 0; t < in[0].size(0); t++) {
      LstmCell.States next = LstmCell.step(in[0].select(0, t).add(h.matmul(back)), c);
      h = next.h();
      c = next.c();
      outputs.add(h);
      cells.add(c);
    }
    return Tensor.stack(List.of(Tensor.stack(outputs, 0), Tensor.stack(cells, 0)), 0);
  }

  @Override
  public Shape shape(Tensor... in) {
    Shape gates = in[0].shape();
    boolean fits = gates.rank() == 3 && gates.dim(0) > 0 && gates.dim(2) % 4 == 0;
    if (fits) {
      int h = gates.dim(2) / 4;
      Shape state = Shape.of(gates.dim(1), h);
      fits =
          in[1].shape().equals(state)
              && in[2].shape().equals(state)
              && in[3].shape().equals(Shape.of(4 * h, h));
    }
    if (!fits) {
      throw new ShapeException(
          "lstmSequence: needs gates [t, n, 4h], states [n, h] twice and a weight [4h, h], got %s"
              .formatted(Arrays.stream(in).map(Tensor::shape).toList()));
    }
    return Shape.of(2, gates.dim(0), gates.dim(1), gates.dim(2) / 4);
  }

  @Override
  public DType dtype(Tensor... in) {
    return DType.floating("lstmSequence", in);
  }

  @Override
  public boolean overwrites() {
    return true;
  }

  @Override
  public void forward(Tensor[] in, Tensor out) {
    boolean keep = Autograd.isRecording() && Arrays.stream(in).anyMatch(Tensor::requiresGrad);
    Tensor activations = forward(in, out, keep ? out.size(1) : 1);
    if (keep) {
      kept.put(activations);
    }
  }

  /** Returns the gates of the last {@code steps} steps after their nonlinearities. */
  private static Tensor forward(Tensor[] in, Tensor out, int steps) {
    int t = out.size(1);
    int n = out.size(2);
    int h = out.size(3);
    Tensor activations = Kept.room(Shape.of(steps, n, 4 * h), out.dtype());
    Lstm.forward(
        t,
        Operands.block(in[0], t * n, 4 * h),
        Operands.block(in[1], n, h),
        Operands.block(in[2], n, h),
        Operands.block(in[3], 4 * h, h),
        Operands.block(out, 2 * t * n, h),
        Operands.block(activations, steps * n, 4 * h));
    return activations;
  }

  /** The gates after their nonlinearities [t, n, 4h], computed once more if they were not kept. */
  private Tensor activations(Tensor... in) {
    Tensor known = kept.take();
    return known != null ? known : forward(in, Tensor.empty(shape(in), dtype(in)), in[0].size(0));
  }

  /**
   * The operator that computes the gradients of gates, first output and first cell state.
   *
   * @param states the result of this
   * @param in the operands of this
   */
  LstmSequenceGradient gradient(Tensor states, Tensor... in) {
    return new LstmSequenceGradient(states.detach(), activations(in));
  }

  @Override
  public @Nullable Tensor[] vjps(boolean[] wanted, Tensor g, Call call) {
    Tensor gates = call.in(0);
    Tensor h0 = call.in(1);
    Tensor states = call.out();
    LstmSequenceGradient gradient = gradient(states, gates, h0, call.in(2), call.in(3));
    Tensor d = gradient.apply(g, gates, h0, call.in(2), call.in(3));
    kept.put(gradient.activations());
    int size = gates.numel();
    Tensor dGates = d.narrow(0, 0, size).reshape(gates.shape().dims());
    @Nullable Tensor[] result = new Tensor[4];
    result[0] = dGates;
    result[1] = d.narrow(0, size, h0.numel()).reshape(h0.shape().dims());
    result[2] = d.narrow(0, size + h0.numel(), h0.numel()).reshape(h0.shape().dims());
    if (wanted[3]) {
      // What the weight was multiplied by: the outputs one step earlier, [t n, h].
      int steps = gates.size(0);
      Tensor later = states.select(0, 0).narrow(0, 0, steps - 1);
      Tensor before = Tensor.concat(List.of(h0.unsqueeze(0), later), 0).flatten(0, 1);
      result[3] = dGates.flatten(0, 1).transpose().matmul(before); // [4h, t n] @ [t n, h]
    }
    return result;
  }

  @Override
  public Tensor vjp(int i, Tensor g, Call call) {
    boolean[] wanted = new boolean[4];
    wanted[i] = true;
    return Objects.requireNonNull(vjps(wanted, g, call)[i]);
  }

  @Override
  public Reads reads(int i) {
    return Reads.ALL;
  }

  @Override
  public void freed() {
    kept.free();
  }
}
