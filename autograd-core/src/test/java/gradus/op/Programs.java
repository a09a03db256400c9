package gradus.op;

import gradus.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * Random programs: directed graphs of operators on matrices [n,n], rows [n] and numbers, written
 * down once as steps and then run on any inputs.
 */
final class Programs {
  private Programs() {}

  /** One operator applied to results of earlier steps. */
  private record Step(int kind, int a, int b) {}

  /** A program of some steps; its result sums up what no later step uses. */
  record Program(List<Step> steps, int inputs) {
    Tensor run(Tensor... in) {
      var values = new ArrayList<>(Arrays.asList(in));
      boolean[] used = new boolean[in.length + steps.size()];
      for (Step s : steps) {
        used[s.a] = true;
        used[s.b] |= s.kind >= UNARY;
        values.add(apply(s.kind, in[0].size(0), values.get(s.a), values.get(s.b)));
      }
      Tensor result = values.getLast();
      for (int k = in.length; k < values.size() - 1; k++) {
        result = used[k] ? result : result.add(values.get(k).mean());
      }
      return result;
    }

    @Override
    public String toString() {
      var text = new StringBuilder();
      for (int k = 0; k < steps.size(); k++) {
        Step s = steps.get(k);
        text.append("t%d = %s(t%d".formatted(inputs + k, NAMES[s.kind], s.a))
            .append(s.kind >= UNARY ? ", t%d)\n".formatted(s.b) : ")\n");
      }
      return text.toString();
    }
  }

  private static final String[] NAMES = {
    "tanh",
    "sin",
    "sigmoid",
    "exp(0.3 x)",
    "softplus",
    "transpose",
    "flip",
    "sum(0)",
    "mean(keep)",
    "softened norm",
    "amax",
    "slice",
    "reshape",
    "relu",
    "add",
    "mul",
    "sub",
    "div",
    "matmul",
    "concat",
    "maximum",
    "where"
  };
  private static final int UNARY = 14;

  /** A program of that many steps on inputs [n,n], [n] and []. */
  static Program random(long seed, int length) {
    var random = new Random(seed);
    var steps = new ArrayList<Step>();
    for (int k = 0; k < length; k++) {
      int n = 3 + k;
      // Recent results more often, so that graphs grow deep.
      int a = Math.max(random.nextInt(n), random.nextInt(n));
      steps.add(new Step(random.nextInt(NAMES.length), a, random.nextInt(n)));
    }
    return new Program(steps, 3);
  }

  static Tensor[] inputs(long seed) {
    return inputs(seed, 3);
  }

  /** Inputs [n,n], [n] and []. */
  static Tensor[] inputs(long seed, int n) {
    String name = "program " + seed;
    return new Tensor[] {
      OpCase.random(name, -1, 1, n, n), OpCase.random(name, -1, 1, n), OpCase.random(name, -1, 1)
    };
  }

  /** All results are [n,n], [n] or []; those that would not be are brought to it. */
  private static Tensor apply(int kind, int n, Tensor a, Tensor b) {
    return switch (NAMES[kind]) {
      case "tanh" -> a.tanh();
      case "sin" -> a.sin();
      case "sigmoid" -> a.sigmoid();
      case "exp(0.3 x)" -> a.tanh().mul(0.3).exp();
      case "softplus" -> a.softplus();
      case "transpose" -> a.rank() == 2 ? a.transpose() : a;
      case "flip" -> a.rank() > 0 ? a.flip(0) : a;
      case "sum(0)" -> a.rank() > 0 ? a.sum(0) : a;
      case "mean(keep)" -> a.rank() > 0 ? a.sub(a.mean(-1, true)) : a;
      case "softened norm" -> a.square().sum().add(1).sqrt();
      case "amax" -> a.rank() > 0 ? a.amax(-1) : a;
      case "slice" ->
          a.rank() > 0 ? Tensor.cat(List.of(a.narrow(0, 1, n - 1), a.slice(0, 0, 1)), 0) : a;
      case "reshape" -> a.flatten().reshape(a.shape());
      case "relu" -> a.relu();
      case "add" -> a.add(b);
      case "mul" -> a.mul(b).mul(0.5);
      case "sub" -> a.sub(b);
      case "div" -> a.div(b.square().add(1));
      case "matmul" -> a.rank() > 0 && b.rank() > 0 ? a.matmul(b).mul(0.3) : a.mul(b);
      case "concat" -> {
        List<Tensor> three = List.of(a.sum(), b.sum(), a.mean());
        yield Tensor.stack(IntStream.range(0, n).mapToObj(i -> three.get(i % 3)).toList(), 0);
      }
      case "maximum" -> a.maximum(b);
      case "where" -> Tensor.where(a.gt(b), a.mul(2), b);
      default -> throw new AssertionError(kind);
    };
  }
}
