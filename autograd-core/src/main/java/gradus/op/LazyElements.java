package gradus.op;

import gradus.DType;
import gradus.Shape;
import gradus.Tensor;
import gradus.formula.Expr;
import gradus.kernel.compile.ElementwiseKernel;
import gradus.tape.ArrayStorage;
import gradus.tape.TensorAccess;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The elements of an elementwise result before they are computed: one expression of tensors that
 * have theirs. {@link Fusion} makes and joins them; a {@link ArrayStorage} computes itself from one
 * when somebody looks at its elements.
 */
public final class LazyElements {
  /** The most arrays that one pass writes. */
  private static final int OUTPUTS = 4;

  private final FusedExpression chain;
  private final Shape shape;
  private final DType dtype;

  /** The expensive results on the way to this one. */
  private final List<ArrayStorage> parts;

  private volatile boolean kept;
  private volatile boolean used;

  LazyElements(FusedExpression chain, Shape shape, DType dtype, List<ArrayStorage> parts) {
    this.chain = chain;
    this.shape = shape;
    this.dtype = dtype;
    this.parts = parts;
  }

  public Shape shape() {
    return shape;
  }

  public DType dtype() {
    return dtype;
  }

  /** The expression and what it reads. */
  public FusedExpression chain() {
    return chain;
  }

  /** Tells the operands who will read them: they do not change before. */
  public void announce(ArrayStorage result) {
    var reader = new WeakReference<>(result);
    for (Tensor t : chain.operands()) {
      TensorAccess.storage(t).addReader(reader);
    }
  }

  /**
   * Says that a graph has saved this result. If it is expensive, it is stored by the pass that
   * first computes it on the way to another, instead of being computed once more.
   */
  public void keep() {
    kept = true;
  }

  /** Notes that another expression takes this one in. */
  void use() {
    used = true;
  }

  /** Whether it is cheaper to compute and store it now than to take it into an expression. */
  boolean isBetterStored() {
    return used && isExpensive();
  }

  boolean isExpensive() {
    return chain.isExpensive();
  }

  List<ArrayStorage> parts() {
    return parts;
  }

  /** Whether a result on the way to this one has to be stored with it. */
  boolean hasKeptParts() {
    for (ArrayStorage part : parts) {
      if (isKept(part.deferred())) {
        return true;
      }
    }
    return false;
  }

  private boolean isKept(@Nullable LazyElements part) {
    return part != null && part.kept && part.shape.equals(shape);
  }

  /** Computes the elements, and those of kept results on the way, in one pass. */
  public Object compute() {
    var out = new ArrayList<Tensor>(List.of(Tensor.empty(shape, dtype)));
    var bodies = new ArrayList<Expr>(List.of(chain.body()));
    var stored = new ArrayList<ArrayStorage>();
    for (ArrayStorage part : parts) {
      LazyElements d = part.deferred();
      if (d != null && isKept(d) && out.size() < OUTPUTS) {
        stored.add(part);
        out.add(Tensor.empty(shape, dtype));
        bodies.add(chain.rename(d.chain));
      }
    }
    chain.run(ElementwiseKernel.of(bodies), dtype, out.toArray(new Tensor[0]));
    for (int i = 0; i < stored.size(); i++) {
      stored.get(i).complete(TensorAccess.storage(out.get(i + 1)).takeArray());
    }
    return TensorAccess.storage(out.getFirst()).takeArray();
  }
}
