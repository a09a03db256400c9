@NullMarked
package gradus;

import org.jspecify.annotations.NullMarked;
