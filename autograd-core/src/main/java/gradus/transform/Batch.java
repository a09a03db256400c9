package gradus.transform;

import gradus.AutogradException;
import gradus.DType;
import gradus.Shape;
import gradus.Tensor;
import gradus.Vmap.Randomness;
import gradus.op.Batches;
import gradus.op.Composite;
import gradus.op.Draw;
import gradus.op.Primitive;
import gradus.op.Spec;
import gradus.op.View;
import gradus.tape.Interpreter;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Batching: a function written for one example is applied to many at once. A tensor of this level
 * stands for one example's; its value below has the examples along dimension 0.
 *
 * <p>An application is handled by the operator's rule {@link Primitive#vmap}; if it has none, by
 * its composition; if it is no composite, by a loop over the examples, of which the log tells once
 * for each operator.
 */
public final class Batch extends Interpreter {
  private static final Set<String> TOLD = ConcurrentHashMap.newKeySet();

  private final Set<String> looped = new TreeSet<>();
  private final int size;
  private final Randomness randomness;

  private static final class Batched extends Interpreted {
    Batched(Batch interpreter, Tensor value) {
      super(interpreter, value);
    }

    @Override
    public String toString() {
      Tensor all = value();
      return "one example %s of %s, of the batch\n%s"
          .formatted(all.shape().remove(0), all.shape(), all);
    }
  }

  /** A new level for this number of examples; {@link #run} lets it stand. */
  public Batch(int size, Randomness randomness) {
    super("vmap");
    this.size = size;
    this.randomness = randomness;
  }

  /** The names of the operators that this level applied to one example after the other. */
  public Set<String> looped() {
    return looped;
  }

  /** One example, given all of them along dimension 0, while this level stands. */
  public Tensor example(Tensor all) {
    return make(new Batched(this, all), all.shape().remove(0));
  }

  /** All examples along a dimension; a tensor that is the same for all is repeated as a view. */
  public Tensor all(Tensor example, int dim) {
    Tensor value = lower(example);
    boolean batched = of(example) != null;
    return below(() -> Batches.moved(Batches.expanded(size, batched, value), 0, dim));
  }

  @Override
  public Tensor[] apply(Primitive op, boolean residuals, Tensor... in) {
    boolean[] batched = new boolean[in.length];
    boolean any = false;
    for (int i = 0; i < in.length; i++) {
      batched[i] = of(in[i]) != null;
      any |= batched[i];
    }
    Tensor[] values = lower(in);
    if (!any && !(op instanceof Draw)) {
      return applyBelow(op, residuals, values);
    }
    Tensor @Nullable [] all = null;
    if (op instanceof Draw draw) {
      if (randomness == Randomness.SAME && !any) {
        return applyBelow(op, residuals, values);
      }
      all = drawn(draw, values);
    } else {
      requireFits(op, in);
      if (size == 0 && !(op instanceof View)) {
        return none(op, residuals, in);
      }
      all = residuals ? null : below(() -> op.vmap(size, batched, values));
      if (all == null && !residuals && op instanceof Composite c) {
        return c.composedAll(in);
      }
    }
    if (all == null) {
      all = below(() -> loop(op, residuals, batched, values));
    }
    Tensor[] out = new Tensor[all.length];
    for (int k = 0; k < out.length; k++) {
      if (all[k].rank() == 0 || all[k].size(0) != size) {
        throw new AutogradException(
            "vmap: the rule of %s gave %s, which is no batch of %d examples"
                .formatted(op.name(), all[k].shape(), size));
      }
      out[k] = example(all[k]);
    }
    return out;
  }

  /** The outputs of an operator when there are no examples. */
  private Tensor[] none(Primitive op, boolean residuals, Tensor... in) {
    var specs = new ArrayList<>(op.results(in));
    if (residuals) {
      specs.addAll(op.residuals(in));
    }
    Tensor[] out = new Tensor[specs.size()];
    for (int k = 0; k < out.length; k++) {
      Shape shape = specs.get(k).known().insert(0, 0);
      DType dtype = specs.get(k).dtype();
      out[k] = example(below(() -> Tensor.zeros(shape, dtype)));
    }
    return out;
  }

  private Tensor[] drawn(Draw op, Tensor... values) {
    if (randomness == Randomness.ERROR) {
      throw new AutogradException(
          ("vmap: %s draws random numbers; say with withRandomness(DIFFERENT or SAME) whether each"
                  + " example has its own")
              .formatted(op.name()));
    }
    return applyBelow(op.forExamples(size), false, values);
  }

  /** One example after the other. */
  private Tensor[] loop(Primitive op, boolean residuals, boolean[] batched, Tensor... in) {
    String name = residuals ? op.name() + " with residuals" : op.name();
    looped.add(name);
    if (TOLD.add(name)) {
      System.getLogger("gradus")
          .log(
              Level.INFO,
              "vmap: {0} has no batching rule and is applied to one example after the other",
              name);
    }
    if (size == 0) {
      throw new AutogradException(
          "vmap: %s has no batching rule, and there is no example to apply it to"
              .formatted(op.name()));
    }
    var examples = new ArrayList<Tensor[]>(size);
    for (int b = 0; b < size; b++) {
      Tensor[] one = in.clone();
      for (int i = 0; i < one.length; i++) {
        one[i] = batched[i] ? in[i].select(0, b) : in[i];
      }
      examples.add(Tensor.applyAll(op, residuals, one));
    }
    Tensor[] all = new Tensor[examples.getFirst().length];
    for (int k = 0; k < all.length; k++) {
      int result = k;
      all[k] = Tensor.stack(examples.stream().map(out -> out[result]).toList(), 0);
    }
    return all;
  }

  /** Checks as the operator does, and in its words, with the shapes of one example. */
  private static void requireFits(Primitive op, Tensor... in) {
    if (op instanceof View) {
      return; // it looks at the tensor to know its shape
    }
    for (Spec spec : op.results(in)) {
      if (spec.shape() == null) {
        throw new AutogradException(
            ("vmap: %s makes a tensor whose shape depends on its elements, which may differ between"
                    + " examples; use where(...) or a mask instead")
                .formatted(op.name()));
      }
    }
  }

  @Override
  public void change(String operator, int written, Consumer<Tensor[]> change, Tensor... tensors) {
    boolean any = false;
    for (Tensor t : tensors) {
      any |= of(t) != null;
    }
    Tensor[] aligned = lower(tensors);
    if (any) {
      int rank = tensors[0].rank();
      for (int i = 0; i < tensors.length; i++) {
        if (i < written && of(tensors[i]) == null) {
          throw new AutogradException(
              ("%s: %s is the same for all examples of a vmap and cannot take over what differs"
                      + " between them; make a new tensor, or create it from a batched one")
                  .formatted(operator, tensors[i].shape()));
        }
        Tensor value = aligned[i];
        aligned[i] = of(tensors[i]) == null ? value : below(() -> Batches.padded(value, rank));
      }
      if (operator.equals("set")) {
        throw new AutogradException(
            "set: under vmap, use selectScatter(...), or fill(...) of a view");
      }
    }
    changeBelow(operator, written, change, aligned);
  }

  @Override
  public Tensor detach(Tensor t) {
    Tensor value = below(lower(t)::detach);
    return of(t) == null ? value : example(value);
  }

  @Override
  public Tensor read(String operator, Tensor t) {
    if (of(t) != null) {
      throw new AutogradException(
          ("%s: this tensor %s stands for %d examples of a vmap at once, whose elements differ; use"
                  + " tensor operators, such as where(...) for a decision")
              .formatted(operator, t.shape(), size));
    }
    return readBelow(operator, lower(t));
  }
}
