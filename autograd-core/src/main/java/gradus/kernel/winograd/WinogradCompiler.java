package gradus.kernel.winograd;

import static java.lang.constant.ConstantDescs.CD_float;

import gradus.formula.Fn;
import gradus.kernel.code.Arithmetic;
import gradus.kernel.code.Code;
import gradus.kernel.code.KernelClass;
import gradus.kernel.code.Scalars;
import gradus.kernel.code.Value;
import gradus.kernel.code.Variable;
import gradus.kernel.code.Vectors;
import java.lang.invoke.MethodHandles;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes {@link WinogradKernel}s as hidden classes, with vectors or one number at a time; the
 * arithmetic is the same. A transform goes down each column of a tile, from the source to the work
 * memory, and along each row, from there to the target.
 */
record WinogradCompiler(WinogradTransform transform, Arithmetic numbers) {
  /** The transform with vectors of so many bits, one by one for 0. */
  static KernelClass<WinogradKernel> kernel(WinogradTransform transform, int bits) {
    Arithmetic numbers = bits == 0 ? new Scalars(CD_float) : new Vectors(false, bits);
    var compiler = new WinogradCompiler(transform, numbers);
    String name = "_" + transform + "_" + bits;
    return new KernelClass<>(MethodHandles.lookup(), WinogradKernel.class, name)
        .method("run", compiler::run);
  }

  private void run(Code code) {
    code.keepOutOfLine();
    Variable tiles = code.in(), n = code.in();
    Variable from = code.in(), fo = code.in();
    Variable fTile = code.in(), fRow = code.in(), fColumn = code.in();
    Variable bias = code.in(), work = code.in();
    Variable to = code.in(), at = code.in();
    Variable tTile = code.in(), tRow = code.in(), tColumn = code.in();
    int inputs = transform.inputs();
    int outputs = transform.outputs();
    int lanes = numbers.lanes();
    var steps = new Steps(code, numbers);
    for (Variable t : code.loop(tiles)) {
      for (Variable i : code.loop(n, lanes)) {
        for (Variable s : code.loop(Value.of(inputs))) {
          Value f = code.let(fo.plus(t.times(fTile)).plus(i).plus(s.times(fColumn)));
          List<Value> x = new ArrayList<>();
          for (int r = 0; r < inputs; r++) {
            x.add(code.let(numbers.load(from, f.plus(fRow.times(r)))));
          }
          List<Value> y = transform.apply(steps, x);
          for (int r = 0; r < outputs; r++) {
            Value place = s.times(lanes).plus(r * inputs * lanes);
            numbers.store(code, y.get(r), work, place);
          }
        }
        for (Variable s : code.loop(Value.of(outputs))) {
          Value g = code.let(at.plus(t.times(tTile)).plus(i).plus(s.times(tRow)));
          List<Value> x = new ArrayList<>();
          for (int c = 0; c < inputs; c++) {
            Value place = s.times(inputs * lanes).plus(c * lanes);
            x.add(code.let(numbers.load(work, place)));
          }
          List<Value> y = transform.apply(steps, x);
          if (transform == WinogradTransform.RESULT) {
            Value each = code.let(numbers.load(bias, i));
            y = y.stream().map(sum -> steps.add(sum, each)).toList();
          }
          for (int c = 0; c < outputs; c++) {
            numbers.store(code, y.get(c), to, g.plus(tColumn.times(c)));
          }
        }
      }
    }
  }

  /** Each result in a variable of its own. */
  private record Steps(Code code, Arithmetic numbers)
      implements WinogradTransform.Arithmetic<Value> {
    @Override
    public Value add(Value x, Value y) {
      return code.let(numbers.apply(Fn.ADD, x, y));
    }

    @Override
    public Value sub(Value x, Value y) {
      return code.let(numbers.apply(Fn.SUB, x, y));
    }

    @Override
    public Value times(double factor, Value x) {
      return code.let(numbers.apply(Fn.MUL, x, numbers.constant(factor)));
    }

    @Override
    public Value fma(double factor, Value x, Value y) {
      return code.let(numbers.apply(Fn.FMA, x, numbers.constant(factor), y));
    }
  }
}
