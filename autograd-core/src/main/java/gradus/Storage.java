package gradus;

import gradus.tape.ArrayStorage;

/**
 * A Java array of elements that tensors look at, with a version that counts its changes.
 *
 * <p>The backward pass compares versions: a value that was saved and then changed in place would
 * give wrong gradients, and is refused instead.
 */
public abstract sealed class Storage permits ArrayStorage {
  /** For the one kind of storage. */
  protected Storage() {}

  /**
   * A storage over {@code array} itself, not a copy: changes of the one are changes of the other.
   *
   * @throws IllegalArgumentException if it is not a float[], double[], int[], long[] or byte[]
   */
  public static Storage of(Object array) {
    return new ArrayStorage(array);
  }

  /**
   * The array, for the forward pass of an operator, which reads its operands and writes its result
   * at once. Elsewhere {@link #floats} and its like keep what is computed late in order.
   *
   * @throws IllegalStateException if the memory was given to another tensor
   */
  public abstract Object array();

  /** The number of elements. */
  public abstract int size();

  /** The elements, from now on read and written by the caller, who counts {@link #changed}. */
  public final float[] floats() {
    return (float[]) outside();
  }

  /** As {@link #floats}. */
  public final double[] doubles() {
    return (double[]) outside();
  }

  /** As {@link #floats}. */
  public final int[] ints() {
    return (int[]) outside();
  }

  /** As {@link #floats}. */
  public final long[] longs() {
    return (long[]) outside();
  }

  /** As {@link #floats}. */
  public final byte[] bytes() {
    return (byte[]) outside();
  }

  /** The array, which code outside may write to at any time from now on. */
  protected abstract Object outside();

  /** How often the elements were changed in place. */
  public abstract int version();

  /** Notes a change in place: to be called after writing to the array. */
  public abstract void changed();
}
