package gradus.kernel.gemm;

import static java.lang.constant.ConstantDescs.CD_Object;
import static java.lang.constant.ConstantDescs.CD_boolean;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_void;
import static java.lang.constant.ConstantDescs.INIT_NAME;
import static java.lang.constant.ConstantDescs.MTD_void;

import gradus.kernel.gemm.MicroKernel.Form;
import gradus.kernel.vector.VectorCode;
import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.invoke.MethodHandles;

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
 * <p>Generating it leaves one text for all tile shapes, both element types and every vector width,
 * and keeps our classes free of references to the incubator module, which may be absent. Two steps
 * go into a round, so that indices and the end of the loop are computed half as often; longer
 * methods are in danger, for those over about 3,000 bytecodes are refused by the first compiler
 * tier and then stay slow. {@code stride} is a constant for packed panels, so that range checks
 * leave the loop.
 *
 * <p>Rows of A lie a constant distance apart and the loop counts in indices of A, so that one
 * register serves all rows. But then the compiler loads all elements of A first, and has no
 * registers left for accumulators. The fence forbids that. On x86 it is no instruction; elsewhere
 * it is one, and there are registers enough.
 */
final class MicroKernelCompiler {
  private static final ClassDesc SUPER = ClassDesc.of(MicroKernel.class.getName());
  private static final ClassDesc VAR_HANDLE = ClassDesc.of("java.lang.invoke.VarHandle");

  /** Whether fences keep the order of loads for nothing. */
  private static final boolean IN_ORDER = !System.getProperty("os.arch", "").equals("aarch64");

  /** Steps in a round of the loop. */
  private static final int UNROLLED = 2;

  // Parameters of MicroKernel.run, by local variable slot; this is 0.
  private static final int STRIPS = 1;
  private static final int K = 2;
  private static final int A = 3;
  private static final int A_OFFSET = 4;
  private static final int B = 5;
  private static final int B_OFFSET = 6;
  private static final int B_STRIDE = 7;
  private static final int C = 8;
  private static final int C_OFFSET = 9;
  private static final int C_ROW = 10;
  private static final int FRESH = 11;

  // Local variables of the generated code, laid out behind the parameters.
  private static final int STRIP = 12;
  private static final int Q = 13;
  private static final int END = 14;
  private static final int B_SHIFT = 15;
  private static final int ZERO = 16;
  private static final int ROW = 17; // and the accumulators behind the rows

  private final VectorCode vector;
  private final int lanes;
  private final int rows;
  private final int vectors;
  private final Form form;
  private final int accumulators;
  private final int bVectors;
  private final int aVector;

  private MicroKernelCompiler(boolean isDouble, int bits, int rows, int vectors, Form form) {
    this.vector = VectorCode.of(isDouble, bits);
    this.lanes = vector.lanes();
    this.rows = rows;
    this.vectors = vectors;
    this.form = form;
    this.accumulators = ROW + rows;
    this.bVectors = accumulators + rows * vectors;
    this.aVector = bVectors + vectors;
  }

  /**
   * Makes the kernel for tiles of {@code rows x (vectors * lanes)}.
   *
   * @throws ReflectiveOperationException or LinkageError if the Vector API cannot be used
   */
  static MicroKernel compile(boolean isDouble, int bits, int rows, int vectors, Form form)
      throws ReflectiveOperationException {
    byte[] bytes = classFile(isDouble, bits, rows, vectors, form);
    return (MicroKernel)
        MethodHandles.lookup()
            .defineHiddenClass(bytes, true)
            .lookupClass()
            .getDeclaredConstructor()
            .newInstance();
  }

  static byte[] classFile(boolean isDouble, int bits, int rows, int vectors, Form form) {
    return new MicroKernelCompiler(isDouble, bits, rows, vectors, form).classFile();
  }

