package gradus.kernel.compile;

import gradus.formula.Expr;
import gradus.formula.Fn;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The first tier: walks the expressions as a list of instructions over numbered registers. It costs
 * nothing to make, so a kernel that does little work never needs a class of its own.
 *
 * <p>One register per node, conditions being 1 and 0. Registers of constants and settings are set
 * once a call, those of operands once an element.
 */
abstract class RegisterInterpreter extends Loop {
  /** One function: its register is {@code to}; unused arguments are register 0. */
  record Step(Fn fn, int to, int a, int b, int c) {}

  final int registers;
  final Step[] steps;

  /** Register, slot and shift of each operand. */
  final int[][] loads;

  /** Register of each output. */
  final int[] stores;

  /** Register and index of each setting. */
  final int[][] settings;

  /** Register of each constant. */
  final int[] constants;

  final double[] values;

  RegisterInterpreter(KernelOutputs assignment) {
    super(1);
    List<Expr> outputs = assignment.outputs();
    List<Expr> nodes = assignment.nodes();
    Map<Expr, Integer> place = new HashMap<>();
    var steps = new ArrayList<Step>();
    var loads = new ArrayList<int[]>();
    var settings = new ArrayList<int[]>();
    var constants = new ArrayList<Expr>();
    for (Expr e : nodes) {
      int to = place.size();
      place.put(e, to);
      switch (e.fn()) {
        case ARG -> loads.add(new int[] {to, assignment.slot(e), assignment.shift(e)});
        case SETTING -> settings.add(new int[] {to, e.index()});
        case CONST -> constants.add(e);
        default ->
            steps.add(new Step(e.fn(), to, at(place, e, 0), at(place, e, 1), at(place, e, 2)));
      }
    }
    this.registers = nodes.size();
    this.steps = steps.toArray(new Step[0]);
    this.loads = loads.toArray(new int[0][]);
    this.settings = settings.toArray(new int[0][]);
    this.constants = new int[constants.size()];
    this.values = new double[constants.size()];
    for (int i = 0; i < values.length; i++) {
      this.constants[i] = place.getOrDefault(constants.get(i), 0);
      values[i] = constants.get(i).value();
    }
    this.stores = new int[outputs.size()];
    for (int k = 0; k < stores.length; k++) {
      stores[k] = place.getOrDefault(outputs.get(k), 0);
    }
  }

  static RegisterInterpreter of(Compute compute, KernelOutputs assignment) {
    return switch (compute) {
      case FLOAT -> new FloatRegisterInterpreter(assignment);
      case DOUBLE -> new DoubleRegisterInterpreter(assignment);
      case LONG -> new LongRegisterInterpreter(assignment);
    };
  }

  private static int at(Map<Expr, Integer> place, Expr e, int i) {
    return i < e.arity() ? place.getOrDefault(e.argument(i), 0) : 0;
  }
}
