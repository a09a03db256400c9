package gradus;

/** The operators that pick elements by tensors of indices. Part of {@link Tensor}. */
public sealed interface Indexing permits Tensor {}
