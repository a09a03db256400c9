package gradus.kernel.code;

import static java.lang.constant.ConstantDescs.CD_double;
import static java.lang.constant.ConstantDescs.CD_int;

import gradus.formula.Bits;
import gradus.formula.Fn;
import gradus.formula.StrictFunctions;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Opcode;
import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;
import java.util.Locale;

/**
 * Floats, doubles or longs, one at a time. Conditions are ints, 1 or 0; whatever has no instruction
 * of its own is a call of a small static method.
 */
public final class Scalars extends Arithmetic {
  public Scalars(ClassDesc element) {
    super(element);
  }

  @Override
  public int lanes() {
    return 1;
  }

  @Override
  public Value load(Value array, Value index) {
    return array.at(index);
  }

  @Override
  public void store(Code code, Value value, Value array, Value index) {
    code.set(array, index, value);
  }

  @Override
  public Value broadcast(Value number) {
    return number;
  }

  @Override
  public Value truth(Value condition) {
    return condition.to(element);
  }

  @Override
  public Value apply(Fn fn, Value... x) {
    return switch (fn) {
      case ADD, SUB, MUL, DIV, NEG, AND, OR -> Value.operator(fn.name(), x);
      case NOT -> Value.operator("XOR", x[0], Value.of(1));
      case ABS, MIN, MAX, FMA -> call(Math.class, fn, element, x);
      case LT, LE, EQ -> compare(Opcode.valueOf("IF" + fn), x);
      case SELECT -> call(BranchFree.class, fn, element, x);
      case POW2, EXPONENT, MANTISSA -> call(Bits.class, fn, element, x);
      default -> {
        Value[] doubles = x.clone();
        for (int i = 0; i < x.length; i++) {
          doubles[i] = x[i].to(CD_double);
        }
        yield call(StrictFunctions.owner(fn), fn, CD_double, doubles).to(element);
      }
    };
  }

  /** NaN compares as 1: as greater, and unequal. */
  private static Value compare(Opcode order, Value... x) {
    Value compared = Value.operator(x[0].kind() == TypeKind.LONG ? "CMP" : "CMPG", x);
    return new Value(
        CD_int,
        code -> code.ifThenElse(order, CodeBuilder::iconst_1, CodeBuilder::iconst_0),
        compared);
  }

  private static Value call(Class<?> owner, Fn fn, ClassDesc result, Value... x) {
    ClassDesc name = owner.describeConstable().orElseThrow();
    return Value.call(name, fn.name().toLowerCase(Locale.ROOT), result, x);
  }
}
