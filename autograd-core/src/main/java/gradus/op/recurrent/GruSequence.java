package gradus.op.recurrent;

import gradus.Autograd;
import gradus.DType;
import gradus.Shape;
import gradus.ShapeException;
import gradus.Tensor;
import gradus.kernel.recurrent.Gru;
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
 * {@link GruCell} along a sequence: of what the input contributes to the gates [t, n, 3h], the
 * first state [n, h], the weight of the old state [3h, h], and perhaps a bias [3h] beside it, all
 * states [t, n, h].
 *
 * <p>One object is one application: it holds r, z, h_n and n of all steps for the derivative.
 */
public final class GruSequence implements Fused, Joint {
  private final Kept kept = new Kept();

  @Override
  public Tensor composed(Tensor... in) {
    Tensor back = in[2].transpose();
    var states = new ArrayList<Tensor>();
    Tensor h = in[1];
    for (int t = 0; t < in[0].size(0); t++) {
      Tensor y = h.matmul(back);
      y = in.length > 3 ? y.add(in[3]) : y;
      h = GruCell.step(in[0].select(0, t), y, h);
      states.add(h);
    }
    return Tensor.stack(states, 0);
  }

  @Override
  public Shape shape(Tensor... in) {
    Shape gates = in[0].shape();
    boolean fits = gates.rank() == 3 && gates.dim(0) > 0 && gates.dim(2) % 3 == 0;
    if (fits) {
      int h = gates.dim(2) / 3;
      fits =
          in[1].shape().equals(Shape.of(gates.dim(1), h))
              && in[2].shape().equals(Shape.of(3 * h, h))
              && (in.length < 4 || in[3].shape().equals(Shape.of(3 * h)));
    }
    if (!fits) {
      throw new ShapeException(
          "gruSequence: needs gates [t, n, 3h], a state [n, h], a weight [3h, h] and a bias [3h], got %s"
              .formatted(Arrays.stream(in).map(Tensor::shape).toList()));
    }
    return gates.with(2, gates.dim(2) / 3);
  }

  @Override
  public DType dtype(Tensor... in) {
    return DType.floating("gruSequence", in);
  }

  @Override
  public boolean overwrites() {
    return true;
  }

  @Override
  public void forward(Tensor[] in, Tensor out) {
    boolean keep = Autograd.isRecording() && Arrays.stream(in).anyMatch(Tensor::requiresGrad);
    Tensor activations = forward(in, out, keep ? out.size(0) : 1);
    if (keep) {
      kept.put(activations);
    }
  }

  /** Returns r, z, h_n and n of the last {@code steps} steps. */
  private static Tensor forward(Tensor[] in, Tensor out, int steps) {
    int t = out.size(0);
    int n = out.size(1);
    int h = out.size(2);
    Tensor activations = Kept.room(Shape.of(steps, n, 4 * h), out.dtype());
    Gru.forward(
        t,
        Operands.block(in[0], t * n, 3 * h),
        Operands.block(in[1], n, h),
        Operands.block(in[2], 3 * h, h),
        in.length > 3 ? Operands.block(in[3], 1, 3 * h) : null,
        Operands.block(out, t * n, h),
        Operands.block(activations, steps * n, 4 * h));
    return activations;
  }

  /** r, z, h_n and n of all steps [t, n, 4h], computed once more if they were not kept. */
  private Tensor activations(Tensor... in) {
    Tensor known = kept.take();
    return known != null ? known : forward(in, Tensor.empty(shape(in), dtype(in)), in[0].size(0));
  }

  /**
   * The operator that computes the gradients of gates and first state.
   *
   * @param states the result of this
   * @param in the operands of this
   */
  GruSequenceGradient gradient(Tensor states, Tensor... in) {
    return new GruSequenceGradient(states.detach(), activations(in));
  }

  @Override
  public @Nullable Tensor[] vjps(boolean[] wanted, Tensor g, Call call) {
    int n = call.arity();
    Tensor[] in = new Tensor[n + 1];
    in[0] = g;
    for (int i = 0; i < n; i++) {
      in[i + 1] = call.in(i);
    }
    Tensor gates = in[1];
    Tensor h0 = in[2];
    Tensor states = call.out();
    var gradient = gradient(states, Arrays.copyOfRange(in, 1, n + 1));
    Tensor d = gradient.apply(in);
    Tensor dGates = d.narrow(0, 0, gates.numel()).reshape(gates.shape().dims());
    @Nullable Tensor[] result = new Tensor[n];
    result[0] = dGates;
    result[1] = d.narrow(0, gates.numel(), h0.numel()).reshape(h0.shape().dims());
    if (wanted[2] || (n > 3 && wanted[3])) {
      // The states one step earlier, [t n, h], and the gate r that multiplied their part of n.
      int width = h0.size(1);
      Tensor later = states.narrow(0, 0, gates.size(0) - 1);
      Tensor before = Tensor.concat(List.of(h0.unsqueeze(0), later), 0).flatten(0, 1);
      Tensor r =
          Autograd.isRecording()
              ? reset(gates, before, Arrays.copyOfRange(in, 3, n + 1))
              : gradient.activations().flatten(0, 1).narrow(1, 0, width);
      Tensor dx = dGates.flatten(0, 1);
      Tensor dn = dx.narrow(1, 2 * width, width).mul(r);
      Tensor dy = Tensor.concat(List.of(dx.narrow(1, 0, 2 * width), dn), 1);
      result[2] = dy.transpose().matmul(before); // [3h, t n] @ [t n, h]
      if (n > 3) {
        result[3] = dy;
      }
    }
    kept.put(gradient.activations());
    return result;
  }

  /** The gate r of all steps [t n, h], of the states before them. */
  private static Tensor reset(Tensor gates, Tensor before, Tensor... weightAndBias) {
    int width = before.size(1);
    Tensor y = before.matmul(weightAndBias[0].narrow(0, 0, width).transpose());
    y = weightAndBias.length > 1 ? y.add(weightAndBias[1].narrow(0, 0, width)) : y;
    return gates.flatten(0, 1).narrow(1, 0, width).add(y).sigmoid();
  }

  @Override
  public Tensor vjp(int i, Tensor g, Call call) {
    boolean[] wanted = new boolean[call.arity()];
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
