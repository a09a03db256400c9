package gradus.op;

import gradus.Shape;
import gradus.Tensor;
import java.util.ArrayList;

/** Inputs of batching rules ({@link Primitive#vmap}) in the form that an operator needs. */
public final class Batches {
  private Batches() {}

  /** The rank of one example. */
  public static int rank(boolean batched, Tensor t) {
    return batched ? t.rank() - 1 : t.rank();
  }

  /**
   * The inputs of an operator that broadcasts: a batched one with fewer dimensions than another
   * gets dimensions of size 1 behind that of the examples.
   */
  public static Tensor[] aligned(boolean[] batched, Tensor... in) {
    int rank = 0;
    for (int i = 0; i < in.length; i++) {
      rank = Math.max(rank, rank(batched[i], in[i]));
    }
    Tensor[] out = in.clone();
    for (int i = 0; i < in.length; i++) {
      out[i] = batched[i] ? padded(in[i], rank) : in[i];
    }
    return out;
  }

  /** A batched tensor whose examples have this rank, by dimensions of size 1 in front of theirs. */
  public static Tensor padded(Tensor batched, int rank) {
    Shape shape = batched.shape();
    while (shape.rank() - 1 < rank) {
      shape = shape.insert(1, 1);
    }
    return batched.reshape(shape);
  }

  /** An input with the examples along dimension 0, repeated as a view if it is not batched. */
  public static Tensor expanded(int size, boolean batched, Tensor t) {
    return batched ? t : t.expand(t.shape().insert(0, size));
  }

  /** All inputs with the examples along dimension 0. */
  public static Tensor[] expanded(int size, boolean[] batched, Tensor... in) {
    Tensor[] out = new Tensor[in.length];
    for (int i = 0; i < in.length; i++) {
      out[i] = expanded(size, batched[i], in[i]);
    }
    return out;
  }

  /** Examples as more of one of their dimensions: [size, ..., n, ...] -> [..., size n, ...]. */
  public static Tensor merged(int dim, Tensor batched) {
    return moved(batched, 0, dim).flatten(dim, dim + 1);
  }

  /** What was made of {@link #merged} examples: [..., size n, ...] -> [size, ..., n, ...]. */
  public static Tensor parted(int size, int dim, Tensor merged) {
    Shape s = merged.shape();
    Shape parted = s.with(dim, s.dim(dim) / size).insert(dim, size);
    return moved(merged.reshape(parted.dims()), dim, 0);
  }

  /** A dimension in another place, as a view. */
  public static Tensor moved(Tensor t, int from, int to) {
    int source = t.shape().axis("vmap", from);
    int target = t.shape().axis("vmap", to);
    if (source == target) {
      return t;
    }
    var order = new ArrayList<Integer>();
    for (int d = 0; d < t.rank(); d++) {
      order.add(d);
    }
    order.add(target, order.remove(source));
    return t.permute(order.stream().mapToInt(Integer::intValue).toArray());
  }

  /** An only result. */
  public static Tensor[] of(Tensor result) {
    return new Tensor[] {result};
  }
}
