package gradus.kernel.compile;

import static java.lang.constant.ConstantDescs.CD_double;
import static java.lang.constant.ConstantDescs.CD_float;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;
import static java.lang.constant.ConstantDescs.CD_void;

import gradus.formula.Bits;
import gradus.formula.Expr;
import gradus.formula.Fn;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.util.List;

/**
 * A loop over vectors of one width, for one pattern of operands: contiguous along the row, or the
 * same in all columns. Rows are whole vectors long; whoever calls leaves the rest to a scalar loop.
 *
 * <p>Names of the incubator module appear as text only: our classes load where it is absent.
 */
final class VectorWriter extends LoopWriter {
  private static final ClassDesc SPECIES = vectorType("VectorSpecies");
  private static final ClassDesc ANY = vectorType("Vector");
  private static final ClassDesc MASK = vectorType("VectorMask");
  private static final ClassDesc OPERATORS = vectorType("VectorOperators");
  private static final ClassDesc COMPARISON = OPERATORS.nested("Comparison");
  private static final ClassDesc BINARY = OPERATORS.nested("Binary");

  private final int lanes;
  private final String species;

  /** Bit k: slot k moves along the row. */
  private final long moving;

  private final boolean isFloat;
  private final ClassDesc vector;
  private final ClassDesc element;

  /** The vector of the bits. */
  private final ClassDesc whole;

  private final ClassDesc wholeElement;

  VectorWriter(Compute compute, Assignment assignment, int bits, long moving) {
    super(compute, assignment);
    this.isFloat = compute == Compute.FLOAT;
    this.lanes = bits / (isFloat ? Float.SIZE : Double.SIZE);
    this.species = "SPECIES_" + bits;
    this.moving = moving;
    this.vector = vectorType(isFloat ? "FloatVector" : "DoubleVector");
    this.element = isFloat ? CD_float : CD_double;
    this.whole = vectorType(isFloat ? "IntVector" : "LongVector");
    this.wholeElement = isFloat ? CD_int : CD_long;
  }

  private static ClassDesc vectorType(String name) {
    return ClassDesc.of("jdk.incubator.vector", name);
  }

  /** Whether there are vector forms of all functions of the lowered expressions. */
  static boolean canWrite(Compute compute, List<Expr> outputs) {
    if (compute == Compute.LONG) {
      return false;
    }
    for (Expr e : Expr.nodes(outputs)) {
      if (!e.fn().isPrimitive()) {
        return false;
      }
    }
    return true;
  }

  @Override
  int lanes() {
    return lanes;
  }

  @Override
  boolean isRowConstant(int slot) {
    return (moving >>> slot & 1) == 0;
  }

  @Override
  boolean hasFreeSteps() {
    return false;
  }

  @Override
  boolean keepsConstants() {
    return true;
  }

  @Override
  void number(CodeBuilder code) {
    if (isFloat) {
      code.d2f();
    }
    broadcast(code);
  }

  @Override
  void constant(CodeBuilder code, double value) {
    if (isFloat) {
      code.loadConstant((float) value);
    } else {
      code.loadConstant(value);
    }
    broadcast(code);
  }

  /** The element on the stack, in all lanes. */
  private void broadcast(CodeBuilder code) {
    TypeKind kind = TypeKind.from(element);
    int local = code.allocateLocal(kind);
    code.storeLocal(kind, local).getstatic(vector, species, SPECIES).loadLocal(kind, local);
    code.invokestatic(vector, "broadcast", MethodTypeDesc.of(vector, SPECIES, element));
  }

  @Override
  void loadOne(CodeBuilder code) {
    code.arrayLoad(TypeKind.from(element));
    broadcast(code);
  }

  @Override
  void load(CodeBuilder code, int slot, int shift) {
    code.getstatic(vector, species, SPECIES);
    place(code, slot, shift);
    code.invokestatic(
        vector, "fromArray", MethodTypeDesc.of(vector, SPECIES, element.arrayType(), CD_int));
  }

  @Override
  void store(CodeBuilder code, int slot, Expr output) {
    output(code, output);
    place(code, slot, 0);
    code.invokevirtual(
        vector, "intoArray", MethodTypeDesc.of(CD_void, element.arrayType(), CD_int));
  }

  @Override
  TypeKind kind(Expr e) {
    return TypeKind.REFERENCE;
  }

  @Override
  void truth(CodeBuilder code) {
    int mask = code.allocateLocal(TypeKind.REFERENCE);
    code.astore(mask);
    constant(code, 0);
    constant(code, 1);
    code.aload(mask);
    code.invokevirtual(vector, "blend", MethodTypeDesc.of(vector, ANY, MASK));
  }

