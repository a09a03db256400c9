package gradus.formula;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;

/** The nodes under some roots as a list; without recursion, so that depth needs no stack. */
final class Graph {
  private Graph() {}

  /** Every node once, arguments before the nodes that use them. */
  static List<Expr> ordered(List<Expr> roots) {
    var done = new HashMap<Expr, Boolean>();
    var order = new ArrayList<Expr>();
    var stack = new ArrayList<Expr>(roots.reversed());
    while (!stack.isEmpty()) {
      Expr e = stack.getLast();
      if (done.putIfAbsent(e, false) == null) {
        for (int i = e.arity() - 1; i >= 0; i--) {
          stack.add(e.argument(i));
        }
      } else {
        stack.removeLast();
        if (Boolean.FALSE.equals(done.put(e, true))) {
          order.add(e);
        }
      }
    }
    return order;
  }
}
