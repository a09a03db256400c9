package gradus.kernel.pool;

import static java.lang.constant.ConstantDescs.CD_Object;
import static java.lang.constant.ConstantDescs.CD_double;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;
import static java.lang.constant.ConstantDescs.CD_void;
import static java.lang.constant.ConstantDescs.CLASS_INIT_NAME;
import static java.lang.constant.ConstantDescs.INIT_NAME;
import static java.lang.constant.ConstantDescs.MTD_void;

import gradus.kernel.vector.VectorCode;
import java.lang.classfile.ClassBuilder;
import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.invoke.MethodHandles;

/**
 * Writes {@link Maxima}. In Java, with windows next to each other, the loop over vectors is
 *
 * <pre>{@code
 * FloatVector most = fromArray(S, x, xo + at[0]), where = broadcast(S, at[0]);
 * for (int r = 0; r < rows; r++) {
 *   for (int t = 0; t < taps; t++) {
 *     FloatVector value = fromArray(S, x, xo + at[r] + t * step);
 *     var taken = value.compare(LE, most).not().and(most.compare(EQ, most));
 *     most = most.blend(value, taken);
 *     where = where.blend(broadcast(S, at[r] + t * step), taken);
 *   }
 * }
 * most.intoArray(y, yo);
 * where.add(STEPS).intoArray(places, po);
 * }</pre>
 *
 * <p>"Not less or equal, and what there is is a number" takes a larger element or the first NaN.
 * With every second element a window, the even ones of two vectors are put together.
 */
final class MaximaCompiler {
  private static final ClassDesc SUPER = ClassDesc.of(Maxima.class.getName());
  private static final ClassDesc SELF = ClassDesc.of(SUPER.packageName() + ".GeneratedMaxima");
  private static final ClassDesc SHUFFLE = ClassDesc.of(VectorCode.PACKAGE + "VectorShuffle");
  private static final ClassDesc MASK = ClassDesc.of(VectorCode.PACKAGE + "VectorMask");
  private static final ClassDesc OPERATORS = ClassDesc.of(VectorCode.PACKAGE + "VectorOperators");
  private static final ClassDesc COMPARISON = OPERATORS.nested("Comparison");

  /** The largest distance of windows that there is code for. */
  static final int MOST_STRIDE = 2;

  // Parameters of Maxima.run, by local variable slot; this is 0.
  private static final int LINES = 1;
  private static final int LINE_X = 2;
  private static final int LINE_Y = 3;
  private static final int VECTORS = 4;
  private static final int ROWS = 5;
  private static final int AT = 6;
  private static final int TAPS = 7;
  private static final int STEP = 8;
  private static final int X = 9;
  private static final int X_OFFSET = 10;
  private static final int Y = 11;
  private static final int Y_OFFSET = 12;
  private static final int PLACES = 13;
  private static final int PLACES_OFFSET = 14;

  // Local variables of the generated code.
  private static final int L = 15;
  private static final int V = 16;
  private static final int R = 17;
  private static final int T = 18;
  private static final int BEGIN = 19;
  private static final int RESULT = 20;
  private static final int PLACE = 21;
  private static final int MOST = 22;
  private static final int WHERE = 23;
  private static final int VALUE = 24;
  private static final int TAKEN = 25;

  private final VectorCode vector;
  private final ClassDesc scalar;
  private final int lanes;
  private final int stride;

  private MaximaCompiler(boolean isDouble, int bits, int stride) {
    this.vector = VectorCode.of(isDouble, bits);
    this.scalar = vector.scalar();
    this.lanes = vector.lanes();
    this.stride = stride;
  }

  /**
   * Makes the kernel for windows {@code stride} apart, 1 or 2.
   *
   * @throws ReflectiveOperationException or LinkageError if the Vector API cannot be used
   */
  static Maxima compile(boolean isDouble, int bits, int stride)
      throws ReflectiveOperationException {
    byte[] bytes = ClassFile.of().build(SELF, new MaximaCompiler(isDouble, bits, stride)::members);
    return (Maxima)
        MethodHandles.lookup()
            .defineHiddenClass(bytes, true)
            .lookupClass()
            .getDeclaredConstructor()
            .newInstance();
  }

  private void members(ClassBuilder type) {
    int constant = ClassFile.ACC_STATIC | ClassFile.ACC_FINAL;
    MethodTypeDesc run =
        MethodTypeDesc.of(
            CD_void,
            CD_int,
            CD_int,
            CD_int,
            CD_int,
            CD_int,
            CD_int.arrayType(),
            CD_int,
            CD_int,
            CD_Object,
            CD_int,
            CD_Object,
            CD_int,
            CD_Object,
            CD_int);
    type.withSuperclass(SUPER)
        .withFlags(ClassFile.ACC_FINAL | ClassFile.ACC_SUPER)
        .withField("EVEN", SHUFFLE, constant)
        .withField("UPPER", MASK, constant)
        .withField("STEPS", vector.type(), constant)
        .withMethodBody(CLASS_INIT_NAME, MTD_void, ClassFile.ACC_STATIC, this::constants)
        .withMethodBody(
            INIT_NAME,
            MTD_void,
            0,
            code -> code.aload(0).invokespecial(SUPER, INIT_NAME, MTD_void).return_())
        .withMethodBody("run", run, 0, this::body);
  }

