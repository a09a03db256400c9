package gradus.op;

/** An operator whose {@code forward} writes every element of every output. */
public interface Overwriting extends Primitive {
  @Override
  default boolean overwrites() {
    return true;
  }
}
