package gradus.op.fusion;

import gradus.DType;
import gradus.Shape;
import gradus.Tensor;
import gradus.formula.Expr;
import gradus.kernel.compile.ElementwiseKernel;
import gradus.tape.ArrayStorage;
import gradus.tape.LazyElements;
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
final class FusedElements implements LazyElements {
  /** The most arrays that one pass writes. */
  private static final int OUTPUTS = 4;

  /** The expression and what it reads. */
  final FusedExpression chain;

  final Shape shape;
  final DType dtype;

  /** The expensive results on the way to this one. */
  final List<ArrayStorage> parts;

  private volatile boolean kept;
  private volatile boolean used;

  FusedElements(FusedExpression chain, Shape shape, DType dtype, List<ArrayStorage> parts) {
    this.chain = chain;
    this.shape = shape;
    this.dtype = dtype;
    this.parts = parts;
  }

  @Override
  public int size() {
    return shape.size();
  }

  @Override
  public void announce(ArrayStorage result) {
    var reader = new WeakReference<>(result);
    for (Tensor t : chain.operands()) {
      TensorAccess.storage(t).addReader(reader);
    }
  }

  @Override
  public void keep() {
    kept = true;
  }

  /** Those of a storage; null if they are there. */
  static @Nullable FusedElements of(ArrayStorage storage) {
    return (FusedElements) storage.deferred();
  }

  /** Notes that another expression takes this one in. */
  void use() {
    used = true;
  }

  /** Whether it is cheaper to compute and store it now than to take it into an expression. */
  boolean isBetterStored() {
    return used && chain.isExpensive();
  }

  /** Whether a result on the way to this one has to be stored with it. */
  boolean hasKeptParts() {
    for (ArrayStorage part : parts) {
      if (isKept(of(part))) {
        return true;
      }
    }
    return false;
  }

  private boolean isKept(@Nullable FusedElements part) {
    return part != null && part.kept && part.shape.equals(shape);
  }

  /** Computes also those of kept results on the way, in one pass. */
  @Override
  public Object compute() {
    var out = new ArrayList<Tensor>(List.of(Tensor.empty(shape, dtype)));
    var bodies = new ArrayList<Expr>(List.of(chain.body()));
    var stored = new ArrayList<ArrayStorage>();
    for (ArrayStorage part : parts) {
      FusedElements d = of(part);
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
