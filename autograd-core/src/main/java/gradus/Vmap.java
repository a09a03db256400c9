package gradus;

import gradus.op.Batches;
import gradus.transform.Batch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * How a function of one example is applied to many at once: {@code torch.vmap}. The shapes that the
 * function sees are those of one example.
 *
 * <pre>{@code
 * Function<List<Tensor>, Tensor> product = in -> in.get(0).matmul(in.get(1));
 * Tensor rows = new Vmap().withInDims(0, Vmap.NONE).apply(product, List.of(xs, w));
 * }</pre>
 */
public final class Vmap {
  /** In place of a dimension: the tensor is the same for all examples. */
  public static final int NONE = Integer.MIN_VALUE;

  /** What a random draw does for the examples of a batch. */
  public enum Randomness {
    /** It is refused: say which of the two is meant. */
    ERROR,
    /** Every example has a draw of its own. */
    DIFFERENT,
    /** All examples have the same draw. */
    SAME
  }

  private final int[] inDims;
  private final int[] outDims;
  private final Randomness randomness;

  /** Examples along dimension 0 of every input and result; random draws are refused. */
  public Vmap() {
    this(new int[0], new int[0], Randomness.ERROR);
  }

  private Vmap(int[] inDims, int[] outDims, Randomness randomness) {
    this.inDims = inDims;
    this.outDims = outDims;
    this.randomness = randomness;
  }

  /** With the examples of each input along this dimension, or {@link #NONE}: {@code in_dims}. */
  public Vmap withInDims(int... dims) {
    return new Vmap(dims.clone(), outDims, randomness);
  }

  /** With the examples of each result along this dimension: {@code out_dims}. */
  public Vmap withOutDims(int... dims) {
    return new Vmap(inDims, dims.clone(), randomness);
  }

  /** With draws that are different or the same for the examples: {@code randomness}. */
  public Vmap withRandomness(Randomness randomness) {
    return new Vmap(inDims, outDims, randomness);
  }

  /** The results of a function of one tensor. */
  public Tensor apply(UnaryOperator<Tensor> f, Tensor x) {
    return applyAll(in -> List.of(f.apply(in.getFirst())), x).getFirst();
  }

  /** The results of a function of several tensors. */
  public Tensor apply(Function<List<Tensor>, Tensor> f, List<Tensor> xs) {
    return applyAll(in -> List.of(f.apply(in)), xs.toArray(Tensor[]::new)).getFirst();
  }

  /**
   * The results of a function with several.
   *
   * @throws ShapeException if the inputs have different numbers of examples
   */
  public List<Tensor> applyAll(Function<List<Tensor>, List<Tensor>> f, Tensor... xs) {
    Tensor[] first = new Tensor[xs.length];
    int size = -1;
    for (int i = 0; i < xs.length; i++) {
      int dim = dim("inDims", inDims, i, xs.length);
      if (dim == NONE) {
        continue;
      }
      if (xs[i].rank() == 0) {
        throw new ShapeException(
            "vmap: input %d is a single number and has no dimension of examples".formatted(i));
      }
      first[i] = Batches.moved(xs[i], dim, 0);
      if (size >= 0 && first[i].size(0) != size) {
        throw new ShapeException(
            "vmap: the inputs have different numbers of examples: %s along %s"
                .formatted(
                    Arrays.stream(xs).map(Tensor::shape).toList(),
                    inDims.length == 0 ? "dimension 0" : Arrays.toString(inDims)));
      }
      size = first[i].size(0);
    }
    if (size < 0) {
      throw new IllegalArgumentException(
          "vmap: no input has a dimension of examples; one of inDims must not be NONE");
    }
    var batch = new Batch(size, randomness);
    return batch.run(
        () -> {
          var in = new ArrayList<Tensor>();
          for (int i = 0; i < xs.length; i++) {
            boolean same = dim("inDims", inDims, i, xs.length) == NONE;
            in.add(same ? xs[i] : batch.example(first[i]));
          }
          List<Tensor> out = f.apply(in);
          var all = new ArrayList<Tensor>();
          for (int k = 0; k < out.size(); k++) {
            all.add(batch.all(out.get(k), dim("outDims", outDims, k, out.size())));
          }
          return all;
        });
  }

  private static int dim(String what, int[] dims, int i, int count) {
    if (dims.length > 1 && dims.length != count) {
      throw new IllegalArgumentException(
          "vmap: %d %s for %d tensors".formatted(dims.length, what, count));
    }
    return dims.length == 0 ? 0 : dims.length == 1 ? dims[0] : dims[i];
  }
}
