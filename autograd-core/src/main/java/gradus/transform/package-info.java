/**
 * Interpreters that stand above plain evaluation: {@link gradus.transform.Forward forward mode},
 * {@link gradus.transform.Batch batching}, {@link gradus.transform.Tracing tracing}, {@link
 * gradus.transform.Substitution substitution}. {@code Autograd} lets them stand; operators bring
 * rules for the first two.
 */
@NullMarked
package gradus.transform;

import org.jspecify.annotations.NullMarked;
