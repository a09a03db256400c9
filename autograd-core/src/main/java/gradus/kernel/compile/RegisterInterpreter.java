package gradus.kernel.compile;

import gradus.formula.Expr;
import gradus.formula.Fn;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;

/**
 * The first tier: walks the expressions as a list of instructions over numbered registers. It costs
 * nothing to make, so a kernel that does little work never needs a class of its own.
 *
 * <p>One register per node, conditions being 1 and 0. Registers of settings are set once a call,
 * those of operands once an element.
 */
abstract class RegisterInterpreter extends Loop {
  /** One function: its register is {@code to}; unused arguments are register 0. */
  record Step(Fn fn, int to, int a, int b, int c) {}

  /** What registers hold at first: constants. */
  final double[] initial;

  final Step[] functions;

  /** Register, slot and shift of each operand. */
  final int[][] loads;

  /** Register of each output. */
  final int[] stores;

  /** Register and index of each setting. */
  final int[][] settings;

  RegisterInterpreter(KernelOutputs assignment) {
    super(1);
    List<Expr> outputs = assignment.outputs();
    List<Expr> nodes = assignment.nodes();
    var registers = new HashMap<Expr, Integer>();
    var functions = new ArrayList<Step>();
    var loads = new ArrayList<int[]>();
    var settings = new ArrayList<int[]>();
    initial = new double[nodes.size()];
    for (int to = 0; to < initial.length; to++) {
      Expr e = nodes.get(to);
      registers.put(e, to);
      int[] of = new int[3];
      for (int i = 0; i < e.arity(); i++) {
        of[i] = registers.getOrDefault(e.argument(i), 0);
      }
      switch (e.fn()) {
        case ARG -> loads.add(new int[] {to, assignment.slot(e), assignment.shift(e)});
        case SETTING -> settings.add(new int[] {to, e.index()});
        case CONST -> initial[to] = e.value();
        default -> functions.add(new Step(e.fn(), to, of[0], of[1], of[2]));
      }
    }
    this.functions = functions.toArray(new Step[0]);
    this.loads = loads.toArray(new int[0][]);
    this.settings = settings.toArray(new int[0][]);
    this.stores = new int[outputs.size()];
    for (int k = 0; k < stores.length; k++) {
      stores[k] = registers.getOrDefault(outputs.get(k), 0);
    }
  }

  static RegisterInterpreter of(Compute compute, KernelOutputs assignment) {
    return compute == Compute.LONG
        ? new LongRegisterInterpreter(assignment)
        : new RealRegisterInterpreter(assignment, compute == Compute.FLOAT);
  }
}
