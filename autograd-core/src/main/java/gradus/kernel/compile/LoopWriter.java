package gradus.kernel.compile;

import static java.lang.constant.ConstantDescs.CD_int;

import gradus.formula.Expr;
import gradus.formula.Fn;
import gradus.kernel.code.Arithmetic;
import gradus.kernel.code.Code;
import gradus.kernel.code.KernelClass;
import gradus.kernel.code.Scalars;
import gradus.kernel.code.Value;
import gradus.kernel.code.Variable;
import gradus.kernel.code.Vectors;
import java.lang.constant.ClassDesc;
import java.lang.invoke.MethodHandles;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Writes the class of one loop: rows outside, columns inside, the expressions as the body.
 *
 * <p>A scalar loop takes any column steps, and moves a position per array. In a vector loop
 * positions are those of the row, and the column is added. A value that is used once stays on the
 * operand stack; one that is used more often has a local variable. All loads come before all
 * stores, so an output may be the same array as an operand.
 */
final class LoopWriter {
  /** Longer chains of single-use values are broken by a local, to bound the recursion here. */
  private static final int DEEPEST = 40;

  private final Arithmetic numbers;
  private final boolean isVector;

  /** Bit k: slot k of a vector loop moves along the row. */
  private final long moving;

  private final KernelOutputs assignment;
  private final List<Expr> outputs;
  private final List<Expr> nodes;

  /** Values that get a local variable in each round of the inner loop. */
  private final Set<Expr> kept = new HashSet<>();

  private final Map<Expr, Value> locals = new HashMap<>();
  private final Map<Integer, Slot> slots = new TreeMap<>();

  /**
   * An array and the place in it.
   *
   * @param position of the row in vector loops, of the element in scalar ones
   * @param place of the element
   * @param colStep null where places move by the column
   */
  private record Slot(
      Variable array,
      Variable position,
      Value place,
      Variable rowStep,
      @Nullable Variable colStep) {}

  private LoopWriter(KernelOutputs assignment, Arithmetic numbers, long moving) {
    this.isVector = numbers instanceof Vectors;
    this.moving = moving;
    this.assignment = assignment;
    this.numbers = numbers;
    this.outputs = assignment.outputs();
    this.nodes = assignment.nodes();
    chooseKept();
  }

  /** A loop over single elements with any column steps. */
  static Loop scalar(Compute compute, KernelOutputs assignment) {
    ClassDesc element = compute.array().componentType().describeConstable().orElseThrow();
    return new LoopWriter(assignment, new Scalars(element), 0).define();
  }

  /** Whether there are vector forms of all functions of the lowered expressions. */
  static boolean hasVectorForm(Compute compute, List<Expr> outputs) {
    return compute != Compute.LONG
        && Expr.nodes(outputs).stream().allMatch(e -> e.fn().isPrimitive());
  }

  /** A loop over vectors for one pattern of operands: bit k of {@code moving} is of slot k. */
  static Loop vector(Compute compute, KernelOutputs assignment, int bits, long moving) {
    var vectors = new Vectors(compute == Compute.DOUBLE, bits);
    return new LoopWriter(assignment, vectors, moving).define();
  }

  private void chooseKept() {
    var uses = new HashMap<Expr, Integer>();
    var depth = new HashMap<Expr, Integer>();
    for (Expr e : nodes) {
      int deepest = 0;
      for (int i = 0; i < e.arity(); i++) {
        uses.merge(e.argument(i), 1, Integer::sum);
        deepest = Math.max(deepest, depth.getOrDefault(e.argument(i), 0));
      }
      if (deepest >= DEEPEST) {
        kept.add(e);
        deepest = 0;
      }
      depth.put(e, deepest + 1);
    }
    nodes.stream().filter(e -> uses.getOrDefault(e, 0) > 1).forEach(kept::add);
    if (outputs.size() > 1) {
      kept.addAll(outputs);
    }
  }

  private Loop define() {
    return new KernelClass<>(MethodHandles.lookup(), Loop.class, "By" + numbers.lanes())
        .method("run", this::run)
        .make(numbers.lanes());
  }

