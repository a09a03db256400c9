package gradus.kernel.compile;

import static java.lang.constant.ConstantDescs.CD_Object;
import static java.lang.constant.ConstantDescs.CD_double;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_void;
import static java.lang.constant.ConstantDescs.CLASS_INIT_NAME;
import static java.lang.constant.ConstantDescs.INIT_NAME;
import static java.lang.constant.ConstantDescs.MTD_void;

import gradus.formula.Expr;
import gradus.formula.Fn;
import java.lang.classfile.ClassBuilder;
import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.invoke.MethodHandles;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * Writes the class of one loop: rows outside, columns inside, the expressions as the body.
 *
 * <p>A value that is used once stays on the operand stack; one that is used more often has a local
 * variable. All loads come before all stores, so an output may be the same array as an operand.
 */
abstract class LoopWriter {
  /** Longer chains of single-use values are broken by a local, to bound the recursion here. */
  private static final int DEEPEST = 40;

  private static final ClassDesc LOOP = ClassDesc.ofDescriptor(Loop.class.descriptorString());
  private static final ClassDesc SELF = ClassDesc.of("gradus.kernel.compile.Compiled");
  private static final MethodTypeDesc RUN =
      MethodTypeDesc.of(
          CD_void,
          CD_Object.arrayType(),
          CD_int.arrayType(),
          CD_int.arrayType(),
          CD_int.arrayType(),
          CD_int,
          CD_int,
          CD_int,
          CD_double.arrayType());

  private static final MethodTypeDesc LANES = MethodTypeDesc.of(CD_void, CD_int);

  private static final int ARRAYS = 1;
  private static final int AT = 2;
  private static final int COL_STEP = 3;
  private static final int ROW_STEP = 4;
  private static final int ROWS = 5;
  private static final int FROM = 6;
  private static final int TO = 7;
  private static final int SETTINGS = 8;

  final Compute compute;
  private final Assignment assignment;
  private final List<Expr> outputs;
  private final List<Expr> nodes;

  /** Values that get a local variable in each round of the inner loop. */
  private final Set<Expr> kept = new HashSet<>();

  private final Map<Expr, Integer> locals = new HashMap<>();
  private final int[] array;
  private final int[] position;
  private final int[] rowStep;
  private final int[] colStep;
  private int column;

  LoopWriter(Compute compute, Assignment assignment) {
    this.compute = compute;
    this.assignment = assignment;
    this.outputs = assignment.outputs();
    this.nodes = assignment.nodes();
    int slots = outputs.size();
    for (Expr e : nodes) {
      slots = e.fn() == Fn.ARG ? Math.max(slots, assignment.slot(e) + 1) : slots;
    }
    array = new int[slots];
    position = new int[slots];
    rowStep = new int[slots];
    colStep = new int[slots];
    chooseKept();
  }

  private void chooseKept() {
    var uses = new HashMap<Expr, Integer>();
    var depth = new HashMap<Expr, Integer>();
    for (Expr e : nodes) {
      int deepest = 0;
      for (int i = 0; i < e.arity(); i++) {
        uses.put(e.argument(i), 1 + uses.getOrDefault(e.argument(i), 0));
        deepest = Math.max(deepest, depth.getOrDefault(e.argument(i), 0));
      }
      if (deepest >= DEEPEST) {
        kept.add(e);
        deepest = 0;
      }
      depth.put(e, deepest + 1);
    }
    for (var use : uses.entrySet()) {
      if (use.getValue() > 1) {
        kept.add(use.getKey());
      }
    }
    if (outputs.size() > 1) {
      kept.addAll(outputs);
    }
  }

  // --- what scalar and vector loops do differently ---

  /** The elements that one round handles. */
  abstract int lanes();

  /** The descriptor of the array that {@code run} is given for each slot. */
  final ClassDesc arrayType() {
    return ClassDesc.ofDescriptor(compute.array().descriptorString());
  }

  /** Whether the operand's value is the same in all columns, and known to be. */
  abstract boolean isRowConstant(int slot);

  /** Whether column steps are only known when the loop runs. */
  abstract boolean hasFreeSteps();

  /** The number on the stack, a double, as a value of the loop. */
  abstract void number(CodeBuilder code);

  /** Pushes a constant. */
  abstract void constant(CodeBuilder code, double value);

  /** Whether constants are worth a local variable outside the loops. */
  abstract boolean keepsConstants();

  /** The array and index on the stack, as a value: the element there for all lanes. */
  abstract void loadOne(CodeBuilder code);

  /** Pushes the value so far behind the current place. */
  abstract void load(CodeBuilder code, int slot, int shift);

  /** Stores the output at the current place. */
  abstract void store(CodeBuilder code, int slot, Expr output);

  /** Pushes the value of a function; {@link #value} pushes its arguments. */
  abstract void apply(CodeBuilder code, Expr e);

  /** Turns the condition on the stack to 1 or 0. */
  abstract void truth(CodeBuilder code);

  abstract TypeKind kind(Expr e);

  // --- the class ---

  /** The loop, defined and ready. */
  final Loop define() {
    byte[] bytes = ClassFile.of().build(SELF, this::type);
    synchronized (LoopWriter.class) {
      try {
        MethodHandles.lookup().defineHiddenClass(bytes, true);
      } catch (IllegalAccessException e) {
        throw new AssertionError("this class may define others beside it", e);
      }
      return Objects.requireNonNull(Loop.latest);
    }
  }

  private void type(ClassBuilder type) {
    type.withSuperclass(LOOP).withFlags(ClassFile.ACC_FINAL | ClassFile.ACC_SUPER);
    type.withMethodBody(INIT_NAME, MTD_void, 0, this::construct);
    type.withMethodBody(CLASS_INIT_NAME, MTD_void, ClassFile.ACC_STATIC, LoopWriter::handOver);
    type.withMethodBody("run", RUN, 0, this::run);
  }

