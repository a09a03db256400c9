package gradus.nn;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The name of a field in the structure, where it is not the field's own:
 * {@code @Name("running_mean")}. The empty name puts what the field holds directly into its owner:
 * the layers of a {@link Sequential} are "0", "1" ..., not "layers.0".
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.FIELD)
public @interface Name {
  String value();
}
