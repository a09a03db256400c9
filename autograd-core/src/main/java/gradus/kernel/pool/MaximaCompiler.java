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
 */
final class MaximaCompiler {
  /** The largest distance of windows that there is code for. */
  static final int MOST_STRIDE = 2;

  private final KernelClass<Maxima> type;
  private final Vectors vectors;
  private final int lanes;
  private final int stride;

  /** The even lanes twice. */
  private final Value even;

  private final Value upperHalf;

  /** {@code stride * lane}. */
  private final Value steps;

  private MaximaCompiler(Vectors vectors, int stride) {
    this.type = new KernelClass<>(MethodHandles.lookup(), Maxima.class, "Apart" + stride);
    this.vectors = vectors;
    this.lanes = vectors.lanes();
    this.stride = stride;
    this.even = type.constant(vectors.shuffle(l -> 2 * l % lanes));
    this.upperHalf = type.constant(vectors.mask(l -> l >= lanes / 2));
    this.steps = type.constant(vectors.multiples(stride));
  }

  /** The kernel for windows {@code stride} apart, 1 or 2. */
  static KernelClass<Maxima> kernel(Vectors vectors, int stride) {
    var compiler = new MaximaCompiler(vectors, stride);
    return compiler.type.method("run", compiler::run);
  }

  private void run(Code code) {
    code.keepOutOfLine();
    Variable at = code.in(), x = code.in(vectors), y = code.in(vectors), places = code.in(vectors);
    Variable[] numbers = code.elements(code.in(), 9);
    Variable lines = numbers[0], lineX = numbers[1], lineY = numbers[2];
    Variable count = numbers[3], rows = numbers[4], taps = numbers[5], step = numbers[6];
    Variable xo = numbers[7], yo = numbers[8];
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
        vectors.store(code, vectors.apply(Fn.ADD, where, steps), places, result);
      }
    }
  }

  /** A tap's elements of the windows. */
  private Value window(Value x, Value xo, Value place) {
    Value near = vectors.load(x, xo.plus(place));
    if (stride == 1) {
      return near;
    }
    Value far = vectors.load(x, xo.plus(place).plus(lanes));
    Value lower = vectors.rearrange(near, even);
    return vectors.apply(Fn.SELECT, upperHalf, vectors.rearrange(far, even), lower);
  }

  /** An index in all lanes. */
  private Value number(Value index) {
    return vectors.broadcast(index.to(vectors.element));
  }
}