  private void construct(CodeBuilder code) {
    code.aload(0).loadConstant(lanes()).invokespecial(LOOP, INIT_NAME, LANES).return_();
  }

  /** The class initializer hands an instance over: no reflection, which is slow to start. */
  private static void handOver(CodeBuilder code) {
    code.new_(SELF).dup().invokespecial(SELF, INIT_NAME, MTD_void);
    code.putstatic(LOOP, "latest", LOOP).return_();
  }

  private void run(CodeBuilder code) {
    prologue(code);
    Label nextRow = code.newLabel();
    Label end = code.newLabel();
    code.labelBinding(nextRow).iload(ROWS).ifle(end);
    startRow(code);
    Label nextColumn = code.newLabel();
    Label rowEnd = code.newLabel();
    code.labelBinding(nextColumn).iload(column).iload(TO).if_icmpge(rowEnd);
    body(code);
    code.iinc(column, lanes()).goto_(nextColumn).labelBinding(rowEnd);
    for (int k = 0; k < array.length; k++) {
      if (array[k] != 0) {
        code.iload(position[k]).iload(rowStep[k]).iadd().istore(position[k]);
      }
    }
    code.iinc(ROWS, -1).goto_(nextRow).labelBinding(end).return_();
  }

  /** Arrays, positions, steps, settings and constants into locals. */
  private void prologue(CodeBuilder code) {
    for (int k = 0; k < outputs.size(); k++) {
      slot(code, k);
    }
    for (Expr e : nodes) {
      if (e.fn() == Fn.ARG) {
        slot(code, assignment.slot(e));
      } else if (e.fn() == Fn.SETTING) {
        code.aload(SETTINGS).loadConstant(e.index()).daload();
        number(code);
        keep(code, e);
      } else if (e.fn() == Fn.CONST && keepsConstants()) {
        constant(code, e.value());
        keep(code, e);
      }
    }
    column = code.allocateLocal(TypeKind.INT);
  }

  private void slot(CodeBuilder code, int k) {
    if (array[k] != 0) {
      return; // an operand that is overwritten
    }
    array[k] = code.allocateLocal(TypeKind.REFERENCE);
    code.aload(ARRAYS).loadConstant(k).aaload().checkcast(arrayType()).astore(array[k]);
    position[k] = intElement(code, AT, k);
    rowStep[k] = intElement(code, ROW_STEP, k);
    if (hasFreeSteps()) {
      colStep[k] = intElement(code, COL_STEP, k);
      code.iload(position[k]).iload(FROM).iload(colStep[k]).imul().iadd().istore(position[k]);
      // The row's start is found from its end: the loop moves the position by to - from columns.
      code.iload(rowStep[k]).iload(TO).iload(FROM).isub().iload(colStep[k]).imul().isub();
      code.istore(rowStep[k]);
    }
  }

  private static int intElement(CodeBuilder code, int ints, int k) {
    int local = code.allocateLocal(TypeKind.INT);
    code.aload(ints).loadConstant(k).iaload().istore(local);
    return local;
  }

  private void startRow(CodeBuilder code) {
    for (Expr e : nodes) {
      if (e.fn() == Fn.ARG && isRowConstant(assignment.slot(e))) {
        int k = assignment.slot(e);
        code.aload(array[k]).iload(position[k]);
        shift(code, assignment.shift(e));
        loadOne(code);
        keep(code, e);
      }
    }
    code.iload(FROM).istore(column);
  }

  private void body(CodeBuilder code) {
    var outside = Set.copyOf(locals.keySet());
    for (Expr e : nodes) {
      if (kept.contains(e) && !locals.containsKey(e) && !isInline(e)) {
        fresh(code, e);
        keep(code, e);
      }
    }
    for (int k = 0; k < outputs.size(); k++) {
      store(code, k, outputs.get(k));
    }
    if (hasFreeSteps()) {
      for (int k = 0; k < array.length; k++) {
        if (array[k] != 0) {
          code.iload(position[k]).iload(colStep[k]).iadd().istore(position[k]);
        }
      }
    }
    locals.keySet().retainAll(outside);
  }

  /** A constant that is pushed where it is used. */
  private boolean isInline(Expr e) {
    return e.fn() == Fn.CONST && !keepsConstants();
  }

  private void keep(CodeBuilder code, Expr e) {
    int local = code.allocateLocal(kind(e));
    code.storeLocal(kind(e), local);
    locals.put(e, local);
  }

  /** Pushes the value of a node. */
  final void value(CodeBuilder code, Expr e) {
    Integer local = locals.get(e);
    if (local != null) {
      code.loadLocal(kind(e), local);
    } else {
      fresh(code, e);
    }
  }

  private void fresh(CodeBuilder code, Expr e) {
    switch (e.fn()) {
      case CONST -> constant(code, e.value());
      case ARG -> load(code, assignment.slot(e), assignment.shift(e));
      case SETTING -> throw new AssertionError("settings are locals: " + e);
      default -> apply(code, e);
    }
  }

  /** Pushes the value of an output: a condition as 1 or 0. */
  final void output(CodeBuilder code, Expr e) {
    value(code, e);
    if (e.isCondition()) {
      truth(code);
    }
  }

  /** Pushes the array and the index so far behind the current place in it. */
  final void place(CodeBuilder code, int slot, int shift) {
    code.aload(array[slot]).iload(position[slot]);
    if (!hasFreeSteps()) {
      code.iload(column).iadd();
    }
    shift(code, shift);
  }

  private static void shift(CodeBuilder code, int by) {
    if (by != 0) {
      code.loadConstant(by).iadd();
    }
  }
}
