package gradus.kernel.code;

import static java.lang.constant.ConstantDescs.CD_double;
import static java.lang.constant.ConstantDescs.CD_float;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;
import static java.lang.constant.ConstantDescs.CD_void;

import gradus.formula.Bits;
import gradus.formula.Fn;
import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.util.Arrays;
import java.util.Collections;
import java.util.Locale;
import java.util.function.IntPredicate;
import java.util.function.IntUnaryOperator;

/**
 * Vectors of floats or doubles, of one width: the calls of the Vector API. Conditions are masks.
 */
public final class Vectors extends Arithmetic {
  private static final ClassDesc ANY = vectorType("Vector");
  private static final ClassDesc SPECIES = vectorType("VectorSpecies");
  private static final ClassDesc SHUFFLE = vectorType("VectorShuffle");
  private static final ClassDesc MASK = vectorType("VectorMask");
  private static final ClassDesc OPERATORS = vectorType("VectorOperators");
  private static final ClassDesc COMPARISON = OPERATORS.nested("Comparison");
  private static final ClassDesc BINARY = OPERATORS.nested("Binary");

  final ClassDesc type;
  private final boolean isFloat;
  private final int bits;
  private final int lanes;
  private final Value species;

  /** The vector of the same bits as integers, and its element. */
  private final ClassDesc whole;

  private final ClassDesc wholeElement;

  public Vectors(boolean isDouble, int bits) {
    super(isDouble ? CD_double : CD_float);
    this.isFloat = !isDouble;
    this.bits = bits;
    this.lanes = bits / (isFloat ? Float.SIZE : Double.SIZE);
    this.type = vectorType(isFloat ? "FloatVector" : "DoubleVector");
    this.species = Value.field(type, "SPECIES_" + bits, SPECIES);
    this.whole = vectorType(isFloat ? "IntVector" : "LongVector");
    this.wholeElement = isFloat ? CD_int : CD_long;
  }

  private static ClassDesc vectorType(String name) {
    return ClassDesc.of("jdk.incubator.vector", name);
  }

  @Override
  public int lanes() {
    return lanes;
  }

  /**
   * The most rows of a tile so many vectors wide, 1 or 2, whose accumulators fit the registers with
   * what they need: 12 x 2 with 32 registers of 512 bits, 6 x 2 with 16 registers. A tile one
   * vector wide takes more rows, because a fused multiply-add takes 4 cycles, two or more start in
   * each, and only independent accumulators fill them.
   */
  public int tileRows(int columns) {
    return bits == 512 ? 12 : columns == 1 || VectorForm.AARCH64 ? 8 : 6;
  }

  /** An array of so many zeros. */
  public Object newArray(int n) {
    return isFloat ? new float[n] : new double[n];
  }

  // --- memory ---

  public Value zero() {
    return Value.call(type, "zero", type, species);
  }

  @Override
  public Value load(Value array, Value index) {
    return Value.call(type, "fromArray", type, species, array, index);
  }

  @Override
  public void store(Code code, Value value, Value array, Value index) {
    code.run(value.dot("intoArray", MethodTypeDesc.of(CD_void, array(), CD_int), array, index));
  }

  @Override
  public Value broadcast(Value number) {
    return Value.call(type, "broadcast", type, species, number);
  }

  // --- functions ---

