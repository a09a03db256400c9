/** Strided views of arrays: what operators hand to kernels, built in and of users alike. */
@NullMarked
package gradus.kernel.array;

import org.jspecify.annotations.NullMarked;
