package gradus.kernel.compile;

import static java.lang.constant.ConstantDescs.CD_double;
import static java.lang.constant.ConstantDescs.CD_float;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;

import gradus.formula.Bits;
import gradus.formula.Expr;
import gradus.formula.Fn;
import gradus.formula.Strict;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.util.List;
import java.util.Locale;

/**
 * A loop over single elements with any column steps.
 *
 * <p>Conditions are ints, 1 or 0. Comparing and choosing work on bits, without branches: the
 * data decide neither the time nor the frames that a verifier would need.
 */
final class ScalarWriter extends LoopWriter {
  private static final ClassDesc MATH = ClassDesc.of("java.lang.Math");
  private static final ClassDesc FLOAT = ClassDesc.of("java.lang.Float");
  private static final ClassDesc DOUBLE = ClassDesc.of("java.lang.Double");
  private static final ClassDesc STRICT =
      ClassDesc.ofDescriptor(Strict.class.descriptorString());
  private static final MethodTypeDesc STRICT_UNARY = MethodTypeDesc.of(CD_double, CD_double);
  private static final MethodTypeDesc STRICT_BINARY =
      MethodTypeDesc.of(CD_double, CD_double, CD_double);

  private final TypeKind kind;
  private final MethodTypeDesc unary;
  private final MethodTypeDesc binary;
  private final MethodTypeDesc ternary;

  ScalarWriter(Compute compute, List<Expr> outputs) {
    super(compute, outputs);
    ClassDesc type =
        switch (compute) {
          case FLOAT -> CD_float;
          case DOUBLE -> CD_double;
          case LONG -> CD_long;
        };
    kind = TypeKind.from(type);
    unary = MethodTypeDesc.of(type, type);
    binary = MethodTypeDesc.of(type, type, type);
    ternary = MethodTypeDesc.of(type, type, type, type);
  }

  @Override
  int lanes() {
    return 1;
  }

  @Override
  boolean isRowConstant(int slot) {
    return false;
  }

  @Override
  boolean hasFreeSteps() {
    return true;
  }

  @Override
  void number(CodeBuilder code) {
    code.conversion(TypeKind.DOUBLE, kind);
  }

  @Override
  void constant(CodeBuilder code, double value) {
    switch (compute) {
      case FLOAT -> code.loadConstant((float) value);
      case DOUBLE -> code.loadConstant(value);
      case LONG -> code.loadConstant((long) value);
    }
  }

  @Override
  boolean keepsConstants() {
    return false;
  }

  @Override
  void loadOne(CodeBuilder code) {
    code.arrayLoad(kind);
  }

  @Override
  void load(CodeBuilder code, Runnable array, Runnable index) {
    array.run();
    index.run();
    code.arrayLoad(kind);
  }

  @Override
  void store(CodeBuilder code, Runnable array, Runnable index, Runnable value) {
    array.run();
    index.run();
    value.run();
    code.arrayStore(kind);
  }

  @Override
  TypeKind kind(Expr e) {
    return e.isCondition() ? TypeKind.INT : kind;
  }

  @Override
  void truth(CodeBuilder code) {
    code.conversion(TypeKind.INT, kind);
  }

  @Override
  void apply(CodeBuilder code, Expr e) {
    if (e.fn() == Fn.SELECT) {
      select(code, e);
      return;
    }
    for (int i = 0; i < e.arity(); i++) {
      value(code, e.argument(i));
      if (!e.fn().isPrimitive()) {
        code.conversion(kind, TypeKind.DOUBLE);
      }
    }
    switch (e.fn()) {
      case ADD -> add(code);
      case SUB -> sub(code);
      case MUL -> mul(code);
      case DIV -> {
        if (compute == Compute.FLOAT) {
          code.fdiv();
        } else {
          code.ddiv();
        }
      }
      case NEG -> neg(code);
      case ABS -> code.invokestatic(MATH, "abs", unary);
      case FMA -> code.invokestatic(MATH, "fma", ternary);
      case MIN -> code.invokestatic(MATH, "min", binary);
      case MAX -> code.invokestatic(MATH, "max", binary);
      case SQRT -> {
        code.conversion(kind, TypeKind.DOUBLE);
        code.invokestatic(MATH, "sqrt", STRICT_UNARY);
        code.conversion(TypeKind.DOUBLE, kind);
      }
      case LT -> {
        // -1 where less: its sign bit.
        compare(code, true);
        code.bipush(31).iushr();
      }
      case LE -> {
        compare(code, true);
        code.iconst_1().isub().bipush(31).iushr();
      }
      case EQ -> {
        compare(code, false);
        code.iconst_1().iand().iconst_1().ixor();
      }
      case AND -> code.iand();
      case OR -> code.ior();
      case NOT -> code.iconst_1().ixor();
      case POW2 -> pow2(code);
      case EXPONENT -> exponent(code);
      case MANTISSA -> mantissa(code);
      default -> {
        String name = e.fn().name().toLowerCase(Locale.ROOT);
        code.invokestatic(STRICT, name, e.arity() == 1 ? STRICT_UNARY : STRICT_BINARY);
        code.conversion(TypeKind.DOUBLE, kind);
      }
    }
  }

