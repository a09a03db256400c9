package gradus.op.recurrent;

import static gradus.op.OpCase.dims;
import static gradus.op.OpCase.of;
import static gradus.op.OpCase.several;

import gradus.Tensor;
import gradus.op.Grid;
import gradus.op.OpCase;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntToDoubleFunction;

/** Sample inputs and references for each operator of this package. */
public final class RecurrentCases {
  private RecurrentCases() {}

  public static List<OpCase> all() {
    return List.of(
        of(
                "lstmState",
                LstmCell.STATE::apply,
                x ->
                    Grid.of(
                        x[0].dims(),
                        i ->
                            sigmoid(x[1].at(i)) * x[3].at(i)
                                + sigmoid(x[0].at(i)) * Math.tanh(x[2].at(i))))
            .on(dims(2, 3), dims(2, 3), dims(2, 3), dims(2, 3)),
        of(
                "lstmOutput",
                LstmCell.OUTPUT::apply,
                x -> Grid.of(x[0].dims(), i -> sigmoid(x[0].at(i)) * Math.tanh(x[1].at(i))))
            .on(dims(2, 3), dims(2, 3)),
        of("gruOutput", GruCell.OUTPUT::apply, x -> Grid.of(x[0].dims(), i -> gru(x, i)))
            .on(dims(2, 2), dims(2, 2), dims(2, 2), dims(2, 2), dims(2, 2), dims(2, 2), dims(2, 2)),
        of("gruSequence", x -> new GruSequence().applyAll(x)[0], RecurrentCases::gruStates)
            .on(dims(2, 1), dims(1, 2, 3), dims(3, 3), dims(3, 1), dims(3), dims(3))
            .on(dims(1, 2), dims(3, 1, 1), dims(6, 1), dims(6, 2), dims(6), dims(6))
            .on(dims(2, 1), dims(2, 2, 2), dims(3, 2), dims(3, 1)),
        several("gruSequenceGradient", RecurrentCases::gruBack, RecurrentCases::gruGradient)
            .on(dims(2, 1, 1), dims(1, 1), dims(2, 1, 2), dims(3, 2), dims(3, 1))
            .on(dims(2, 1, 1), dims(1, 1), dims(2, 1, 1), dims(3, 1), dims(3, 1), dims(3), dims(3)),
        several("lstmSequence", new LstmSequence()::applyAll, RecurrentCases::lstm)
            .on(dims(2, 1), dims(2, 1), dims(1, 2, 3), dims(4, 3), dims(4, 1), dims(4))
            .on(dims(1, 2), dims(1, 2), dims(3, 1, 1), dims(8, 1), dims(8, 2), dims(8))
            .on(dims(2, 1), dims(2, 1), dims(2, 2, 2), dims(4, 2), dims(4, 1)),
        several("lstmSequenceGradient", RecurrentCases::lstmBack, RecurrentCases::lstmGradient)
            .on(
                dims(2, 1, 1),
                dims(1, 1),
                dims(1, 1),
                dims(1, 1),
                dims(2, 1, 2),
                dims(4, 2),
                dims(4, 1))
            .on(
                dims(2, 1, 1),
                dims(1, 1),
                dims(1, 1),
                dims(1, 1),
                dims(2, 1, 1),
                dims(4, 1),
                dims(4, 1),
                dims(4)),
        of(
                "stateWeightGradient",
                new StateWeightGradient()::apply,
                x ->
                    Grid.of(
                        dims(x[0].dims()[1], x[1].dims()[1]), i -> weightGradient(x, i[0], i[1])))
            .on(dims(6, 3), dims(2, 2), dims(3, 2, 2))
            .on(dims(2, 4), dims(2, 1), dims(1, 2, 1))
            .on(dims(0, 2), dims(0, 3), dims(2, 0, 3)));
  }

  private static Tensor[] gruBack(Tensor... x) {
    Tensor[] in = operands(1, x);
    Tensor[] kept = Tensor.applyAll(new GruSequence(), true, in);
    return new GruSequenceGradient().applyAll(with(1, x, kept));
  }

  private static Tensor[] lstmBack(Tensor... x) {
    Tensor[] in = operands(2, x);
    Tensor residual = Tensor.applyAll(new LstmSequence(), true, in)[2];
    return new LstmSequenceGradient().applyAll(with(2, x, residual));
  }

  /** All but the first few, without history. */
  private static Tensor[] operands(int from, Tensor... x) {
    return Arrays.stream(x).skip(from).map(Tensor::detach).toArray(Tensor[]::new);
  }

