/** What {@code ./gradus run} needs in Java: the compiler of one-file scripts. Not exported. */
@NullMarked
package gradus.launch;

import org.jspecify.annotations.NullMarked;
