package gradus.op;

import gradus.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * An operator that is linear in all its inputs together. Its derivative looks at none of them, and
 * its tangents are those of the inputs under the same operator.
 */
public interface LinearMap extends Primitive {
  @Override
  default Reads reads(int i) {
    return Reads.NOTHING;
  }

  @Override
  default @Nullable Tensor @Nullable [] jvp(@Nullable Tensor[] tangents, Call call) {
    return Tangents.linear(this, tangents, call);
  }
}
