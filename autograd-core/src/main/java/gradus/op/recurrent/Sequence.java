package gradus.op.recurrent;

import gradus.Autograd;
import gradus.DType;
import gradus.Tensor;
import gradus.op.Call;
import gradus.op.Fused;
import gradus.op.Joint;
import gradus.op.Reads;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A cell along a sequence. One object is one application: it holds what the steps leave for the
 * derivative.
 */
abstract sealed class Sequence implements Fused, Joint permits LstmSequence, GruSequence {
  private final Kept kept = new Kept();

  /** Sets {@code out}; returns what the derivative needs of all steps, in {@link Kept#room}. */
  abstract Tensor steps(Tensor[] in, Tensor out);

  @Override
  public DType dtype(Tensor... in) {
    return DType.floating(name(), in);
  }

  @Override
  public boolean overwrites() {
    return true;
  }

  @Override
  public void forward(Tensor[] in, Tensor out) {
    boolean keep = Autograd.isRecording() && Arrays.stream(in).anyMatch(Tensor::requiresGrad);
    Tensor steps = steps(in, out);
    if (keep) {
      kept.put(steps);
    } else {
      Kept.free(steps);
    }
  }

  /** What the derivative needs of all steps, computed once more if it was not kept. */
  final Tensor takeSteps(Tensor... in) {
    Tensor known = kept.take();
    return known != null ? known : steps(in, Tensor.empty(shape(in), dtype(in)));
  }

  /** Keeps what {@link #takeSteps} has returned. */
  final void keep(Tensor steps) {
    kept.put(steps);
  }

  @Override
  public Tensor vjp(int i, Tensor g, Call call) {
    boolean[] wanted = new boolean[call.arity()];
    wanted[i] = true;
    return Objects.requireNonNull(vjps(wanted, g, call)[i]);
  }

  @Override
  public abstract @Nullable Tensor[] vjps(boolean[] wanted, Tensor g, Call call);

  /** The gradient of the result, then the operands. */
  static Tensor[] withOperands(Tensor g, Call call) {
    Tensor[] all = new Tensor[call.arity() + 1];
    all[0] = g;
    for (int i = 0; i < call.arity(); i++) {
      all[i + 1] = call.in(i);
    }
    return all;
  }

  /**
   * What an operator computes of several gradients, as one vector; unless its history is recorded,
   * in memory that goes back by {@link #giveBack}.
   */
  static Tensor gradients(Fused operator, Tensor... in) {
    if (Autograd.isRecording()) {
      return operator.apply(in);
    }
    Tensor out = Kept.room(operator.shape(in), operator.dtype(in));
    operator.forward(in, out);
    return out;
  }

  /** A part of {@link #gradients} that outlives {@link #giveBack}. */
  static Tensor own(Tensor part) {
    return Autograd.isRecording() ? part : part.copy();
  }

  /** Gives the memory of {@link #gradients} away. */
  static void giveBack(Tensor gradients) {
    if (!Autograd.isRecording()) {
      Kept.free(gradients);
    }
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
