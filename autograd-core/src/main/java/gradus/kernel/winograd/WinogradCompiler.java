package gradus.kernel.winograd;

import static java.lang.constant.ConstantDescs.CD_float;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_void;
import static java.lang.constant.ConstantDescs.INIT_NAME;
import static java.lang.constant.ConstantDescs.MTD_void;

import gradus.kernel.vector.VectorCode;
import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.invoke.MethodHandles;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes {@link WinogradKernel}s as hidden classes, with vectors or, for a width of 0, one number
 * at a time; the arithmetic is the same. In Java, a transform of 2 inputs to 2 outputs reads
 *
 * <pre>{@code
 * for (int t = 0; t < tiles; t++) {
 *   for (int i = 0; i < n; i += LANES) {
 *     for (int s = 0; s < 2; s++) {  // down each column
 *       int f = fo + t * fTile + i + s * fColumn;
 *       FloatVector x0 = fromArray(S, from, f), x1 = fromArray(S, from, f + fRow);
 *       y0.intoArray(work, s * LANES); y1.intoArray(work, (2 + s) * LANES);
 *     }
 *     for (int s = 0; s < 2; s++) {  // along each row
 *       int g = at + t * tTile + i + s * tRow;
 *       FloatVector x0 = fromArray(S, work, s * 2 * LANES), x1 = ...;
 *       y0.intoArray(to, g); y1.intoArray(to, g + tColumn);
 *     }
 *   }
 * }
 * }</pre>
 */
final class WinogradCompiler implements WinogradTransform.Arithmetic<Integer> {
  private static final ClassDesc SUPER = ClassDesc.of(WinogradKernel.class.getName());
  private static final ClassDesc FLOATS = CD_float.arrayType();

  // Parameters of WinogradKernel.run, by local variable slot; this is 0.
  private static final int TILES = 1;
  private static final int N = 2;
  private static final int FROM = 3;
  private static final int FROM_OFFSET = 4;
  private static final int FROM_TILE = 5;
  private static final int FROM_ROW = 6;
  private static final int FROM_COLUMN = 7;
  private static final int BIAS = 8;
  private static final int BIAS_OFFSET = 9;
  private static final int WORK = 10;
  private static final int TO = 11;
  private static final int TO_OFFSET = 12;
  private static final int TO_TILE = 13;
  private static final int TO_ROW = 14;
  private static final int TO_COLUMN = 15;

  // Local variables of the generated code.
  private static final int TILE = 16;
  private static final int I = 17;
  private static final int S = 18;
  private static final int START = 19;
  private static final int FREE = 20;

  private final WinogradTransform transform;
  private final VectorCode vector;
  private final boolean scalar;
  private final int lanes;
  private final CodeBuilder code;
  private int next = FREE;

  private WinogradCompiler(WinogradTransform transform, int bits, CodeBuilder code) {
    this.transform = transform;
    this.scalar = bits == 0;
    this.vector = VectorCode.of(false, bits);
    this.lanes = scalar ? 1 : vector.lanes();
    this.code = code;
  }

  /**
   * Makes a kernel.
   *
   * @param bits of a vector, 0 for none
   * @throws ReflectiveOperationException or LinkageError if the Vector API cannot be used
   */
  static WinogradKernel compile(WinogradTransform transform, int bits)
      throws ReflectiveOperationException {
    ClassDesc name = ClassDesc.of(SUPER.packageName() + ".Winograd_" + transform + "_" + bits);
    MethodTypeDesc run =
        MethodTypeDesc.of(
            CD_void, CD_int, CD_int, FLOATS, CD_int, CD_int, CD_int, CD_int, FLOATS, CD_int, FLOATS,
            FLOATS, CD_int, CD_int, CD_int, CD_int);
    byte[] bytes =
        ClassFile.of()
            .build(
                name,
                type ->
                    type.withSuperclass(SUPER)
                        .withFlags(ClassFile.ACC_FINAL | ClassFile.ACC_SUPER)
                        .withMethodBody(
                            INIT_NAME,
                            MTD_void,
                            0,
                            code ->
                                code.aload(0).invokespecial(SUPER, INIT_NAME, MTD_void).return_())
                        .withMethodBody(
                            "run",
                            run,
                            0,
                            code -> new WinogradCompiler(transform, bits, code).body()));
    return (WinogradKernel)
        MethodHandles.lookup()
            .defineHiddenClass(bytes, true)
            .lookupClass()
            .getDeclaredConstructor()
            .newInstance();
  }

  private void body() {
    VectorCode.keepOutOfLine(code);
    loop(TILE, () -> code.iload(TILES), 1, () -> loop(I, () -> code.iload(N), lanes, this::tile));
    code.return_();
  }

  private void tile() {
    int inputs = transform.inputs();
    int outputs = transform.outputs();
    loop(S, () -> code.loadConstant(inputs), 1, this::column);
    loop(S, () -> code.loadConstant(outputs), 1, this::row);
  }

