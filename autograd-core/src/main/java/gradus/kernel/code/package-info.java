/**
 * An assembler for kernels, over {@link java.lang.classfile}: a {@link gradus.kernel.code.Value} is
 * an expression, {@link gradus.kernel.code.Code} writes the statements of a method, {@link
 * gradus.kernel.code.Arithmetic} computes with single numbers or with vectors, and {@link
 * gradus.kernel.code.KernelClass} makes a hidden class of it all.
 *
 * <p>Generating kernels leaves one text for all shapes of tiles, both element types and every
 * vector width, and names the incubator module, which may be absent, as text only.
 */
@NullMarked
package gradus.kernel.code;

import org.jspecify.annotations.NullMarked;