  /** All, and more behind the first few. */
  private static Tensor[] with(int at, Tensor[] x, Tensor... more) {
    var all = new ArrayList<Tensor>(List.of(x));
    all.addAll(at, List.of(more));
    return all.toArray(Tensor[]::new);
  }

  /** d' and the states one step earlier, summed over steps and batch: element [k, v]. */
  private static double weightGradient(Grid[] x, int k, int v) {
    int n = x[1].dims()[0];
    double sum = 0;
    for (int row = 0; row < x[0].dims()[0]; row++) {
      int t = row / n;
      int b = row % n;
      sum += x[0].at(row, k) * (t == 0 ? x[1].at(b, v) : x[2].at(t - 1, b, v));
    }
    return sum;
  }

  private static double sigmoid(double x) {
    return 1 / (1 + Math.exp(-x));
  }

  private static double gru(Grid[] x, int... i) {
    double r = sigmoid(x[0].at(i) + x[3].at(i));
    double z = sigmoid(x[1].at(i) + x[4].at(i));
    double n = Math.tanh(x[2].at(i) + r * x[5].at(i));
    return (1 - z) * n + z * x[6].at(i);
  }

  /** Row k of a weight times a row of the input at a step, or of a state, and a bias if any. */
  private static double gruSum(Grid[] x, int of, IntToDoubleFunction row, int k) {
    double sum = x.length > 4 ? x[of + 2].at(k) : 0;
    for (int v = 0; v < x[of].dims()[1]; v++) {
      sum += row.applyAsDouble(v) * x[of].at(k, v);
    }
    return sum;
  }

  /** [n, h], [t, n, in], [3h, in], [3h, h], perhaps [3h] twice -> [t, n, h]. */
  private static Grid gruStates(Grid... x) {
    double[][][] states = gruAll(x);
    return Grid.of(
        dims(states.length - 1, x[0].dims()[0], x[0].dims()[1]), i -> states[i[0] + 1][i[1]][i[2]]);
  }

  /** The states from the first one on. */
  private static double[][][] gruAll(Grid... x) {
    int steps = x[1].dims()[0];
    int n = x[0].dims()[0];
    int width = x[0].dims()[1];
    double[][][] states = new double[steps + 1][n][width];
    for (int t = 0; t <= steps; t++) {
      for (int b = 0; b < n; b++) {
        for (int u = 0; u < width; u++) {
          states[t][b][u] = t == 0 ? x[0].at(b, u) : gruNext(x, t - 1, b, u, states[t - 1][b]);
        }
      }
    }
    return states;
  }

  private static double gruNext(Grid[] x, int t, int b, int u, double... h) {
    int width = h.length;
    double[] byInput = new double[3];
    double[] byState = new double[3];
    for (int k = 0; k < 3; k++) {
      byInput[k] = gruSum(x, 2, v -> x[1].at(t, b, v), k * width + u);
      byState[k] = gruSum(x, 3, v -> h[v], k * width + u);
    }
    double r = sigmoid(byInput[0] + byState[0]);
    double z = sigmoid(byInput[1] + byState[1]);
    double fresh = Math.tanh(byInput[2] + r * byState[2]);
    return (1 - z) * fresh + z * h[u];
  }

  /** Of one unit: g [t, 1, 1], then the operands of {@link #gruStates}. */
  private static Grid[] gruGradient(Grid... x) {
    Grid[] in = Arrays.copyOfRange(x, 1, x.length);
    int steps = in[1].dims()[0];
    double[][][] states = gruAll(in);
    double[] d = new double[4 * steps];
    double dh = 0;
    for (int t = steps - 1; t >= 0; t--) {
      int step = t;
      double h = states[t][0][0];
      double[] byInput = new double[3];
      double[] byState = new double[3];
      for (int k = 0; k < 3; k++) {
        byInput[k] = gruSum(in, 2, v -> in[1].at(step, 0, v), k);
        byState[k] = gruSum(in, 3, v -> h, k);
      }
      double r = sigmoid(byInput[0] + byState[0]);
      double z = sigmoid(byInput[1] + byState[1]);
      double fresh = Math.tanh(byInput[2] + r * byState[2]);
      dh += x[0].at(t, 0, 0);
      double dn = dh * (1 - z) * (1 - fresh * fresh);
      d[4 * t] = dn * byState[2] * r * (1 - r);
      d[4 * t + 1] = dh * (h - fresh) * z * (1 - z);
      d[4 * t + 2] = dn;
      d[4 * t + 3] = dn * r;
      dh =
          dh * z
              + d[4 * t] * in[3].at(0, 0)
              + d[4 * t + 1] * in[3].at(1, 0)
              + d[4 * t + 3] * in[3].at(2, 0);
    }
    return new Grid[] {new Grid(dims(steps, 1, 4), d), new Grid(dims(1, 1), new double[] {dh})};
  }

