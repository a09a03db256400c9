package gradus.op;

import static gradus.op.OpCase.random;
import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

import gradus.Autograd;
import gradus.DType;
import gradus.Shape;
import gradus.Tensor;
import gradus.Vmap;
import gradus.op.attention.ScaledDotProduct;
import gradus.op.convolution.Conv;
import gradus.op.linalg.LinearOp;
import gradus.op.normalization.Normalization;
import gradus.op.pooling.AvgPool;
import gradus.op.pooling.MaxPool;
import gradus.op.pooling.Windows;
import gradus.op.recurrent.LstmSequence;
import gradus.op.reduction.Axes;
import gradus.op.reduction.CrossEntropy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;

/**
 * Transformations of transformations, of functions that use operators of all families: each agrees
 * with a loop over the examples or with another order of differentiation. All functions take [2,
 * 4].
 */
class NestedTransformProperties {
  private static final int SIZE = 3;

  private static final Tensor ROWS = Tensor.of(new long[] {1, 0, 1});
  private static final Tensor PLACES = Tensor.of(new long[][] {{3, 0, 3}, {1, 1, 2}});
  private static final Tensor CLASSES = Tensor.of(new long[] {3, 1});

  private static final Map<String, UnaryOperator<Tensor>> FUNCTIONS =
      Map.ofEntries(
          entry("elementwise", x -> x.sin().mul(x.exp()).add(x.sigmoid().div(x.square().add(1)))),
          entry("broadcasting", x -> x.mul(x.select(1, 0).unsqueeze(1)).sub(x.select(0, 1).tanh())),
          entry(
              "choices",
              x ->
                  Tensor.where(x.gt(0.1), x.square(), x.mul(3))
                      .maximum(x.flip(1))
                      .add(x.relu().mul(x.clamp(-0.5, 0.5)))),
          entry(
              "movement",
              x ->
                  Tensor.cat(List.of(x.transpose(), x.permute(1, 0).flip(0), x.reshape(4, 2)), 1)
                      .slice(0, 0, 4, 3)
                      .square()
                      .add(x.narrow(0, 1, 1).sum(1).expand(Shape.of(6)))),
          entry(
              "pieces",
              x ->
                  x.square()
                      .selectScatter(x.select(0, 0).exp(), 0, 1)
                      .mul(Tensor.stack(List.of(x.select(0, 1), x.select(0, 0)), 0))
                      .add(x.to(DType.FLOAT64).clone())),
          entry(
              "indexing",
              x ->
                  x.indexSelect(0, ROWS)
                      .square()
                      .sum(0)
                      .add(x.mul(x).scatterAdd(1, PLACES, x.gather(1, PLACES).square()).sum(0))
                      .mul(x.indexAdd(0, ROWS, x.square().indexSelect(0, ROWS)).select(0, 1))),
          entry(
              "reductions",
              x ->
                  Tensor.stack(
                      List.of(
                          x.amax(1).mul(x.amin(0).sum()),
                          x.var(1).add(x.mean(1).square()),
                          x.logsumexp(1).mul(x.square().sum(1))),
                      0)),
          entry("softmax", x -> x.softmax(0).mul(x.logSoftmax(1)).mul(x)),
          entry(
              "cross-entropy",
              x -> new CrossEntropy(false).applyAll(x.mul(x), CLASSES)[0].square()),
          entry(
              "products",
              x ->
                  x.matmul(x.transpose())
                      .matmul(x)
                      .matmul(weights(4, 3))
                      .add(weights(2, 2).matmul(x.matmul(x.select(0, 0))).unsqueeze(1))),
          entry(
              "layers",
              x -> {
                var linear = new LinearOp();
                Tensor y = linear.apply(x, weights(3, 4), weights(3)).gelu();
                y = linear.apply(y, weights(2, 3));
                return linear.apply(y, x.narrow(1, 0, 2), x.select(1, 1));
              }),
          entry(
              "convolution",
              x -> {
                Conv conv = Conv.of(1).withPadding(1).withGroups(2);
                Tensor y = conv.on(x.unsqueeze(0), weights(4, 1, 2), weights(4)).tanh();
                y = conv.withStride(2).on(y, x.reshape(2, 2, 2), x.select(1, 2));
                conv = Conv.of(1).withStride(2).withPadding(1).withDilation(2);
                return conv.transposedOn(y, weights(2, 1, 3), null, 1);
              }),
          entry(
              "pooling",
              x -> {
                Windows pairs = Windows.of(1, 2, 1, 1, 1, false);
                Tensor y = new MaxPool(pairs).on(x.square().unsqueeze(0));
                y = y.mul(new AvgPool(pairs, 0).on(x.unsqueeze(0)));
                return new AvgPool(Windows.adaptive(3), 0).on(y);
              }),
          entry(
              "normalization",
              x ->
                  new Normalization(new Axes(0b10, true), 0.1, true)
                      .applyAll(x, weights(4), x.select(0, 1))[0].square()),
          entry(
              "attention",
              x ->
                  new ScaledDotProduct(0.7, true, false)
                      .applyAll(x.transpose(), x.square().transpose(), weights(4, 3))[0]),
          entry(
              "recurrence",
              x ->
                  new LstmSequence()
                      .applyAll(
                          x.narrow(1, 0, 1),
                          x.narrow(1, 1, 1),
                          x.reshape(2, 2, 2),
                          weights(4, 2),
                          weights(4, 1))[0]));

