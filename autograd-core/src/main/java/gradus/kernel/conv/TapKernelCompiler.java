package gradus.kernel.conv;

import static gradus.kernel.conv.TapKernel.STRIDE;

import gradus.kernel.code.Accumulators;
import gradus.kernel.code.Code;
import gradus.kernel.code.KernelClass;
import gradus.kernel.code.Value;
import gradus.kernel.code.Variable;
import gradus.kernel.code.Vectors;
import gradus.kernel.conv.TapKernel.Form;
import java.lang.invoke.MethodHandles;

/**
 * Writes {@link TapKernel}s as hidden classes. In Java, the kernel for 2 rows and 1 vector reads
 *
 * <pre>{@code
 * FloatVector c00 = fromArray(S, init, io), c10 = fromArray(S, init, io + is);
 * int a0 = bases[base], a1 = bases[base + 1];
 * for (int p = 0; p < k; p++) {
 *   int tap = at[first + p];
 *   FloatVector b0 = fromArray(S, b, bo + p * LANES);
 *   c00 = broadcast(S, x[a0 + tap]).fma(b0, c00);
 *   c10 = broadcast(S, x[a1 + tap]).fma(b0, c10);
 * }
 * c00.intoArray(c, co); c10.intoArray(c, co + cs);
 * }</pre>
 */
record TapKernelCompiler(Vectors vectors, Form form, int rows, int columns) {
  /** The kernel for tiles of {@code rows} by so many columns of vectors. */
  KernelClass<TapKernel> kernel() {
    String name = form + "" + rows + "x" + columns * vectors.lanes();
    return new KernelClass<>(MethodHandles.lookup(), TapKernel.class, name)
        .method("run", this::run);
  }

  private void run(Code code) {
    code.keepOutOfLine();
    Variable x = code.in(vectors), bases = code.in(), at = code.in();
    Variable b = code.in(vectors), init = code.in(vectors), c = code.in(vectors);
    Variable[] numbers = code.elements(code.in(), 8);
    Variable k = numbers[0], base = numbers[1], first = numbers[2], bo = numbers[3];
    Variable io = numbers[4], is = numbers[5], co = numbers[6], cs = numbers[7];
    int lanes = vectors.lanes();
    boolean channels = form == Form.CHANNELS;
    Value[] start = new Value[rows];
    var sums = new Accumulators(code, vectors, rows, columns);
    for (int i = 0; i < rows; i++) {
      start[i] = channels ? base : code.let(bases.at(base.plus(i)));
      sums.set(i, (r, v) -> vectors.load(init, io.plus(is.times(r)).plus(v * lanes)));
    }
    for (Variable p : code.loop(k)) {
      Variable tap = code.let(at.at(first.plus(p)));
      Value[] bRow = new Value[columns];
      for (int v = 0; v < columns; v++) {
        Value begin = bo.plus(channels ? tap : p.times(columns * lanes));
        Value vector = vectors.load(b, begin.plus(v * lanes));
        bRow[v] = rows == 1 ? vector : code.let(vector);
      }
      for (int i = 0; i < rows; i++) {
        if (channels && i > 0) {
          code.fence();
        }
        Value place = channels ? base.plus(p).plus((i + 1) * STRIDE) : tap.plus(start[i]);
        boolean groups = form == Form.GROUPS;
        Value element = groups ? vectors.load(x, place) : vectors.broadcast(x.at(place));
        sums.fma(i, code.let(element), bRow);
      }
    }
    sums.store(c, (i, v) -> co.plus(cs.times(i)).plus(v * lanes));
  }
}