  private void loop(int variable, Runnable end, int step, Runnable body) {
    Label top = code.newLabel();
    Label out = code.newLabel();
    code.iconst_0().istore(variable).labelBinding(top).iload(variable);
    end.run();
    code.if_icmpge(out);
    body.run();
    code.iinc(variable, step).goto_(top).labelBinding(out);
  }

  /** Down one column of a tile, from the source to the work memory. */
  private void column() {
    next = FREE;
    start(FROM_OFFSET, FROM_TILE, FROM_COLUMN);
    List<Integer> x = new ArrayList<>();
    for (int r = 0; r < transform.inputs(); r++) {
      x.add(load(FROM, index(FROM_ROW, r)));
    }
    List<Integer> y = transform.apply(this, x);
    for (int r = 0; r < transform.outputs(); r++) {
      int place = r * transform.inputs() * lanes;
      store(
          y.get(r),
          WORK,
          () -> code.iload(S).loadConstant(lanes).imul().loadConstant(place).iadd());
    }
  }

  /** Along one row of a tile, from the work memory to the target. */
  private void row() {
    next = FREE;
    start(TO_OFFSET, TO_TILE, TO_ROW);
    int width = transform.inputs() * lanes;
    List<Integer> x = new ArrayList<>();
    for (int c = 0; c < transform.inputs(); c++) {
      int place = c * lanes;
      x.add(load(WORK, () -> code.iload(S).loadConstant(width).imul().loadConstant(place).iadd()));
    }
    List<Integer> y = transform.apply(this, x);
    if (transform == WinogradTransform.RESULT) {
      int bias = load(BIAS, () -> code.iload(BIAS_OFFSET).iload(I).iadd());
      y = y.stream().map(each -> add(each, bias)).toList();
    }
    for (int c = 0; c < transform.outputs(); c++) {
      store(y.get(c), TO, index(TO_COLUMN, c));
    }
  }

  /** START = offset + tile * (its stride) + i + s * (the stride of s). */
  private void start(int offset, int tileStride, int stride) {
    code.iload(offset).iload(TILE).iload(tileStride).imul().iadd().iload(I).iadd();
    code.iload(S).iload(stride).imul().iadd().istore(START);
  }

  private Runnable index(int stride, int factor) {
    return () -> code.iload(START).iload(stride).loadConstant(factor).imul().iadd();
  }

  // --- memory ---

  private int load(int array, Runnable index) {
    if (scalar) {
      code.aload(array);
      index.run();
      code.faload();
    } else {
      vector.species(code).aload(array);
      index.run();
      vector.load(code);
    }
    return define();
  }

  private void store(int value, int array, Runnable index) {
    if (scalar) {
      code.aload(array);
      index.run();
      code.fload(value).fastore();
    } else {
      code.aload(value).aload(array);
      index.run();
      vector.store(code);
    }
  }

  // --- arithmetic: values are local variables ---

  private int define() {
    if (scalar) {
      code.fstore(next);
    } else {
      code.astore(next);
    }
    return next++;
  }

  private void push(int value) {
    if (scalar) {
      code.fload(value);
    } else {
      code.aload(value);
    }
  }

  private void push(double factor) {
    if (scalar) {
      code.loadConstant((float) factor);
    } else {
      vector.species(code).loadConstant((float) factor);
      MethodTypeDesc broadcast =
          MethodTypeDesc.of(vector.type(), VectorCode.SPECIES, vector.scalar());
      code.invokestatic(vector.type(), "broadcast", broadcast);
    }
  }

  private int lanewise(String name) {
    code.invokevirtual(vector.type(), name, MethodTypeDesc.of(vector.type(), VectorCode.ANY));
    return define();
  }

  @Override
  public Integer add(Integer x, Integer y) {
    push(x.intValue());
    push(y.intValue());
    if (scalar) {
      code.fadd();
      return define();
    }
    return lanewise("add");
  }

  @Override
  public Integer sub(Integer x, Integer y) {
    push(x.intValue());
    push(y.intValue());
    if (scalar) {
      code.fsub();
      return define();
    }
    return lanewise("sub");
  }

  @Override
  public Integer times(double factor, Integer x) {
    push(x.intValue());
    push(factor);
    if (scalar) {
      code.fmul();
      return define();
    }
    return lanewise("mul");
  }

  @Override
  public Integer fma(double factor, Integer x, Integer y) {
    push(x.intValue());
    push(factor);
    push(y.intValue());
    if (scalar) {
      MethodTypeDesc three = MethodTypeDesc.of(CD_float, CD_float, CD_float, CD_float);
      code.invokestatic(ClassDesc.of("java.lang.Math"), "fma", three);
    } else {
      vector.fma(code);
    }
    return define();
  }
}