  private void add(CodeBuilder code) {
    switch (compute) {
      case FLOAT -> code.fadd();
      case DOUBLE -> code.dadd();
      case LONG -> code.ladd();
    }
  }

  private void sub(CodeBuilder code) {
    switch (compute) {
      case FLOAT -> code.fsub();
      case DOUBLE -> code.dsub();
      case LONG -> code.lsub();
    }
  }

  private void mul(CodeBuilder code) {
    switch (compute) {
      case FLOAT -> code.fmul();
      case DOUBLE -> code.dmul();
      case LONG -> code.lmul();
    }
  }

  private void neg(CodeBuilder code) {
    switch (compute) {
      case FLOAT -> code.fneg();
      case DOUBLE -> code.dneg();
      case LONG -> code.lneg();
    }
  }

  /** -1, 0 or 1; NaN compares as greater or as less. */
  private void compare(CodeBuilder code, boolean nanIsGreater) {
    switch (compute) {
      case FLOAT -> {
        if (nanIsGreater) {
          code.fcmpg();
        } else {
          code.fcmpl();
        }
      }
      case DOUBLE -> {
        if (nanIsGreater) {
          code.dcmpg();
        } else {
          code.dcmpl();
        }
      }
      case LONG -> code.lcmp();
    }
  }

  /** b ^ ((a ^ b) & -condition), on the bits. */
  private void select(CodeBuilder code, Expr e) {
    value(code, e.argument(1));
    toBits(code);
    value(code, e.argument(2));
    toBits(code);
    if (compute == Compute.FLOAT) {
      code.dup_x1().ixor();
      value(code, e.argument(0));
      code.ineg().iand().ixor();
    } else {
      code.dup2_x2().lxor();
      value(code, e.argument(0));
      code.i2l().lneg().land().lxor();
    }
    fromBits(code);
  }

  private void toBits(CodeBuilder code) {
    switch (compute) {
      case FLOAT ->
          code.invokestatic(FLOAT, "floatToRawIntBits", MethodTypeDesc.of(CD_int, CD_float));
      case DOUBLE ->
          code.invokestatic(DOUBLE, "doubleToRawLongBits", MethodTypeDesc.of(CD_long, CD_double));
      case LONG -> {}
    }
  }

  private void fromBits(CodeBuilder code) {
    switch (compute) {
      case FLOAT -> code.invokestatic(FLOAT, "intBitsToFloat", MethodTypeDesc.of(CD_float, CD_int));
      case DOUBLE ->
          code.invokestatic(DOUBLE, "longBitsToDouble", MethodTypeDesc.of(CD_double, CD_long));
      case LONG -> {}
    }
  }

  private void pow2(CodeBuilder code) {
    if (compute == Compute.FLOAT) {
      code.loadConstant(Bits.POW2_FLOAT).fadd();
      toBits(code);
      code.bipush(23).ishl();
    } else {
      code.loadConstant(Bits.POW2_DOUBLE).dadd();
      toBits(code);
      code.bipush(52).lshl();
    }
    fromBits(code);
  }

  private void exponent(CodeBuilder code) {
    toBits(code);
    if (compute == Compute.FLOAT) {
      code.loadConstant(Bits.LIFT_FLOAT).iadd().bipush(23).iushr();
      code.loadConstant(Bits.WHOLE_FLOAT).ior();
      fromBits(code);
      code.loadConstant(Bits.UNLIFT_FLOAT).fsub();
    } else {
      code.loadConstant(Bits.LIFT_DOUBLE).ladd().bipush(52).lushr();
      code.loadConstant(Bits.WHOLE_DOUBLE).lor();
      fromBits(code);
      code.loadConstant(Bits.UNLIFT_DOUBLE).dsub();
    }
  }

  private void mantissa(CodeBuilder code) {
    toBits(code);
    if (compute == Compute.FLOAT) {
      code.loadConstant(Bits.LIFT_FLOAT).iadd().loadConstant(Bits.FRACTION_FLOAT).iand();
      code.loadConstant(Bits.STEP_FLOAT).iadd();
    } else {
      code.loadConstant(Bits.LIFT_DOUBLE).ladd().loadConstant(Bits.FRACTION_DOUBLE).land();
      code.loadConstant(Bits.STEP_DOUBLE).ladd();
    }
    fromBits(code);
  }
}