  /** The even lanes twice, the upper half of the lanes, and {@code stride * lane}. */
  private void constants(CodeBuilder code) {
    vector.species(code).loadConstant(lanes).newarray(TypeKind.INT);
    for (int l = 0; l < lanes; l++) {
      code.dup().loadConstant(l).loadConstant(2 * l % lanes).iastore();
    }
    MethodTypeDesc values = MethodTypeDesc.of(SHUFFLE, VectorCode.SPECIES, CD_int.arrayType());
    code.invokestatic(SHUFFLE, "fromValues", values).putstatic(SELF, "EVEN", SHUFFLE);
    long upper = (1L << lanes) - (1L << lanes / 2);
    vector.species(code).loadConstant(upper);
    code.invokestatic(MASK, "fromLong", MethodTypeDesc.of(MASK, VectorCode.SPECIES, CD_long));
    code.putstatic(SELF, "UPPER", MASK);
    vector.species(code).loadConstant(0);
    number(code);
    code.loadConstant(stride);
    MethodTypeDesc index = MethodTypeDesc.of(vector.type(), CD_int);
    code.invokevirtual(vector.type(), "addIndex", index).putstatic(SELF, "STEPS", vector.type());
    code.return_();
  }

  private void body(CodeBuilder code) {
    VectorCode.keepOutOfLine(code);
    vector.cast(code, X, Y, PLACES);
    loop(code, L, LINES, () -> loop(code, V, VECTORS, () -> vector(code)));
    code.return_();
  }

  /** One vector of windows. */
  private void vector(CodeBuilder code) {
    code.iload(L).iload(LINE_X).imul().iload(V).loadConstant(lanes * stride).imul().iadd();
    code.istore(BEGIN).iload(L).iload(LINE_Y).imul().iload(V).loadConstant(lanes).imul().iadd();
    code.istore(RESULT);
    row(code, () -> code.iconst_0());
    window(code);
    code.astore(MOST);
    place(code);
    code.astore(WHERE);
    loop(
        code,
        R,
        ROWS,
        () -> {
          row(code, () -> code.iload(R));
          loop(code, T, TAPS, () -> tap(code));
        });
    code.aload(MOST).aload(Y).iload(Y_OFFSET).iload(RESULT).iadd();
    vector.store(code);
    code.aload(WHERE).getstatic(SELF, "STEPS", vector.type());
    code.invokevirtual(vector.type(), "add", MethodTypeDesc.of(vector.type(), VectorCode.ANY));
    code.aload(PLACES).iload(PLACES_OFFSET).iload(RESULT).iadd();
    vector.store(code);
  }

  /** Sets PLACE to the first tap of a row. */
  private void row(CodeBuilder code, Runnable index) {
    code.aload(AT);
    index.run();
    code.iaload().iload(BEGIN).iadd().istore(PLACE);
  }

  private void tap(CodeBuilder code) {
    window(code);
    code.astore(VALUE);
    compare(code, VALUE, "LE", MOST);
    code.invokevirtual(MASK, "not", MethodTypeDesc.of(MASK));
    compare(code, MOST, "EQ", MOST);
    code.invokevirtual(MASK, "and", MethodTypeDesc.of(MASK, MASK)).astore(TAKEN);
    MethodTypeDesc blend = MethodTypeDesc.of(vector.type(), VectorCode.ANY, MASK);
    code.aload(MOST).aload(VALUE).aload(TAKEN);
    code.invokevirtual(vector.type(), "blend", blend).astore(MOST);
    code.aload(WHERE);
    place(code);
    code.aload(TAKEN).invokevirtual(vector.type(), "blend", blend).astore(WHERE);
    code.iload(PLACE).iload(STEP).iadd().istore(PLACE);
  }

  private void compare(CodeBuilder code, int left, String how, int right) {
    code.aload(left).getstatic(OPERATORS, how, COMPARISON).aload(right);
    code.invokevirtual(
        vector.type(), "compare", MethodTypeDesc.of(MASK, COMPARISON, VectorCode.ANY));
  }

  /** Pushes this tap's elements of the windows. */
  private void window(CodeBuilder code) {
    elements(code, 0);
    if (stride == 2) {
      even(code);
      elements(code, lanes);
      even(code);
      code.getstatic(SELF, "UPPER", MASK);
      code.invokevirtual(
          vector.type(), "blend", MethodTypeDesc.of(vector.type(), VectorCode.ANY, MASK));
    }
  }

  private void even(CodeBuilder code) {
    code.getstatic(SELF, "EVEN", SHUFFLE)
        .invokevirtual(vector.type(), "rearrange", MethodTypeDesc.of(vector.type(), SHUFFLE));
  }

  private void elements(CodeBuilder code, int further) {
    vector.species(code).aload(X).iload(X_OFFSET).iload(PLACE).iadd();
    vector.load(code.loadConstant(further).iadd());
  }

  /** Pushes the index of this tap in the first window of the vector, in all lanes. */
  private void place(CodeBuilder code) {
    vector.species(code).iload(PLACE);
    number(code);
  }

  /** species, int -> that number in all lanes. */
  private void number(CodeBuilder code) {
    if (scalar == CD_double) {
      code.i2d();
    } else {
      code.i2f();
    }
    code.invokestatic(
        vector.type(), "broadcast", MethodTypeDesc.of(vector.type(), VectorCode.SPECIES, scalar));
  }

  /** {@code for (i = 0; i < limit; i++)}. */
  private static void loop(CodeBuilder code, int i, int limit, Runnable body) {
    Label top = code.newLabel();
    Label end = code.newLabel();
    code.iconst_0().istore(i).labelBinding(top).iload(i).iload(limit).if_icmpge(end);
    body.run();
    code.iinc(i, 1).goto_(top).labelBinding(end);
  }
}
