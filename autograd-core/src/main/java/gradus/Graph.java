package gradus;

import gradus.tape.Node;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * What was recorded on the way to a tensor, to be looked at: the applications of operators and the
 * leaves, each before those that use it.
 *
 * <pre>{@code
 * var graph = Graph.of(loss);
 * IO.println(graph);                                     // one line an entry
 * Files.writeString(Path.of("loss.dot"), graph.toDot()); // for Graphviz
 * }</pre>
 *
 * @param entries oldest first
 */
public record Graph(List<Entry> entries) {

  /**
   * One application of an operator, or one leaf.
   *
   * @param id its place in {@link Graph#entries}
   * @param operator the name of the operator; {@code leaf} for a leaf
   * @param inputs the entries that gradients flow on to, in the order of the operands; operands
   *     that need no gradient are left out
   * @param shapes of the results, several if the operator has several
   * @param bytes of the tensors that are kept for the derivative, as far as no earlier entry keeps
   *     them, too; 0 for a leaf, and once a backward pass has freed them
   */
  public record Entry(
      int id, String operator, List<Integer> inputs, List<Shape> shapes, DType dtype, long bytes) {
    public Entry {
      inputs = List.copyOf(inputs);
      shapes = List.copyOf(shapes);
    }

    /** As in {@code 3 matmul(1, 2) [64, 10] float32}. */
    @Override
    public String toString() {
      return "%d %s(%s) %s %s"
          .formatted(
              id,
              operator,
              String.join(", ", inputs.stream().map(String::valueOf).toList()),
              sizes(),
              dtype);
    }

    private String sizes() {
      return String.join(" ", shapes.stream().map(String::valueOf).toList());
    }
  }

  public Graph {
    entries = List.copyOf(entries);
  }

  /** The graph behind a tensor; empty if nothing was recorded. */
  public static Graph of(Tensor tensor) {
    var nodes = new ArrayList<Node>();
    Set<Node> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    var stack = new ArrayDeque<Node>();
    if (tensor.node != null) {
      stack.push(application(tensor.node));
    }
    while (!stack.isEmpty()) {
      Node node = stack.pop();
      if (seen.add(node)) {
        nodes.add(node);
        for (int i = 0; i < node.arity(); i++) {
          Node input = node.input(i);
          if (input != null) {
            stack.push(application(input));
          }
        }
      }
    }
    nodes.sort(Comparator.comparingLong(Node::time));
    Map<Node, Integer> ids = new HashMap<>();
    var entries = new ArrayList<Entry>(nodes.size());
    var counted = new HashSet<Object>();
    for (Node node : nodes) {
      ids.put(node, entries.size());
      var inputs = new ArrayList<Integer>();
      for (int i = 0; i < node.arity(); i++) {
        Node input = node.input(i);
        if (input != null) {
          inputs.add(ids.get(application(input)));
        }
      }
      String operator = node instanceof Node.Operation made ? made.op().name() : "leaf";
      long bytes = node instanceof Node.Operation made ? made.bytesKept(counted) : 0;
      entries.add(new Entry(entries.size(), operator, inputs, shapes(node), node.dtype(), bytes));
    }
    return new Graph(entries);
  }

  /** The application that one of several results belongs to, else the node itself. */
  private static Node application(Node node) {
    return node instanceof Node.Result result ? result.operation() : node;
  }

  private static List<Shape> shapes(Node node) {
    if (!(node instanceof Node.Operation made)) {
      return List.of(node.shape());
    }
    var shapes = new ArrayList<Shape>();
    for (int k = 0; k < made.resultCount(); k++) {
      shapes.add(made.outShape(k));
    }
    return shapes;
  }

  /** Bytes of all tensors that the graph keeps for the derivatives, each counted once. */
  public long bytes() {
    return entries.stream().mapToLong(Entry::bytes).sum();
  }

  /** The graph in the language of Graphviz. */
  public String toDot() {
    var text = new StringBuilder("digraph {\n  node [shape=box];\n");
    for (Entry each : entries) {
      String style = each.operator.equals("leaf") ? ", style=rounded" : "";
      text.append(
          "  n%d [label=\"%s\\n%s\"%s];\n".formatted(each.id, each.operator, each.sizes(), style));
      each.inputs.forEach(i -> text.append("  n%d -> n%d;\n".formatted(i, each.id)));
    }
    return text.append("}\n").toString();
  }

  /** The graph as a Mermaid flow chart, which Markdown viewers draw. */
  public String toMermaid() {
    var text = new StringBuilder("flowchart TD\n");
    for (Entry each : entries) {
      String label = "\"%s %s\"".formatted(each.operator, each.sizes());
      boolean leaf = each.operator.equals("leaf");
      text.append("  n%d%s\n".formatted(each.id, leaf ? "(" + label + ")" : "[" + label + "]"));
      each.inputs.forEach(i -> text.append("  n%d --> n%d\n".formatted(i, each.id)));
    }
    return text.toString();
  }

  /** One line an entry, and the bytes that they keep. */
  @Override
  public String toString() {
    var text = new StringBuilder();
    entries.forEach(each -> text.append(each).append('\n'));
    return text.append(String.format(Locale.ROOT, "%,d bytes kept", bytes())).toString();
  }
}
