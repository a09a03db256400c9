package gradus.kernel.winograd;

import static java.lang.constant.ConstantDescs.CD_Object;
import static java.lang.constant.ConstantDescs.CD_float;
import static java.lang.constant.ConstantDescs.CD_int;

import gradus.formula.Fn;
import gradus.kernel.code.Arithmetic;
import gradus.kernel.code.Code;
import gradus.kernel.code.KernelClass;
import gradus.kernel.code.Scalars;
import gradus.kernel.code.Value;
import gradus.kernel.code.Variable;
import gradus.kernel.code.Vectors;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.invoke.MethodHandles;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;

/**
 * Writes {@link WinogradKernel}s as hidden classes, with vectors or one number at a time; the
 * arithmetic is the same. A transform goes down each column of a tile, from the source to the work
 * memory, and along each row, from there to the target.
 */
record WinogradCompiler(WinogradTransform transform, Arithmetic numbers, Code code)
    implements WinogradTransform.Arithmetic<Value> {
  private static final ClassDesc INTS = CD_int.arrayType();

  /** The transform with vectors of so many bits, one by one for 0. */
  static KernelClass<WinogradKernel> kernel(WinogradTransform transform, int bits) {
    Arithmetic numbers = bits == 0 ? new Scalars(CD_float) : new Vectors(false, bits);
    String name = "_" + transform + "_" + bits;
    return new KernelClass<>(MethodHandles.lookup(), WinogradKernel.class, name)
        .method("run", code -> new WinogradCompiler(transform, numbers, code).run());
  }

  private void run() {
    code.keepOutOfLine();
    Variable from = code.in(), bias = code.in(), work = code.in(), to = code.in();
    Variable x = array(from), fo = code.let(component(from, "offset", CD_int));
    Variable y = array(to), at = code.let(component(to, "offset", CD_int));
    Variable[] f = code.elements(component(from, "strides", INTS), 3);
    Variable[] g = code.elements(component(to, "strides", INTS), 3);
    Variable[] sizes = code.elements(component(to, "sizes", INTS), 4);
    int inputs = transform.inputs();
    int outputs = transform.outputs();
    int lanes = numbers.lanes();
    for (Variable t : code.loop(sizes[0])) {
      for (Variable i : code.loop(sizes[3], lanes)) {
        for (Variable s : code.loop(Value.of(inputs))) {
          Value begin = code.let(fo.plus(t.times(f[0])).plus(i).plus(s.times(f[2])));
          List<Value> column = transform(r -> numbers.load(x, begin.plus(f[1].times(r))));
          for (int r = 0; r < outputs; r++) {
            Value place = s.times(lanes).plus(r * inputs * lanes);
            numbers.store(code, column.get(r), work, place);
          }
        }
        for (Variable s : code.loop(Value.of(outputs))) {
          Value begin = code.let(at.plus(t.times(g[0])).plus(i).plus(s.times(g[1])));
          Value start = s.times(inputs * lanes);
          List<Value> row = transform(c -> numbers.load(work, start.plus(c * lanes)));
          if (transform == WinogradTransform.RESULT) {
            Value each = code.let(numbers.load(bias, i));
            row = row.stream().map(sum -> add(sum, each)).toList();
          }
          for (int c = 0; c < outputs; c++) {
            numbers.store(code, row.get(c), y, begin.plus(g[2].times(c)));
          }
        }
      }
    }
  }

  private List<Value> transform(IntFunction<Value> input) {
    Value[] x = new Value[transform.inputs()];
    Arrays.setAll(x, i -> code.let(input.apply(i)));
    return transform.apply(this, List.of(x));
  }

  private Variable array(Value view) {
    return code.let(component(view, "array", CD_Object).cast(numbers.array()));
  }

  /** Of a {@link gradus.kernel.array.Strided}. */
  private static Value component(Value view, String name, ClassDesc type) {
    return view.dot(name, MethodTypeDesc.of(type));
  }

  // --- each result in a variable of its own ---

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