  private static Tensor weights(int... dims) {
    return random("weights", -1, 1, dims);
  }

  /** As a single number in which every element has a weight of its own. */
  private static Tensor number(Tensor y) {
    return y.flatten().mul(Tensor.arange(1, y.numel() + 1.0, 1, DType.FLOAT64).sin()).sum();
  }

  private static Tensor draw(String what, long seed, int... leading) {
    Shape shape = Shape.of(2, 4);
    for (int n : leading) {
      shape = shape.insert(0, n);
    }
    return random(what + seed, -1.5, 1.5, shape.dims());
  }

  /** What a function makes of each entry of dimension 0 of some tensors. */
  private static Tensor loop(Function<List<Tensor>, Tensor> f, Tensor... xs) {
    return Tensor.stack(
        IntStream.range(0, xs[0].size(0))
            .mapToObj(b -> f.apply(List.of(xs).stream().map(x -> x.select(0, b)).toList()))
            .toList(),
        0);
  }

  private static Tensor batch(Function<List<Tensor>, Tensor> f, Tensor... xs) {
    return new Vmap().apply(f, List.of(xs));
  }

  private static void requireClose(Tensor expected, Tensor actual, String what) {
    assertThat(actual.shape()).as(what).isEqualTo(expected.shape());
    double size = expected.numel() == 0 ? 0 : expected.abs().amax().item();
    assertThat(actual.sub(expected).abs().sum().item())
        .as(what)
        .isLessThanOrEqualTo(1e-10 * (1 + size) * Math.max(1, expected.numel()));
  }

  @Property(tries = 4, shrinking = ShrinkingMode.OFF)
  void batchesOfBatchesAreLoops(@ForAll long seed) {
    FUNCTIONS.forEach((name, f) -> batchesOfBatchesAreLoops(name, f, seed));
  }

  private static void batchesOfBatchesAreLoops(String name, UnaryOperator<Tensor> f, long seed) {
    Tensor xs = draw("x", seed, SIZE, 2);
    requireClose(
        loop(x -> loop(y -> f.apply(y.getFirst()), x.getFirst()), xs),
        Autograd.vmap(x -> Autograd.vmap(f, x), xs),
        name + ": vmap of vmap");
    UnaryOperator<Tensor> gradient = x -> Autograd.grad(y -> number(f.apply(y)), x);
    requireClose(
        loop(x -> loop(y -> gradient.apply(y.getFirst()), x.getFirst()), xs),
        Autograd.vmap(x -> Autograd.vmap(gradient, x), xs),
        name + ": vmap of vmap of grad");
  }

  @Property(tries = 4, shrinking = ShrinkingMode.OFF)
  void gradientsAndBatchesChangePlaces(@ForAll long seed) {
    FUNCTIONS.forEach((name, f) -> gradientsAndBatchesChangePlaces(name, f, seed));
  }

  private static void gradientsAndBatchesChangePlaces(
      String name, UnaryOperator<Tensor> f, long seed) {
    Tensor xs = draw("x", seed, SIZE);
    UnaryOperator<Tensor> gradient = x -> Autograd.grad(y -> number(f.apply(y)), x);
    Tensor expected = loop(x -> gradient.apply(x.getFirst()), xs);
    requireClose(expected, Autograd.vmap(gradient, xs), name + ": vmap of grad");
    requireClose(
        expected,
        Autograd.grad(x -> Autograd.vmap(y -> number(f.apply(y)), x).sum(), xs),
        name + ": grad of vmap");
    Tensor w = draw("w", seed);
    requireClose(
        loop(x -> Autograd.grad(u -> number(f.apply(u.mul(x.getFirst()))), w), xs).sum(0),
        Autograd.grad(u -> Autograd.vmap(x -> number(f.apply(u.mul(x))), xs).sum(), w),
        name + ": grad of what a batch shares");
  }

