/**
 * Checks of derivatives: {@link gradus.check.GradCheck} compares them with finite differences and
 * with one another, and {@link gradus.check.GradCheckReport} says where they differ and why.
 */
@NullMarked
package gradus.check;

import org.jspecify.annotations.NullMarked;
