package gradus.kernel.gemm;

import gradus.kernel.code.Accumulators;
import gradus.kernel.code.Code;
import gradus.kernel.code.KernelClass;
import gradus.kernel.code.Value;
import gradus.kernel.code.Variable;
import gradus.kernel.code.Vectors;
import gradus.kernel.gemm.MicroKernel.Form;
import java.lang.invoke.MethodHandles;
import java.util.function.IntConsumer;

/**
 * Writes micro-kernels as hidden classes: straight-line Vector API code with every accumulator in a
 * local variable, which the optimising compiler turns into one register each.
 *
 * <p>In Java, the kernel for strips of 2 rows and 1 vector per row reads
 *
 * <pre>{@code
 * for (int s = 0; s < strips; s++, ao += 2 * 272, co += 2 * cs) {
 *   FloatVector c00 = fresh ? zero : fromArray(S, c, co);
 *   FloatVector c10 = fresh ? zero : fromArray(S, c, co + cs);
 *   int q = ao, end = ao + k, shift = bo - ao * stride;
 *   for (; q < end - 1; q += 2) {
 *     // the step below for q, a fence, and again for q + 1
 *   }
 *   if (q < end) {
 *     FloatVector b0 = fromArray(S, b, q * stride + shift);
 *     c00 = broadcast(S, a[q]).fma(b0, c00);
 *     VarHandle.loadLoadFence();
 *     c10 = broadcast(S, a[q + 272]).fma(b0, c10);
 *   }
 *   c00.intoArray(c, co); c10.intoArray(c, co + cs);
 * }
 * }</pre>
 *
 * <p>Two steps go into a round, so that indices and the end of the loop are computed half as often;
 * longer methods are in danger, for those over about 3,000 bytecodes are refused by the first
 * compiler tier and then stay slow. {@code stride} is a constant for packed panels, so that range
 * checks leave the loop. Rows of A lie a constant distance apart and the loop counts in indices of
 * A, so that one register serves all rows; hence the {@linkplain Code#fence fence}.
 */
record MicroKernelCompiler(Vectors vectors, int rows, int columns, Form form) {
  /** Steps in a round of the loop. */
  private static final int UNROLLED = 2;

  /** The kernel for tiles of {@code rows} by so many columns of vectors. */
  KernelClass<MicroKernel> kernel() {
    String name = rows + "x" + columns * vectors.lanes() + form;
    return new KernelClass<>(MethodHandles.lookup(), MicroKernel.class, name)
        .method("run", this::run);
  }

  private void run(Code code) {
    code.keepOutOfLine();
    Variable strips = code.in(), k = code.in();
    Variable a = code.in(vectors), ao = code.in();
    Variable b = code.in(vectors), bo = code.in(), bs = code.in();
    Variable c = code.in(vectors), co = code.in(), cs = code.in();
    Variable fresh = code.in();
    int lanes = vectors.lanes();
    boolean panels = form == Form.PANELS;
    Value stride = panels ? Value.of(columns * lanes) : bs;
    Variable zero = code.let(vectors.zero());
    Value[] row = new Value[rows];
    var sums = new Accumulators(code, vectors, rows, columns);
    for (Variable _ : code.loop(strips)) {
      for (int i = 0; i < rows; i++) {
        row[i] = code.let(co.plus(cs.times(i)));
      }
      code.ifElse(
          fresh,
          () -> sums.set((i, v) -> zero),
          () -> sums.set((i, v) -> vectors.load(c, row[i].plus(v * lanes))));
      Variable q = code.let(ao);
      Variable end = code.let(ao.plus(k));
      Variable shift = code.let(bo.minus(ao.times(stride)));
      IntConsumer step =
          u -> {
            Value[] bRow = new Value[columns];
            for (int v = 0; v < columns; v++) {
              Value begin = q.plus(panels ? 0 : u).times(stride).plus(shift);
              int further = panels ? u * columns + v : v;
              bRow[v] = code.let(vectors.load(b, begin.plus(further * lanes)));
            }
            for (int i = 0; i < rows; i++) {
              if (i > 0) {
                code.fence();
              }
              Value element = a.at(q.plus(u + i * form.aStride));
              sums.fma(i, code.let(vectors.broadcast(element)), bRow);
            }
          };
      for (Variable _ : code.loop(q, end.minus(UNROLLED - 1), UNROLLED)) {
        for (int u = 0; u < UNROLLED; u++) {
          step.accept(u);
          code.fence();
        }
      }
      code.ifLess(q, end, () -> step.accept(0));
      sums.store(c, (i, v) -> row[i].plus(v * lanes));
      code.set(ao, ao.plus(rows * form.aStride));
      code.set(co, co.plus(cs.times(rows)));
    }
  }
}
