package gradus.op;

import static gradus.Autograd.ALLOW_UNUSED;
import static gradus.Autograd.CREATE_GRAPH;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import gradus.Autograd;
import gradus.DType;
import gradus.Shape;
import gradus.Tensor;
import gradus.tape.Node;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * What {@code reads(i)} names is what {@code vjp(i)} looks at: more would keep memory alive and
 * refuse changes in place that do no harm; less is refused when it is looked at.
 */
class ReadsTest {
  /** Operators that make their gradients in one go and name the same for each. */
  private static final Set<String> TOGETHER = Set.of("lstmSequence", "gruSequence");

  private static final int MOST_OUTPUTS = 8;

  /** An application that notes what is looked at. */
  private static final class Observed implements Call {
    private final Call call;
    private Reads seen = Reads.NOTHING;

    Observed(Call call) {
      this.call = call;
    }

    @Override
    public Tensor in(int i) {
      seen = seen.or(Reads.of(i));
      return call.in(i);
    }

    @Override
    public Tensor out(int k) {
      seen = seen.or(Reads.results(k));
      return call.out(k);
    }

    @Override
    public Tensor residual(int k) {
      seen = seen.or(Reads.residuals(k));
      return call.residual(k);
    }

    @Override
    public int arity() {
      return call.arity();
    }

    @Override
    public Shape shape(int i) {
      return call.shape(i);
    }

    @Override
    public Shape outShape(int k) {
      return call.outShape(k);
    }

    @Override
    public DType outDtype(int k) {
      return call.outDtype(k);
    }
  }

  @TestFactory
  Stream<DynamicTest> operators() {
    return OpCases.all().stream()
        .filter(c -> c.differentiable)
        .map(c -> dynamicTest(c.name, () -> c.samples().forEach(in -> check(c, in))));
  }

  /** The applications behind the result, and behind its recorded gradients. */
  private static void check(OpCase c, Tensor... in) {
    Tensor[] x =
        Arrays.stream(in)
            .map(t -> t.detach().requiresGrad(t.dtype().isFloating()))
            .toArray(Tensor[]::new);
    Tensor y = c.op.apply(x);
    Tensor g = Tensor.onesLike(y).requiresGrad(true);
    List<Tensor> wanted = Arrays.stream(x).filter(Tensor::requiresGrad).toList();
    var applications = new ArrayList<>(Coverage.operations(y));
    for (Tensor gradient : Autograd.grad(y, g, wanted, CREATE_GRAPH, ALLOW_UNUSED)) {
      applications.addAll(Coverage.operations(gradient));
    }
    try (var _ = Autograd.noGrad()) {
      applications.forEach(ReadsTest::check);
    }
  }

  private static void check(Node.Operation made) {
    Primitive op = made.op();
    boolean together = TOGETHER.contains(op.name());
    Reads declared = Reads.NOTHING;
    Reads seen = Reads.NOTHING;
    for (int i = 0; i < made.arity(); i++) {
      if (made.input(i) != null) {
        var call = new Observed(made);
        boolean[] wanted = new boolean[made.arity()];
        wanted[i] = true;
        op.vjp(wanted, ones(made), call);
        declared = declared.or(op.reads(i));
        seen = seen.or(call.seen);
        if (!together) {
          requireEqual(op.reads(i), call.seen, made, "%s, input %d".formatted(op.name(), i));
        }
      }
    }
    requireEqual(declared, seen, made, op.name());
  }

  /** Gradients of one for all floating results. */
  private static Gradients ones(Node.Operation made) {
    @Nullable Tensor[] g = new Tensor[made.resultCount()];
    for (int k = 0; k < g.length; k++) {
      DType type = made.outDtype(k);
      g[k] = type.isFloating() ? Tensor.full(made.outShape(k), 1, type) : null;
    }
    return new Gradients(g.length, g);
  }

  private static void requireEqual(Reads declared, Reads seen, Call call, String what) {
    assertThat(places(declared, call)).as("%s: reads(...)", what).isEqualTo(places(seen, call));
  }

  /** The inputs, results and residuals that there are. */
  private static List<String> places(Reads reads, Call call) {
    var places = new ArrayList<String>();
    for (int i = 0; i < call.arity(); i++) {
      if (reads.has(i)) {
        places.add("input " + i);
      }
    }
    for (int k = 0; k < MOST_OUTPUTS; k++) {
      if (Reads.has(reads.results(), k)) {
        places.add("result " + k);
      }
      if (Reads.has(reads.residuals(), k)) {
        places.add("residual " + k);
      }
    }
    return places;
  }
}
