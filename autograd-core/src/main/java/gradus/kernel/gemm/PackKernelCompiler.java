package gradus.kernel.gemm;

import gradus.formula.Fn;
import gradus.kernel.code.Code;
import gradus.kernel.code.KernelClass;
import gradus.kernel.code.Value;
import gradus.kernel.code.Variable;
import gradus.kernel.code.Vectors;
import java.lang.invoke.MethodHandles;

/**
 * Writes {@link PackKernel}s. A square of {@code lanes x lanes} elements is transposed in
 * registers: in the step for each bit s of the lane number, the rows i and i + s (bit s of i clear)
 * exchange the lanes of i whose bit s is set for the lanes of i + s where it is clear. One shuffle
 * of a row by {@code lane ^ s} and one blend do that for each of the two.
 */
final class PackKernelCompiler {
  private final Vectors vectors;
  private final int lanes;
  private final int width;

  /** By the number of bit s: lane l takes lane l ^ s. */
  private final Value[] swap;

  /** By the number of bit s: the lanes that have it. */
  private final Value[] has;

  private PackKernelCompiler(Vectors vectors, KernelClass<PackKernel> type) {
    this.vectors = vectors;
    this.lanes = vectors.lanes();
    this.width = MicroKernels.VECTORS * lanes;
    this.swap = new Value[Integer.numberOfTrailingZeros(lanes)];
    this.has = new Value[swap.length];
    for (int n = 0; n < swap.length; n++) {
      int s = 1 << n;
      swap[n] = type.constant(vectors.shuffle(l -> l ^ s));
      has[n] = type.constant(vectors.mask(l -> (l & s) != 0));
    }
  }

  static KernelClass<PackKernel> mover(Vectors vectors) {
    var type = new KernelClass<>(MethodHandles.lookup(), PackKernel.class, "x" + vectors.lanes());
    var compiler = new PackKernelCompiler(vectors, type);
    return type.method("panels", compiler::panels)
        .method("rows", compiler::rows)
        .method("transpose", compiler::transpose)
        .method("dots", compiler::dots);
  }

  private void panels(Code code) {
    code.keepOutOfLine();
    Variable rows = code.in(), panels = code.in();
    Variable from = code.in(vectors), fo = code.in(), fromRow = code.in();
    Variable to = code.in(vectors), apart = code.in();
    for (Variable i : code.loop(rows)) {
      for (Variable q : code.loop(panels)) {
        Value source = fo.plus(i.times(fromRow)).plus(q.times(width));
        copy(code, from, source, to, q.times(apart).plus(i.times(width)));
      }
    }
  }

  private void rows(Code code) {
    code.keepOutOfLine();
    Variable rows = code.in();
    Variable from = code.in(vectors), fo = code.in(), at = code.in(), first = code.in();
    Variable to = code.in(vectors), offset = code.in();
    for (Variable i : code.loop(rows)) {
      Value source = code.let(at.at(first.plus(i)).plus(fo));
      copy(code, from, source, to, offset.plus(i.times(width)));
    }
  }

  /** The width of a panel. */
  private void copy(Code code, Value from, Value start, Value to, Value target) {
    for (int v = 0; v < MicroKernels.VECTORS; v++) {
      Value vector = vectors.load(from, start.plus(v * lanes));
      vectors.store(code, vector, to, target.plus(v * lanes));
    }
  }

  private void transpose(Code code) {
    code.keepOutOfLine();
    Variable blocks = code.in();
    Variable from = code.in(vectors), fo = code.in(), fromColumn = code.in();
    Variable to = code.in(vectors), offset = code.in(), toRow = code.in();
    for (Variable block : code.loop(blocks)) {
      Value[] rows = square(code, from, fo, fromColumn, block);
      for (int j = 0; j < lanes; j++) {
        Value row = block.times(lanes).plus(j);
        vectors.store(code, rows[j], to, offset.plus(row.times(toRow)));
      }
    }
  }

  private void dots(Code code) {
    code.keepOutOfLine();
    Variable blocks = code.in();
    Variable a = code.in(vectors), ao = code.in(), ars = code.in();
    Variable x = code.in(vectors), xo = code.in();
    Variable y = code.in(vectors), yo = code.in();
    Variable sum = code.let(vectors.load(y, yo));
    for (Variable block : code.loop(blocks)) {
      Value[] columns = square(code, a, ao, ars, block);
      for (int j = 0; j < lanes; j++) {
        Value element = x.at(xo.plus(block.times(lanes)).plus(j));
        code.set(sum, vectors.apply(Fn.FMA, vectors.broadcast(element), columns[j], sum));
      }
    }
    vectors.store(code, sum, y, yo);
  }

  /**
   * The transpose of a square whose row j begins at {@code offset + j * stride + block * lanes}.
   */
  private Value[] square(Code code, Value array, Value offset, Value stride, Value block) {
    Variable[] rows = new Variable[lanes];
    for (int j = 0; j < lanes; j++) {
      Value start = offset.plus(stride.times(j)).plus(block.times(lanes));
      rows[j] = code.let(vectors.load(array, start));
    }
    for (int n = 0; n < swap.length; n++) {
      int s = 1 << n;
      for (int i = 0; i < lanes; i++) {
        if ((i & s) == 0) {
          Value swapped = code.let(vectors.rearrange(rows[i + s], swap[n]));
          Value upper = vectors.rearrange(rows[i], swap[n]);
          code.set(rows[i + s], vectors.apply(Fn.SELECT, has[n], rows[i + s], upper));
          code.set(rows[i], vectors.apply(Fn.SELECT, has[n], swapped, rows[i]));
        }
      }
    }
    return rows;
  }
}