  private void run(Code code) {
    Variable arrays = code.in(), at = code.in(), steps = code.in(), rows = code.in();
    Variable from = code.in(), to = code.in(), settings = code.in();
    Variable column = code.variable(CD_int);
    locals.clear(); // a body may be written twice
    for (int k : slotNumbers()) {
      Variable array = code.let(arrays.at(Value.of(k)).cast(numbers.array()));
      Variable position = code.let(at.at(Value.of(k)));
      Variable rowStep = code.let(steps.at(Value.of(2 * k + 1)));
      if (isVector) {
        slots.put(k, new Slot(array, position, position.plus(column), rowStep, null));
      } else {
        Variable colStep = code.let(steps.at(Value.of(2 * k)));
        code.set(position, position.plus(from.times(colStep)));
        // From the end of a row: the loop moves the position by to - from columns.
        code.set(rowStep, rowStep.minus(to.minus(from).times(colStep)));
        slots.put(k, new Slot(array, position, position, rowStep, colStep));
      }
    }
    for (Expr e : nodes) {
      if (e.fn() == Fn.SETTING) {
        Value setting = settings.at(Value.of(e.index())).to(numbers.element);
        locals.put(e, code.let(numbers.broadcast(setting)));
      } else if (e.fn() == Fn.CONST && isVector) {
        locals.put(e, code.let(numbers.constant(e.value())));
      }
    }
    for (Variable _ : code.loop(rows, Value.of(0), -1)) {
      for (Expr e : nodes) {
        if (e.fn() == Fn.ARG && isRowConstant(e)) {
          Slot slot = slot(assignment.slot(e));
          Value place = slot.position.plus(assignment.shift(e));
          locals.put(e, code.let(numbers.broadcast(slot.array.at(place))));
        }
      }
      code.set(column, from);
      for (Variable _ : code.loop(column, to, numbers.lanes())) {
        body(code);
      }
      for (Slot slot : slots.values()) {
        code.set(slot.position, slot.position.plus(slot.rowStep));
      }
    }
  }

  /** Whether the operand is known to have the same value in all columns. */
  private boolean isRowConstant(Expr e) {
    return isVector && (moving >>> assignment.slot(e) & 1) == 0;
  }

  private int[] slotNumbers() {
    IntStream read = nodes.stream().filter(e -> e.fn() == Fn.ARG).mapToInt(assignment::slot);
    IntStream written = IntStream.range(0, outputs.size());
    return IntStream.concat(written, read).distinct().sorted().toArray();
  }

  private void body(Code code) {
    for (Expr e : nodes) {
      boolean inline = e.fn() == Fn.CONST && !isVector;
      if (kept.contains(e) && !locals.containsKey(e) && !inline) {
        locals.put(e, code.let(fresh(e)));
      }
    }
    for (int k = 0; k < outputs.size(); k++) {
      Expr e = outputs.get(k);
      Value value = e.isCondition() ? numbers.truth(value(e)) : value(e);
      numbers.store(code, value, slot(k).array, slot(k).place);
    }
    for (Slot slot : slots.values()) {
      if (slot.colStep != null) {
        code.set(slot.position, slot.position.plus(slot.colStep));
      }
    }
  }

  private Value value(Expr e) {
    Value local = locals.get(e);
    return local != null ? local : fresh(e);
  }

  private Value fresh(Expr e) {
    return switch (e.fn()) {
      case CONST -> numbers.constant(e.value());
      case ARG -> {
        Slot slot = slot(assignment.slot(e));
        yield numbers.load(slot.array, slot.place.plus(assignment.shift(e)));
      }
      case SETTING -> throw new AssertionError("settings are locals: " + e);
      default -> {
        Value[] arguments = new Value[e.arity()];
        for (int i = 0; i < arguments.length; i++) {
          arguments[i] = value(e.argument(i));
        }
        yield numbers.apply(e.fn(), arguments);
      }
    };
  }

  private Slot slot(int k) {
    return Objects.requireNonNull(slots.get(k));
  }
}