  @Override
  public Value apply(Fn fn, Value... x) {
    String name = fn.name().toLowerCase(Locale.ROOT);
    Value[] others = Arrays.copyOfRange(x, 1, x.length);
    return switch (fn) {
      case ADD, SUB, MUL, DIV, NEG, ABS, FMA, MIN, MAX, SQRT ->
          x[0].dot(name, MethodTypeDesc.of(type, Collections.nCopies(others.length, ANY)), others);
      case LT, LE, EQ -> {
        Value how = Value.field(OPERATORS, fn.name(), COMPARISON);
        yield x[0].dot("compare", MethodTypeDesc.of(MASK, COMPARISON, ANY), how, x[1]);
      }
      case AND, OR, NOT ->
          x[0].dot(name, MethodTypeDesc.of(MASK, Collections.nCopies(others.length, MASK)), others);
      case SELECT -> x[2].dot("blend", MethodTypeDesc.of(type, ANY, MASK), x[1], x[0]);
      case POW2 -> {
        Value lift = constant(isFloat ? Bits.POW2_FLOAT : Bits.POW2_DOUBLE);
        yield fromBits(shift(toBits(apply(Fn.ADD, x[0], lift)), "LSHL"));
      }
      case EXPONENT -> {
        Value shifted = shift(lifted(x[0]), "LSHR");
        Value bits = integer(shifted, "or", isFloat ? Bits.WHOLE_FLOAT : Bits.WHOLE_DOUBLE);
        Value unlift = constant(isFloat ? Bits.UNLIFT_FLOAT : Bits.UNLIFT_DOUBLE);
        yield apply(Fn.SUB, fromBits(bits), unlift);
      }
      case MANTISSA -> {
        long fraction = isFloat ? Bits.FRACTION_FLOAT : Bits.FRACTION_DOUBLE;
        long step = isFloat ? Bits.STEP_FLOAT : Bits.STEP_DOUBLE;
        yield fromBits(integer(integer(lifted(x[0]), "and", fraction), "add", step));
      }
      default -> throw new AssertionError("no vector form: " + fn);
    };
  }

  @Override
  public Value truth(Value condition) {
    return apply(Fn.SELECT, condition, constant(1), constant(0));
  }

  private Value lifted(Value x) {
    return integer(toBits(x), "add", isFloat ? Bits.LIFT_FLOAT : Bits.LIFT_DOUBLE);
  }

  private Value toBits(Value x) {
    String name = isFloat ? "reinterpretAsInts" : "reinterpretAsLongs";
    return x.dot(name, MethodTypeDesc.of(whole));
  }

  private Value fromBits(Value bits) {
    String name = isFloat ? "reinterpretAsFloats" : "reinterpretAsDoubles";
    return bits.dot(name, MethodTypeDesc.of(type));
  }

  private Value integer(Value bits, String operation, long by) {
    return bits.dot(operation, MethodTypeDesc.of(whole, wholeElement), wholeNumber(by));
  }

  /** By the bits of a fraction. */
  private Value shift(Value bits, String how) {
    MethodTypeDesc lanewise = MethodTypeDesc.of(whole, BINARY, wholeElement);
    Value by = wholeNumber(isFloat ? 23 : 52);
    return bits.dot("lanewise", lanewise, Value.field(OPERATORS, how, BINARY), by);
  }

  private Value wholeNumber(long number) {
    return isFloat ? Value.of((int) number) : Value.of(CD_long, number);
  }

  // --- lanes ---

  /** {@code l * step} in lane l. */
  public Value multiples(int step) {
    return zero().dot("addIndex", MethodTypeDesc.of(type, CD_int), Value.of(step));
  }

  /** A mask of some lanes. */
  public Value mask(IntPredicate set) {
    long bits = 0;
    for (int l = 0; l < lanes; l++) {
      bits |= set.test(l) ? 1L << l : 0;
    }
    return Value.call(MASK, "fromLong", MASK, species, Value.of(CD_long, bits));
  }

  /** What takes lane {@code from(l)} to lane l. */
  public Value shuffle(IntUnaryOperator from) {
    ClassDesc ints = CD_int.arrayType();
    Value lanesTaken =
        new Value(
            ints,
            code -> {
              code.loadConstant(lanes).newarray(TypeKind.INT);
              for (int l = 0; l < lanes; l++) {
                code.dup().loadConstant(l).loadConstant(from.applyAsInt(l)).iastore();
              }
            });
    return Value.call(SHUFFLE, "fromValues", SHUFFLE, species, lanesTaken);
  }

  public Value rearrange(Value x, Value shuffle) {
    return x.dot("rearrange", MethodTypeDesc.of(type, SHUFFLE), shuffle);
  }
}
