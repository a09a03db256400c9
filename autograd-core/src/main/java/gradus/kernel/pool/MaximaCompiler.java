package gradus.kernel.pool;

import gradus.formula.Fn;
import gradus.kernel.code.Code;
import gradus.kernel.code.KernelClass;
import gradus.kernel.code.Value;
import gradus.kernel.code.Variable;
import gradus.kernel.code.Vectors;
import java.lang.invoke.MethodHandles;

/**
 * Writes {@link Maxima}. With every second element a window, the even ones of two vectors are put
 * together.
 *
 * @param even takes the even lanes twice
 * @param steps {@code stride * lane}
 */
record MaximaCompiler(Vectors vectors, int stride, Value even, Value upperHalf, Value steps) {
  /** The largest distance of windows that there is code for. */
  static final int MOST_STRIDE = 2;

  /** The kernel for windows {@code stride} apart, 1 or 2. */
  static KernelClass<Maxima> kernel(Vectors vectors, int stride) {
    var type = new KernelClass<>(MethodHandles.lookup(), Maxima.class, "Apart" + stride);
    int lanes = vectors.lanes();
    Value even = type.constant(vectors.shuffle(l -> 2 * l % lanes));
    Value upperHalf = type.constant(vectors.mask(l -> l >= lanes / 2));
    Value steps = type.constant(vectors.multiples(stride));
    return type.method("run", new MaximaCompiler(vectors, stride, even, upperHalf, steps)::run);
  }

  private void run(Code code) {
    code.keepOutOfLine();
    int lanes = vectors.lanes();
    Variable lines = code.in(), lineX = code.in(), lineY = code.in();
    Variable count = code.in(), rows = code.in(), at = code.in();
    Variable taps = code.in(), step = code.in();
    Variable x = code.in(vectors), xo = code.in();
    Variable y = code.in(vectors), yo = code.in();
    Variable places = code.in(vectors), po = code.in();
    for (Variable l : code.loop(lines)) {
      for (Variable v : code.loop(count)) {
        Value begin = code.let(l.times(lineX).plus(v.times(lanes * stride)));
        Value result = code.let(l.times(lineY).plus(v.times(lanes)));
        Variable place = code.let(at.at(Value.of(0)).plus(begin));
        Variable most = code.let(window(x, xo, place));
        Variable where = code.let(number(place));
        for (Variable r : code.loop(rows)) {
          code.set(place, at.at(r).plus(begin));
          for (Variable _ : code.loop(taps)) {
            Value value = code.let(window(x, xo, place));
            // "Not less or equal, and what there is is a number" takes a larger element or the
            // first NaN.
            Value larger = vectors.apply(Fn.NOT, vectors.apply(Fn.LE, value, most));
            Value isNumber = vectors.apply(Fn.EQ, most, most);
            Value taken = code.let(vectors.apply(Fn.AND, larger, isNumber));
            code.set(most, vectors.apply(Fn.SELECT, taken, value, most));
            code.set(where, vectors.apply(Fn.SELECT, taken, number(place), where));
            code.set(place, place.plus(step));
          }
        }
        vectors.store(code, most, y, yo.plus(result));
        vectors.store(code, vectors.apply(Fn.ADD, where, steps), places, po.plus(result));
      }
    }
  }

  /** A tap's elements of the windows. */
  private Value window(Value x, Value xo, Value place) {
    Value near = vectors.load(x, xo.plus(place));
    if (stride == 1) {
      return near;
    }
    Value far = vectors.load(x, xo.plus(place).plus(vectors.lanes()));
    Value lower = vectors.rearrange(near, even);
    return vectors.apply(Fn.SELECT, upperHalf, vectors.rearrange(far, even), lower);
  }

  /** An index in all lanes. */
  private Value number(Value index) {
    return vectors.broadcast(index.to(vectors.element));
  }
}
