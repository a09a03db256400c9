package gradus.kernel.code;

import static java.lang.constant.ConstantDescs.CD_int;

import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Opcode;
import java.lang.classfile.TypeKind;
import java.lang.classfile.instruction.OperatorInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDesc;
import java.lang.constant.MethodTypeDesc;
import java.util.Arrays;
import java.util.function.Consumer;

/**
 * An expression of generated code. It is computed wherever it is used, its operands from left to
 * right; {@link Code#let} computes it once.
 */
public sealed class Value permits Variable {
  private static final Value ZERO = new Value(CD_int, CodeBuilder::iconst_0);

  final ClassDesc type;
  private final Consumer<CodeBuilder> operation;
  private final Value[] operands;

  /**
   * @param operation takes the operands from the stack and leaves the value there
   */
  Value(ClassDesc type, Consumer<CodeBuilder> operation, Value... operands) {
    this.type = type;
    this.operation = operation;
    this.operands = operands;
  }

  public static Value of(int number) {
    return number == 0 ? ZERO : of(CD_int, number);
  }

  /** A number of this type. */
  static Value of(ClassDesc type, ConstantDesc number) {
    return new Value(type, code -> code.loadConstant(number));
  }

  /** A static field. */
  static Value field(ClassDesc owner, String name, ClassDesc type) {
    return new Value(type, code -> code.getstatic(owner, name, type));
  }

  /** {@code owner.name(arguments)}, of a method whose parameters have the arguments' types. */
  static Value call(ClassDesc owner, String name, ClassDesc result, Value... arguments) {
    ClassDesc[] types = Arrays.stream(arguments).map(a -> a.type).toArray(ClassDesc[]::new);
    MethodTypeDesc method = MethodTypeDesc.of(result, types);
    return new Value(result, code -> code.invokestatic(owner, name, method), arguments);
  }

  /** {@code this.name(arguments)}, of a class. */
  public final Value dot(String name, MethodTypeDesc type, Value... arguments) {
    Value[] all = new Value[1 + arguments.length];
    all[0] = this;
    System.arraycopy(arguments, 0, all, 1, arguments.length);
    return new Value(type.returnType(), code -> code.invokevirtual(this.type, name, type), all);
  }

  /** A primitive operator by its name in bytecode, such as {@code ADD} of iadd and dadd. */
  static Value operator(String name, Value... operands) {
    Opcode opcode = Opcode.valueOf(operands[0].kind().name().charAt(0) + name);
    return new Value(operands[0].type, code -> code.with(OperatorInstruction.of(opcode)), operands);
  }

  public final Value plus(Value other) {
    return other == ZERO ? this : operator("ADD", this, other);
  }

  public final Value plus(int number) {
    return plus(of(number));
  }

  public final Value minus(Value other) {
    return operator("SUB", this, other);
  }

  public final Value minus(int number) {
    return minus(of(number));
  }

  public final Value times(Value other) {
    return operator("MUL", this, other);
  }

  public final Value times(int number) {
    return number == 0 ? ZERO : number == 1 ? this : times(of(number));
  }

  /** {@code this[index]}, of an array. */
  public final Value at(Value index) {
    ClassDesc element = type.componentType();
    return new Value(element, code -> code.arrayLoad(TypeKind.from(element)), this, index);
  }

  /** {@code (type) this}, of a number. */
  public final Value to(ClassDesc type) {
    return new Value(type, code -> code.conversion(kind(), TypeKind.from(type)), this);
  }

  /** {@code (type) this}, of a reference. */
  public final Value cast(ClassDesc type) {
    return new Value(type, code -> code.checkcast(type), this);
  }

  final TypeKind kind() {
    return TypeKind.from(type);
  }

  final void push(CodeBuilder code) {
    push(code, operands);
    operation.accept(code);
  }

  static void push(CodeBuilder code, Value... values) {
    for (Value each : values) {
      each.push(code);
    }
  }
}