  /** What the input adds to gate k of a sequence at a step, with the bias if there is one. */
  private static double byInput(Grid[] x, int t, int b, int k) {
    double sum = x.length > 5 ? x[5].at(k) : 0;
    for (int v = 0; v < x[2].dims()[2]; v++) {
      sum += x[2].at(t, b, v) * x[3].at(k, v);
    }
    return sum;
  }

  /** h [t + 1, n, h] and c, from the first ones on, as {@link #lstm} takes its operands. */
  private static double[][][][] lstmStates(Grid... x) {
    int steps = x[2].dims()[0];
    int n = x[2].dims()[1];
    int width = x[0].dims()[1];
    double[][][][] states = new double[2][steps + 1][n][width];
    for (int t = 0; t <= steps; t++) {
      for (int b = 0; b < n; b++) {
        for (int u = 0; u < width; u++) {
          if (t == 0) {
            states[0][0][b][u] = x[0].at(b, u);
            states[1][0][b][u] = x[1].at(b, u);
            continue;
          }
          double[] gates = new double[4];
          for (int k = 0; k < 4; k++) {
            gates[k] = byInput(x, t - 1, b, k * width + u);
            for (int v = 0; v < width; v++) {
              gates[k] += states[0][t - 1][b][v] * x[4].at(k * width + u, v);
            }
          }
          double next =
              sigmoid(gates[1]) * states[1][t - 1][b][u] + sigmoid(gates[0]) * Math.tanh(gates[2]);
          states[1][t][b][u] = next;
          states[0][t][b][u] = sigmoid(gates[3]) * Math.tanh(next);
        }
      }
    }
    return states;
  }

  /** [n, h], [n, h], [t, n, in], [4h, in], [4h, h], perhaps [4h] -> [t, n, h], [n, h]. */
  private static Grid[] lstm(Grid... x) {
    int steps = x[2].dims()[0];
    double[][][][] states = lstmStates(x);
    return new Grid[] {
      Grid.of(dims(steps, x[0].dims()[0], x[0].dims()[1]), i -> states[0][i[0] + 1][i[1]][i[2]]),
      Grid.of(x[0].dims(), i -> states[1][steps][i[0]][i[1]])
    };
  }

  /** Of one unit: g [t, 1, 1] and [1, 1], then the operands of {@link #lstm}. */
  private static Grid[] lstmGradient(Grid... x) {
    int steps = x[4].dims()[0];
    Grid[] in = Arrays.copyOfRange(x, 2, x.length);
    double[][][][] states = lstmStates(in);
    double[] d = new double[4 * steps];
    double dh = 0;
    double dc = x[1].at(0, 0);
    for (int t = steps - 1; t >= 0; t--) {
      double h = states[0][t][0][0];
      double c = states[1][t][0][0];
      double[] a = new double[4];
      for (int k = 0; k < 4; k++) {
        double gate = byInput(in, t, 0, k) + h * in[4].at(k, 0);
        a[k] = k == 2 ? Math.tanh(gate) : sigmoid(gate);
      }
      double squashed = Math.tanh(states[1][t + 1][0][0]);
      dh += x[0].at(t, 0, 0);
      dc += dh * a[3] * (1 - squashed * squashed);
      d[4 * t] = dc * a[2] * a[0] * (1 - a[0]);
      d[4 * t + 1] = dc * c * a[1] * (1 - a[1]);
      d[4 * t + 2] = dc * a[0] * (1 - a[2] * a[2]);
      d[4 * t + 3] = dh * squashed * a[3] * (1 - a[3]);
      dc *= a[1];
      dh = 0;
      for (int k = 0; k < 4; k++) {
        dh += d[4 * t + k] * in[4].at(k, 0);
      }
    }
    return new Grid[] {
      new Grid(dims(steps, 1, 4), d),
      new Grid(dims(1, 1), new double[] {dh}),
      new Grid(dims(1, 1), new double[] {dc})
    };
  }
}
