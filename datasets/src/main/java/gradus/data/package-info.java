@NullMarked
package gradus.data;

import org.jspecify.annotations.NullMarked;
