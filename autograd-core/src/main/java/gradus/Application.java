package gradus;

import gradus.op.Op;
import gradus.op.Primitive;
import gradus.tape.Dispatcher;
import gradus.tape.Interpreter;
import gradus.tape.Node;
import java.util.Arrays;
import java.util.function.Consumer;

/**
 * The door through which everything passes that happens to tensors: every application of an
 * operator, change in place and look at elements. Interpreters stand here. Part of {@link Tensor}.
 */
abstract sealed class Application extends Creation permits Tensor {
  Application() {}

  /**
   * The result of an operator, recorded if an input requires gradients and recording is on.
   *
   * @throws ShapeException if the inputs do not fit
   * @throws DTypeException if the operator does not take their types
   */
  public static Tensor apply(Op op, Tensor... in) {
    Dispatcher d = Dispatcher.current();
    Interpreter top = d.top();
    if (top != null) {
      return top.apply(op, false, in)[0];
    }
    if (!d.records()) {
      return op.evaluate(in);
    }
    long before = d.pause();
    Tensor out;
    try {
      out = op.evaluate(in);
    } finally {
      d.resume(before);
    }
    long latest = out.dtype().isFloating() ? Dispatcher.latest(in) : 0;
    if (latest == 0) {
      return out;
    }
    Tensor result = out.node == null ? out : new Tensor(out);
    result.node = d.record(op, in, result, latest);
    return result;
  }

  /** The results of an operator, recorded as by {@link #apply}. */
  public static Tensor[] applyAll(Primitive op, Tensor... in) {
    return applyAll(op, false, in);
  }

  /** As {@link #applyAll(Primitive, Tensor...)}, followed by the residuals if asked for. */
  public static Tensor[] applyAll(Primitive op, boolean residuals, Tensor... in) {
    Dispatcher d = Dispatcher.current();
    Interpreter top = d.top();
    if (top != null) {
      return top.apply(op, residuals, in);
    }
    long latest = d.records() ? Dispatcher.latest(in) : 0;
    boolean keep = residuals || latest != 0 && Dispatcher.savesResiduals(op, in);
    long before = d.pause();
    Tensor[] out;
    try {
      out = op.evaluateAll(keep, in);
    } finally {
      d.resume(before);
    }
    if (latest == 0) {
      return out;
    }
    int results = keep ? out.length - op.residuals(in).size() : out.length;
    record(d, op, results, latest, in, out);
    return residuals ? out : Arrays.copyOf(out, results);
  }

  /** Gives the floating outputs of an application their nodes. */
  private static void record(
      Dispatcher d, Primitive op, int results, long latest, Tensor[] in, Tensor... out) {
    boolean floating = false;
    for (int k = 0; k < out.length; k++) {
      floating |= out[k].dtype().isFloating();
      out[k] = out[k].node == null ? out[k] : new Tensor(out[k]);
    }
    if (floating) {
      Node.Operation made = d.record(op, in, out, results, latest);
      for (int k = 0; k < out.length; k++) {
        out[k].node = out[k].dtype().isFloating() ? made.output(k) : null;
      }
    }
  }

  /**
   * A change in place of the first {@code written} tensors, announced before and counted after.
   * Nothing in place is recorded.
   *
   * @param change the loop over the elements, given tensors that broadcast as these do
   * @throws AutogradException if recording is on and a tensor requires gradients: its history, or
   *     that of a source, would be lost
   * @throws ShapeException if a written tensor is expanded: several of its elements share one place
   */
  public static void change(
      String operator, int written, Consumer<Tensor[]> change, Tensor... tensors) {
    Dispatcher d = Dispatcher.current();
    Interpreter top = d.top();
    if (top != null) {
      top.change(operator, written, change, tensors);
      return;
    }
    if (d.records()) {
      for (int i = 0; i < tensors.length; i++) {
        if (tensors[i].node != null) {
          throw Dispatcher.refusedChange(operator, tensors[i], i < written);
        }
      }
    }
    for (int i = 0; i < written; i++) {
      tensors[i].requireWritable(operator);
    }
    Tensor[] in = tensors;
    for (int i = written; i < tensors.length; i++) {
      for (int k = 0; k < written; k++) {
        Tensor read = undisturbed(in[i], tensors[k]);
        if (read != in[i]) {
          in = in == tensors ? in.clone() : in;
          in[i] = read;
        }
      }
    }
    long before = d.pause();
    try {
      change.accept(in);
    } finally {
      d.resume(before);
    }
    for (int k = 0; k < written; k++) {
      tensors[k].storage().changed();
    }
  }

  /**
   * What can be read while {@code written} changes: {@code read} itself, or a copy if some of its
   * elements lie in the same places in another order.
   */
  private static Tensor undisturbed(Tensor read, Tensor written) {
    if (read.storage() != written.storage()) {
      return read;
    }
    boolean same =
        read.offset() == written.offset()
            && read.shape().equals(written.shape())
            && Arrays.equals(read.strides(), written.strides());
    boolean apart = last(read) < first(written) || last(written) < first(read);
    return same || apart ? read : read.clone();
  }

  private static long first(Tensor t) {
    return t.offset() + reach(t, -1);
  }

  private static long last(Tensor t) {
    return t.offset() + reach(t, 1);
  }

  /** How far the elements lie from the first one, in one direction. */
  private static long reach(Tensor t, int sign) {
    long reach = 0;
    for (int d = 0; d < t.rank(); d++) {
      long step = (t.size(d) - 1L) * t.stride(d);
      reach += step * sign > 0 ? step : 0;
    }
    return reach;
  }

  /** A tensor whose elements may be looked at in place of this one: they leave the graph. */
  static Tensor read(String operator, Tensor t) {
    Interpreter top = Dispatcher.isAnyTransforming() ? Dispatcher.current().top() : null;
    if (top != null) {
      return top.read(operator, t);
    }
    if (t.interpreted != null) {
      throw new AutogradException(
          "%s: this tensor %s belongs to %s, which is over; return what is needed from the function"
              .formatted(operator, t.shape(), t.interpreted.interpreter().name()));
    }
    return t;
  }
}
