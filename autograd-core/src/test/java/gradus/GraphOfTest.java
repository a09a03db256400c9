package gradus;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class GraphOfTest {
  @Test
  void listsWhatWasRecordedOldestFirst() {
    Tensor w = Tensor.ones(3, 2).requiresGrad(true);
    Tensor loss = Tensor.ones(4, 3).matmul(w).tanh().sum();
    assertThat(Graph.of(loss).entries().stream().map(Graph.Entry::toString))
        .containsExactly(
            "0 leaf() [3, 2] float32",
            "1 matmul(0) [4, 2] float32",
            "2 tanh(1) [4, 2] float32",
            "3 sum(2) [] float32");
    assertThat(Graph.of(w.detach()).entries()).isEmpty();
  }

  /** matmul keeps its left side, 4 x 3 floats; tanh its result, 4 x 2; w itself is not read. */
  @Test
  void countsTheBytesThatAreKeptOnce() {
    Tensor w = Tensor.ones(3, 2).requiresGrad(true);
    Tensor x = Tensor.ones(4, 3);
    Tensor y = x.matmul(w).tanh();
    assertThat(Graph.of(y.sum()).bytes()).isEqualTo(4 * 3 * 4 + 4 * 2 * 4);
    Tensor twice = x.matmul(w).sum().add(x.matmul(w).sum()); // x is kept by both
    assertThat(Graph.of(twice).bytes()).isEqualTo(4 * 3 * 4);
    twice.backward();
    assertThat(Graph.of(twice).bytes()).isZero();
  }

  @Test
  void severalResultsAreOneEntry() {
    Tensor x = Tensor.of(3, 1, 2).requiresGrad(true);
    var parts = x.split(1, 0);
    Graph graph = Graph.of(parts.get(0).mul(parts.get(2)));
    assertThat(graph.entries().stream().map(Graph.Entry::toString))
        .containsExactly(
            "0 leaf() [3] float32", "1 split(0) [1] [1] [1] float32", "2 mul(1, 1) [1] float32");
  }

  @Test
  void isDrawn() {
    Tensor w = Tensor.ones(2).requiresGrad(true);
    Graph graph = Graph.of(w.exp());
    assertThat(graph.toDot())
        .isEqualTo(
            """
            digraph {
              node [shape=box];
              n0 [label="leaf\\n[2]", style=rounded];
              n1 [label="exp\\n[2]"];
              n0 -> n1;
            }
            """);
    assertThat(graph.toMermaid())
        .isEqualTo(
            """
            flowchart TD
              n0("leaf [2]")
              n1["exp [2]"]
              n0 --> n1
            """);
    assertThat(graph.toString()).endsWith("8 bytes kept");
  }
}