  @Property(tries = 4, shrinking = ShrinkingMode.OFF)
  void tangentsAndBatchesChangePlaces(@ForAll long seed) {
    FUNCTIONS.forEach((name, f) -> tangentsAndBatchesChangePlaces(name, f, seed));
  }

  private static void tangentsAndBatchesChangePlaces(
      String name, UnaryOperator<Tensor> f, long seed) {
    Tensor xs = draw("x", seed, SIZE);
    Tensor us = draw("u", seed, SIZE);
    Tensor expected = loop(x -> Autograd.jvp(f, x.get(0), x.get(1)), xs, us);
    requireClose(
        expected, batch(x -> Autograd.jvp(f, x.get(0), x.get(1)), xs, us), name + ": vmap of jvp");
    requireClose(expected, Autograd.jvp(x -> Autograd.vmap(f, x), xs, us), name + ": jvp of vmap");
    Tensor x = xs.select(0, 0);
    requireClose(
        loop(u -> Autograd.jvp(f, x, u.getFirst()), us),
        Autograd.vmap(u -> Autograd.jvp(f, x, u), us),
        name + ": vmap of tangents only");
  }

  @Property(tries = 4, shrinking = ShrinkingMode.OFF)
  void secondDerivativesHaveManyWays(@ForAll long seed) {
    FUNCTIONS.forEach((name, f) -> secondDerivativesHaveManyWays(name, f, seed));
  }

  private static void secondDerivativesHaveManyWays(
      String name, UnaryOperator<Tensor> f, long seed) {
    UnaryOperator<Tensor> g = x -> number(f.apply(x));
    Tensor x = draw("x", seed);
    Tensor u = draw("u", seed);
    Tensor v = draw("v", seed);
    Tensor twice = Autograd.jvp(at -> Autograd.jvp(f, at, u), x, v);
    requireClose(
        twice, Autograd.jvp(at -> Autograd.jvp(f, at, v), x, u), name + ": jvp of jvp, exchanged");
    Tensor uHv = number(twice);
    Tensor hv = Autograd.hvp(g, x, v);
    requireClose(uHv, hv.mul(u).sum(), name + ": jvp of grad");
    requireClose(hv, Autograd.vhp(g, x, v), name + ": grad of grad");
    requireClose(hv, Autograd.grad(at -> Autograd.jvp(g, at, v).sum(), x), name + ": grad of jvp");
  }

  @Property(tries = 4, shrinking = ShrinkingMode.OFF)
  void hessiansAreBatchesInBatches(@ForAll long seed) {
    FUNCTIONS.forEach((name, f) -> hessiansAreBatchesInBatches(name, f, seed));
  }

  private static void hessiansAreBatchesInBatches(String name, UnaryOperator<Tensor> f, long seed) {
    UnaryOperator<Tensor> g = x -> number(f.apply(x));
    Tensor xs = draw("x", seed, SIZE);
    Tensor expected = loop(x -> rowByRow(g, x.getFirst()), xs);
    requireClose(
        expected, Autograd.vmap(x -> Autograd.hessian(g, x), xs), name + ": vmap of hessian");
    requireClose(
        expected,
        Autograd.vmap(x -> Autograd.jacrev(y -> Autograd.grad(g, y), x), xs),
        name + ": vmap of jacrev of grad");
  }

  /** A Hessian by products with unit vectors, recorded in plain evaluation. */
  private static Tensor rowByRow(UnaryOperator<Tensor> g, Tensor at) {
    Tensor x = at.detach().requiresGrad(true);
    Tensor gradient = Autograd.grad(g.apply(x), List.of(x), Autograd.CREATE_GRAPH).getFirst();
    var rows = new ArrayList<Tensor>();
    for (int i = 0; i < x.numel(); i++) {
      Tensor one = gradient.flatten().select(0, i);
      rows.add(
          one.requiresGrad()
              ? Autograd.grad(one, List.of(x), Autograd.RETAIN_GRAPH, Autograd.ALLOW_UNUSED)
                  .getFirst()
              : Tensor.zerosLike(at));
    }
    return Tensor.stack(rows, 0).reshape(2, 4, 2, 4);
  }
}
