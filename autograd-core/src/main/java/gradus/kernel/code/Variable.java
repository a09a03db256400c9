package gradus.kernel.code;

import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;

/** A local variable of generated code. */
public final class Variable extends Value {
  final int slot;

  Variable(ClassDesc type, int slot) {
    super(type, code -> code.loadLocal(TypeKind.from(type), slot));
    this.slot = slot;
  }
}
