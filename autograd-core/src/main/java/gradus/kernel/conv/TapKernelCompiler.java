package gradus.kernel.conv;

import static java.lang.constant.ConstantDescs.CD_Object;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_void;
import static java.lang.constant.ConstantDescs.INIT_NAME;
import static java.lang.constant.ConstantDescs.MTD_void;

import gradus.kernel.conv.TapKernel.Form;
import gradus.kernel.vector.VectorCode;
import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
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
final class TapKernelCompiler {
  private static final ClassDesc SUPER = ClassDesc.of(TapKernel.class.getName());
  private static final ClassDesc VAR_HANDLE = ClassDesc.of("java.lang.invoke.VarHandle");

  /** Whether fences keep the order of loads for nothing. */
  private static final boolean IN_ORDER = !System.getProperty("os.arch", "").equals("aarch64");

  // Parameters of TapKernel.run, by local variable slot; this is 0.
  private static final int K = 1;
  private static final int X = 2;
  private static final int BASES = 3;
  private static final int BASE = 4;
  private static final int AT = 5;
  private static final int FIRST = 6;
  private static final int B = 7;
  private static final int B_OFFSET = 8;
  private static final int INIT = 9;
  private static final int INIT_OFFSET = 10;
  private static final int INIT_ROW = 11;
  private static final int C = 12;
  private static final int C_OFFSET = 13;
  private static final int C_ROW = 14;
  private static final int FREE = 15;

  private final Form form;
  private final VectorCode vector;
  private final int rows;
  private final int vectors;

  // Local variables of the generated code, laid out behind the parameters.
  private final int starts;
  private final int bVectors;
  private final int element;
  private final int tap;
  private final int p;

  private TapKernelCompiler(Form form, boolean isDouble, int bits, int rows, int vectors) {
    this.form = form;
    this.vector = VectorCode.of(isDouble, bits);
    this.rows = rows;
    this.vectors = vectors;
    this.starts = FREE + rows * vectors;
    this.bVectors = starts + rows;
    this.element = bVectors + vectors;
    this.tap = element + 1;
    this.p = tap + 1;
  }

  /**
   * Makes the kernel for tiles of {@code rows x (vectors * lanes)}.
   *
   * @throws ReflectiveOperationException or LinkageError if the Vector API cannot be used
   */
  static TapKernel compile(Form form, boolean isDouble, int bits, int rows, int vectors)
      throws ReflectiveOperationException {
    byte[] bytes = new TapKernelCompiler(form, isDouble, bits, rows, vectors).classFile();
    return (TapKernel)
        MethodHandles.lookup()
            .defineHiddenClass(bytes, true)
            .lookupClass()
            .getDeclaredConstructor()
            .newInstance();
  }

  private byte[] classFile() {
    String name = SUPER.packageName() + ".Tap" + form + rows + "x" + vectors;
    ClassDesc ints = CD_int.arrayType();
    MethodTypeDesc run =
        MethodTypeDesc.of(
            CD_void, CD_int, CD_Object, ints, CD_int, ints, CD_int, CD_Object, CD_int, CD_Object,
            CD_int, CD_int, CD_Object, CD_int, CD_int);
    return ClassFile.of()
        .build(
            ClassDesc.of(name),
            type ->
                type.withSuperclass(SUPER)
                    .withFlags(ClassFile.ACC_FINAL | ClassFile.ACC_SUPER)
                    .withMethodBody(
                        INIT_NAME,
                        MTD_void,
                        0,
                        code -> code.aload(0).invokespecial(SUPER, INIT_NAME, MTD_void).return_())
                    .withMethodBody("run", run, 0, this::body));
  }

  private void body(CodeBuilder code) {
    VectorCode.keepOutOfLine(code);
    vector.cast(code, X, B, INIT, C);
    for (int i = 0; i < rows; i++) {
      if (form != Form.CHANNELS) {
        code.aload(BASES).iload(BASE).loadConstant(i).iadd().iaload().istore(starts + i);
      }
      for (int v = 0; v < vectors; v++) {
        vector.species(code).aload(INIT);
        tileIndex(code, INIT_OFFSET, INIT_ROW, i, v);
        vector.load(code).astore(accumulator(i, v));
      }
    }
    Label top = code.newLabel();
    Label end = code.newLabel();
    code.iconst_0().istore(p);
    code.labelBinding(top).iload(p).iload(K).if_icmpge(end);
    step(code);
    code.iinc(p, 1).goto_(top).labelBinding(end);
    for (int i = 0; i < rows; i++) {
      for (int v = 0; v < vectors; v++) {
        code.aload(accumulator(i, v)).aload(C);
        tileIndex(code, C_OFFSET, C_ROW, i, v);
        vector.store(code);
      }
    }
    code.return_();
  }

  /** One p: the vectors of a row of b, and each row's element of x times all of them. */
  private void step(CodeBuilder code) {
    code.aload(AT).iload(FIRST).iload(p).iadd().iaload();
    code.istore(tap);
    if (rows == 1) {
      element(code, 0);
      for (int v = 0; v < vectors; v++) {
        code.aload(element);
        vectorOfB(code, v);
        code.aload(accumulator(0, v));
        vector.fma(code).astore(accumulator(0, v));
      }
      return;
    }
    for (int v = 0; v < vectors; v++) {
      vectorOfB(code, v);
      code.astore(bVectors + v);
    }
    for (int i = 0; i < rows; i++) {
      element(code, i);
      for (int v = 0; v < vectors; v++) {
        code.aload(element).aload(bVectors + v).aload(accumulator(i, v));
        vector.fma(code).astore(accumulator(i, v));
      }
    }
  }

  private void vectorOfB(CodeBuilder code, int v) {
    vector.species(code).aload(B).iload(B_OFFSET);
    if (form != Form.CHANNELS) {
      code.iload(p).loadConstant(vectors * vector.lanes()).imul().iadd();
    } else {
      code.iload(tap).iadd();
    }
    code.loadConstant(v * vector.lanes()).iadd();
    vector.load(code);
  }

  private void element(CodeBuilder code, int i) {
    if (form == Form.CHANNELS && i > 0 && IN_ORDER) {
      code.invokestatic(VAR_HANDLE, "loadLoadFence", MTD_void);
    }
    vector.species(code).aload(X);
    if (form == Form.CHANNELS) {
      code.iload(BASE).iload(p).iadd().loadConstant((i + 1) * TapKernel.STRIDE).iadd();
    } else {
      code.iload(tap).iload(starts + i).iadd();
    }
    (form == Form.GROUPS ? vector.load(code) : vector.broadcastElement(code)).astore(element);
  }

  private int accumulator(int row, int v) {
    return FREE + row * vectors + v;
  }

  /** Pushes {@code offset + row * stride + v * lanes}. */
  private void tileIndex(CodeBuilder code, int offset, int stride, int row, int v) {
    code.iload(offset).iload(stride).loadConstant(row).imul().iadd();
    code.loadConstant(v * vector.lanes()).iadd();
  }
}
