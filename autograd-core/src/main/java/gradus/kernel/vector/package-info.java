/** What generated kernels know of the Vector API: its calls by name, and how wide vectors are. */
@NullMarked
package gradus.kernel.vector;

import org.jspecify.annotations.NullMarked;
