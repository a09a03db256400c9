/**
 * Tensors that remember how they were made, and the derivatives that follow from it.
 *
 * <p>In this order: a {@link gradus.Tensor} is a strided view of a {@link gradus.Storage} with a
 * {@link gradus.Shape} and a {@link gradus.DType}. An operator ({@link gradus.op.Op}) makes a
 * tensor from tensors: it says which shape comes out, computes it, and gives its derivative in
 * terms of operators. When an input requires gradients, the result gets a node ({@link
 * gradus.tape.Node}) that remembers operator and inputs; the nodes hang together as a graph, the
 * tape. {@link gradus.Tensor#backward} walks it from the newest node to the oldest ({@link
 * gradus.tape.Backward}). An elementwise operator is a scalar expression ({@link
 * gradus.formula.Expr}), from which its derivative and its compiled loops follow ({@link
 * gradus.op.Formula}). Kernels are loops over arrays; they know nothing of all this.
 */
@NullMarked
package gradus;

import org.jspecify.annotations.NullMarked;
