package gradus.kernel.compile;

import static java.lang.constant.ConstantDescs.CD_double;
import static java.lang.constant.ConstantDescs.CD_float;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;

import gradus.formula.Bits;
import gradus.formula.Expr;
import gradus.formula.Strict;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Opcode;
import java.lang.classfile.TypeKind;
import java.lang.classfile.instruction.OperatorInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.util.Locale;

/**
 * A loop over single elements with any column steps. Conditions are ints, 1 or 0; whatever has no
 * instruction of its own is a call of a small static method.
 */
final class ScalarWriter extends LoopWriter {
  private static final ClassDesc MATH = ClassDesc.of("java.lang.Math");
  private static final ClassDesc CHOICES = descriptor(Choices.class);
  private static final ClassDesc BITS = descriptor(Bits.class);
  private static final ClassDesc STRICT = descriptor(Strict.class);
  private static final MethodTypeDesc STRICT_UNARY = MethodTypeDesc.of(CD_double, CD_double);
  private static final MethodTypeDesc STRICT_BINARY =
      MethodTypeDesc.of(CD_double, CD_double, CD_double);

  private final ClassDesc type;
  private final TypeKind kind;
  private final MethodTypeDesc unary;
  private final MethodTypeDesc binary;

  ScalarWriter(Compute compute, Assignment assignment) {
    super(compute, assignment);
    type =
        switch (compute) {
          case FLOAT -> CD_float;
          case DOUBLE -> CD_double;
          case LONG -> CD_long;
        };
    kind = TypeKind.from(type);
    unary = MethodTypeDesc.of(type, type);
    binary = MethodTypeDesc.of(type, type, type);
  }

  private static ClassDesc descriptor(Class<?> type) {
    return ClassDesc.ofDescriptor(type.descriptorString());
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
  void load(CodeBuilder code, int slot, int shift) {
    place(code, slot, shift);
    code.arrayLoad(kind);
  }

  @Override
  void store(CodeBuilder code, int slot, Expr output) {
    place(code, slot, 0);
    output(code, output);
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
    for (int i = 0; i < e.arity(); i++) {
      value(code, e.argument(i));
      if (!e.fn().isPrimitive()) {
        code.conversion(kind, TypeKind.DOUBLE);
      }
    }
    String name = e.fn().name().toLowerCase(Locale.ROOT);
    switch (e.fn()) {
      case ADD -> operator(code, Opcode.FADD, Opcode.DADD, Opcode.LADD);
      case SUB -> operator(code, Opcode.FSUB, Opcode.DSUB, Opcode.LSUB);
      case MUL -> operator(code, Opcode.FMUL, Opcode.DMUL, Opcode.LMUL);
      case DIV -> operator(code, Opcode.FDIV, Opcode.DDIV, Opcode.LDIV);
      case NEG -> operator(code, Opcode.FNEG, Opcode.DNEG, Opcode.LNEG);
      case ABS -> code.invokestatic(MATH, name, unary);
      case MIN, MAX -> code.invokestatic(MATH, name, binary);
      case FMA -> code.invokestatic(MATH, name, MethodTypeDesc.of(type, type, type, type));
      case SQRT -> {
        code.conversion(kind, TypeKind.DOUBLE).invokestatic(MATH, name, STRICT_UNARY);
        code.conversion(TypeKind.DOUBLE, kind);
      }
      case LT, LE, EQ -> code.invokestatic(CHOICES, name, MethodTypeDesc.of(CD_int, type, type));
      case AND -> code.iand();
      case OR -> code.ior();
      case NOT -> code.iconst_1().ixor();
      case SELECT -> code.invokestatic(CHOICES, name, MethodTypeDesc.of(type, CD_int, type, type));
      case POW2, EXPONENT, MANTISSA -> code.invokestatic(BITS, name, unary);
      default -> {
        code.invokestatic(STRICT, name, e.arity() == 1 ? STRICT_UNARY : STRICT_BINARY);
        code.conversion(TypeKind.DOUBLE, kind);
      }
    }
  }

  private void operator(CodeBuilder code, Opcode floats, Opcode doubles, Opcode longs) {
    code.with(
        OperatorInstruction.of(
            switch (compute) {
              case FLOAT -> floats;
              case DOUBLE -> doubles;
              case LONG -> longs;
            }));
  }
}
