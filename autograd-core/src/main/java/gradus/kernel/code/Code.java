package gradus.kernel.code;

import static java.lang.constant.ConstantDescs.MTD_void;

import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.util.Arrays;
import java.util.Iterator;

/** The body of a method, as it is written statement by statement. */
public final class Code {
  private static final ClassDesc VAR_HANDLE = ClassDesc.of("java.lang.invoke.VarHandle");

  private final CodeBuilder code;
  private final MethodTypeDesc type;
  private int parameters;

  Code(CodeBuilder code, MethodTypeDesc type) {
    this.code = code;
    this.type = type;
  }

  /**
   * Makes the method too long to be inlined (the limit is 325 bytecodes): an inlined copy is
   * compiled for its caller alone, and the next one would meet it uncompiled.
   */
  public void keepOutOfLine() {
    for (int i = 0; i < 330; i++) {
      code.nop();
    }
  }

  /** The method's next parameter. */
  public Variable in() {
    int slot = code.parameterSlot(parameters);
    return new Variable(type.parameterType(parameters++), slot);
  }

  /** The method's next parameter, declared as Object, as an array of numbers. */
  public Variable in(Arithmetic numbers) {
    Variable given = in();
    Variable array = new Variable(numbers.array(), given.slot);
    set(array, given.cast(numbers.array()));
    return array;
  }

  /** The first elements of an array, each in a variable. */
  public Variable[] elements(Value array, int n) {
    Variable[] elements = new Variable[n];
    Arrays.setAll(elements, i -> let(array.at(Value.of(i))));
    return elements;
  }

  /** A new variable without a value. */
  public Variable variable(ClassDesc type) {
    return new Variable(type, code.allocateLocal(TypeKind.from(type)));
  }

  /** A new variable. */
  public Variable let(Value value) {
    Variable variable = variable(value.type);
    set(variable, value);
    return variable;
  }

  public void set(Variable variable, Value value) {
    value.push(code);
    code.storeLocal(variable.kind(), variable.slot);
  }

  /** {@code array[index] = value}. */
  public void set(Value array, Value index, Value value) {
    Value.push(code, array, index, value);
    code.arrayStore(value.kind());
  }

  /** Calls a method without a result. */
  public void run(Value call) {
    call.push(code);
  }

  /** {@code for (int i = 0; i < limit; i++)}; see {@link #loop(Variable, Value, int)}. */
  public Iterable<Variable> loop(Value limit) {
    return loop(limit, 1);
  }

  /** {@code for (int i = 0; i < limit; i += step)}; see {@link #loop(Variable, Value, int)}. */
  public Iterable<Variable> loop(Value limit, int step) {
    return loop(let(Value.of(0)), limit, step);
  }

  /**
   * {@code for (; i < limit; i += step)}, or {@code i > limit} where the step is negative. The loop
   * in generated code begins where a loop over this begins, has its body, which is written once,
   * and ends where it ends: {@code for (Variable i : code.loop(rows)) ...}.
   */
  public Iterable<Variable> loop(Variable i, Value limit, int step) {
    Label top = code.newLabel();
    Label end = code.newLabel();
    return () ->
        new Iterator<>() {
          private boolean begun;

          @Override
          public boolean hasNext() {
            if (begun) {
              code.iinc(i.slot, step).goto_(top).labelBinding(end);
            }
            return !begun;
          }

          @Override
          public Variable next() {
            begun = true;
            code.labelBinding(top);
            Value.push(code, i, limit);
            if (step > 0) {
              code.if_icmpge(end);
            } else {
              code.if_icmple(end);
            }
            return i;
          }
        };
  }

  /** {@code if (a < b)}. */
  public void ifLess(Value a, Value b, Runnable then) {
    Label end = code.newLabel();
    Value.push(code, a, b);
    code.if_icmpge(end);
    then.run();
    code.labelBinding(end);
  }

  /** {@code if (condition) ... else ...}. */
  public void ifElse(Value condition, Runnable then, Runnable otherwise) {
    Label not = code.newLabel();
    Label end = code.newLabel();
    condition.push(code);
    code.ifeq(not);
    then.run();
    code.goto_(end).labelBinding(not);
    otherwise.run();
    code.labelBinding(end);
  }

  /**
   * Keeps loads in order. Where an index serves many loads, the compiler would do all of them first
   * and have no registers left for accumulators. On x86 it is no instruction; elsewhere it is one,
   * there are registers enough, and it is left out.
   */
  public void fence() {
    if (!VectorForm.AARCH64) {
      code.invokestatic(VAR_HANDLE, "loadLoadFence", MTD_void);
    }
  }
}