  @Override
  void apply(CodeBuilder code, Expr e) {
    switch (e.fn()) {
      case ADD -> call(code, e, "add");
      case SUB -> call(code, e, "sub");
      case MUL -> call(code, e, "mul");
      case DIV -> call(code, e, "div");
      case NEG -> call(code, e, "neg");
      case ABS -> call(code, e, "abs");
      case SQRT -> call(code, e, "sqrt");
      case FMA -> call(code, e, "fma");
      case MIN -> call(code, e, "min");
      case MAX -> call(code, e, "max");
      case LT, LE, EQ -> {
        value(code, e.argument(0));
        code.getstatic(OPERATORS, e.fn().name(), COMPARISON);
        value(code, e.argument(1));
        code.invokevirtual(vector, "compare", MethodTypeDesc.of(MASK, COMPARISON, ANY));
      }
      case AND -> combine(code, e, "and");
      case OR -> combine(code, e, "or");
      case NOT -> combine(code, e, "not");
      case SELECT -> {
        value(code, e.argument(2));
        value(code, e.argument(1));
        value(code, e.argument(0));
        code.invokevirtual(vector, "blend", MethodTypeDesc.of(vector, ANY, MASK));
      }
      case POW2, EXPONENT, MANTISSA -> {
        value(code, e.argument(0));
        bits(code, e.fn());
      }
      default -> throw new AssertionError("no vector form: " + e.fn());
    }
  }

  private void call(CodeBuilder code, Expr e, String name) {
    value(code, e.argument(0));
    for (int i = 1; i < e.arity(); i++) {
      value(code, e.argument(i));
    }
    var type =
        switch (e.arity()) {
          case 1 -> MethodTypeDesc.of(vector);
          case 2 -> MethodTypeDesc.of(vector, ANY);
          default -> MethodTypeDesc.of(vector, ANY, ANY);
        };
    code.invokevirtual(vector, name, type);
  }

  private void combine(CodeBuilder code, Expr e, String name) {
    value(code, e.argument(0));
    if (e.arity() == 2) {
      value(code, e.argument(1));
    }
    var type = e.arity() == 1 ? MethodTypeDesc.of(MASK) : MethodTypeDesc.of(MASK, MASK);
    code.invokevirtual(MASK, name, type);
  }

  /** See {@link Bits}; the argument is on the stack. */
  private void bits(CodeBuilder code, Fn fn) {
    switch (fn) {
      case POW2 -> {
        number(code, "add", isFloat ? Bits.POW2_FLOAT : Bits.POW2_DOUBLE);
        toBits(code);
        shiftBits(code, "LSHL", isFloat ? 23 : 52);
        fromBits(code);
      }
      case EXPONENT -> {
        toBits(code);
        bitwise(code, "add", isFloat ? Bits.LIFT_FLOAT : Bits.LIFT_DOUBLE);
        shiftBits(code, "LSHR", isFloat ? 23 : 52);
        bitwise(code, "or", isFloat ? Bits.WHOLE_FLOAT : Bits.WHOLE_DOUBLE);
        fromBits(code);
        number(code, "sub", isFloat ? Bits.UNLIFT_FLOAT : Bits.UNLIFT_DOUBLE);
      }
      default -> {
        toBits(code);
        bitwise(code, "add", isFloat ? Bits.LIFT_FLOAT : Bits.LIFT_DOUBLE);
        bitwise(code, "and", isFloat ? Bits.FRACTION_FLOAT : Bits.FRACTION_DOUBLE);
        bitwise(code, "add", isFloat ? Bits.STEP_FLOAT : Bits.STEP_DOUBLE);
        fromBits(code);
      }
    }
  }

  private void number(CodeBuilder code, String name, double by) {
    constant(code, by);
    code.invokevirtual(vector, name, MethodTypeDesc.of(vector, ANY));
  }

  private void bitwise(CodeBuilder code, String name, long by) {
    whole(code, by);
    code.invokevirtual(whole, name, MethodTypeDesc.of(whole, wholeElement));
  }

  private void shiftBits(CodeBuilder code, String operator, long by) {
    code.getstatic(OPERATORS, operator, BINARY);
    whole(code, by);
    code.invokevirtual(whole, "lanewise", MethodTypeDesc.of(whole, BINARY, wholeElement));
  }

  private void whole(CodeBuilder code, long value) {
    if (isFloat) {
      code.loadConstant((int) value);
    } else {
      code.loadConstant(value);
    }
  }

  private void toBits(CodeBuilder code) {
    code.invokevirtual(
        vector, isFloat ? "reinterpretAsInts" : "reinterpretAsLongs", MethodTypeDesc.of(whole));
  }

  private void fromBits(CodeBuilder code) {
    code.invokevirtual(
        whole, isFloat ? "reinterpretAsFloats" : "reinterpretAsDoubles", MethodTypeDesc.of(vector));
  }
}