  private byte[] classFile() {
    String name =
        SUPER.packageName() + ".Kernel" + rows + "x" + vectors + "x" + vector.bits() + form;
    MethodTypeDesc run =
        MethodTypeDesc.of(
            CD_void,
            CD_int,
            CD_int,
            CD_Object,
            CD_int,
            CD_Object,
            CD_int,
            CD_int,
            CD_Object,
            CD_int,
            CD_int,
            CD_boolean);
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
    vector.cast(code, A, B, C);
    vector.zero(code).astore(ZERO);
    Label top = code.newLabel();
    Label end = code.newLabel();
    code.iconst_0().istore(STRIP);
    code.labelBinding(top).iload(STRIP).iload(STRIPS).if_icmpge(end);
    begin(code);
    chains(code);
    end(code);
    code.iinc(STRIP, 1).goto_(top).labelBinding(end).return_();
  }

  /** Where the rows of C begin, and what the chains begin with. */
  private void begin(CodeBuilder code) {
    for (int i = 0; i < rows; i++) {
      code.iload(C_OFFSET).iload(C_ROW).loadConstant(i).imul().iadd().istore(ROW + i);
    }
    Label resumed = code.newLabel();
    Label done = code.newLabel();
    code.iload(FRESH).ifeq(resumed);
    for (int each = 0; each < rows * vectors; each++) {
      code.aload(ZERO).astore(accumulators + each);
    }
    code.goto_(done).labelBinding(resumed);
    for (int i = 0; i < rows; i++) {
      for (int v = 0; v < vectors; v++) {
        vector.species(code).aload(C).iload(ROW + i).loadConstant(v * lanes).iadd();
        vector.load(code).astore(accumulator(i, v));
      }
    }
    code.labelBinding(done);
  }

  private void chains(CodeBuilder code) {
    code.iload(A_OFFSET).istore(Q);
    code.iload(A_OFFSET).iload(K).iadd().istore(END);
    code.iload(B_OFFSET).iload(A_OFFSET);
    bStride(code).imul().isub().istore(B_SHIFT);
    Label top = code.newLabel();
    Label rest = code.newLabel();
    Label end = code.newLabel();
    code.labelBinding(top).iload(Q).iload(END).loadConstant(UNROLLED - 1).isub().if_icmpge(rest);
    for (int u = 0; u < UNROLLED; u++) {
      step(code, u);
      fence(code);
    }
    code.iinc(Q, UNROLLED).goto_(top).labelBinding(rest);
    code.iload(Q).iload(END).if_icmpge(end);
    step(code, 0);
    code.labelBinding(end);
  }

  /** One step: the vectors of a row of B, and each row's element of A times all of them. */
  private void step(CodeBuilder code, int u) {
    for (int v = 0; v < vectors; v++) {
      vector.species(code).aload(B).iload(Q);
      if (u > 0 && form != Form.PANELS) {
        code.loadConstant(u).iadd();
      }
      bStride(code).imul().iload(B_SHIFT).iadd();
      code.loadConstant((form == Form.PANELS ? u * vectors : 0) * lanes + v * lanes).iadd();
      vector.load(code).astore(bVectors + v);
    }
    for (int i = 0; i < rows; i++) {
      if (i > 0) {
        fence(code);
      }
      vector.species(code).aload(A).iload(Q).loadConstant(u + i * form.aStride).iadd();
      vector.broadcastElement(code).astore(aVector);
      for (int v = 0; v < vectors; v++) {
        code.aload(aVector).aload(bVectors + v).aload(accumulator(i, v));
        vector.fma(code).astore(accumulator(i, v));
      }
    }
  }

  private CodeBuilder bStride(CodeBuilder code) {
    return form == Form.PANELS ? code.loadConstant(vectors * lanes) : code.iload(B_STRIDE);
  }

  private static void fence(CodeBuilder code) {
    if (IN_ORDER) {
      code.invokestatic(VAR_HANDLE, "loadLoadFence", MTD_void);
    }
  }

  /** Stores the strip and goes to the next. */
  private void end(CodeBuilder code) {
    for (int i = 0; i < rows; i++) {
      for (int v = 0; v < vectors; v++) {
        code.aload(accumulator(i, v)).aload(C).iload(ROW + i).loadConstant(v * lanes).iadd();
        vector.store(code);
      }
    }
    code.iload(A_OFFSET).loadConstant(rows * form.aStride).iadd().istore(A_OFFSET);
    code.iload(C_OFFSET).iload(C_ROW).loadConstant(rows).imul().iadd().istore(C_OFFSET);
  }

  private int accumulator(int row, int v) {
    return accumulators + row * vectors + v;
  }
}
