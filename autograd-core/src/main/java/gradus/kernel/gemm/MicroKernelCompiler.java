package gradus.kernel.gemm;

import static java.lang.constant.ConstantDescs.CD_Object;
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

/**
 * Writes micro-kernels as hidden classes: straight-line Vector API code with every accumulator in a
 * local variable, which the optimising compiler turns into one register each.
 *
 * <p>In Java, the kernel for 2 rows and 1 vector per row reads
 *
 * <pre>{@code
 * FloatVector c00 = fromArray(S, init, io), c10 = fromArray(S, init, io + is);
 * for (int p = 0; p < k; p++) {
 *   FloatVector b0 = fromArray(S, b, bo + p * stride);
 *   c00 = broadcast(S, a[ao + p]).fma(b0, c00);
 *   VarHandle.loadLoadFence();
 *   c10 = broadcast(S, a[ao + p + 272]).fma(b0, c10);
 * }
 * c00.intoArray(c, co); c10.intoArray(c, co + cs);
 * }</pre>
 *
 * <p>Generating it leaves one text for all tile shapes, both element types and every vector width,
 * and keeps our classes free of references to the incubator module, which may be absent. The loop
 * over p is not unrolled: unrolled bodies spill registers, and methods over about 3,000 bytecodes
 * are refused by the first compiler tier and then stay slow. {@code stride} is a constant for
 * packed panels, so that range checks leave the loop.
 *
 * <p>Rows of A lie a constant distance apart, so that one index serves them all: with an index for
 * each, a third of the instructions are sums of indices, and two threads that share a core wait for
 * each other's. But then the compiler loads all elements of A first, and has no registers left for
 * accumulators. The fence forbids that. On x86 it is no instruction; elsewhere it is one, and there
 * are registers enough.
 */
final class MicroKernelCompiler {
  private static final ClassDesc SUPER = ClassDesc.of(MicroKernel.class.getName());
  private static final ClassDesc VAR_HANDLE = ClassDesc.of("java.lang.invoke.VarHandle");

  /** Whether fences keep the order of loads for nothing. */
  private static final boolean IN_ORDER = !System.getProperty("os.arch", "").equals("aarch64");

  // Parameters of MicroKernel.run, by local variable slot; this is 0.
  private static final int K = 1;
  private static final int A = 2;
  private static final int A_OFFSET = 3;
  private static final int B = 4;
  private static final int B_OFFSET = 5;
  private static final int B_STRIDE = 6;
  private static final int INIT = 7;
  private static final int INIT_OFFSET = 8;
  private static final int INIT_ROW = 9;
  private static final int C = 10;
  private static final int C_OFFSET = 11;
  private static final int C_ROW = 12;
  private static final int FREE = 13;

  private final VectorCode vector;
  private final int lanes;
  private final int rows;
  private final int vectors;
  private final boolean packed;

  // Local variables of the generated code, laid out behind the parameters.
  private final int accumulators = FREE;
  private final int bVectors;
  private final int aVector;
  private final int p;

  private MicroKernelCompiler(boolean isDouble, int bits, int rows, int vectors, boolean packed) {
    this.vector = VectorCode.of(isDouble, bits);
    this.lanes = vector.lanes();
    this.rows = rows;
    this.vectors = vectors;
    this.packed = packed;
    this.bVectors = accumulators + rows * vectors;
    this.aVector = bVectors + vectors;
    this.p = aVector + 1;
  }

  /**
   * Makes the kernel for tiles of {@code rows x (vectors * lanes)}.
   *
   * @param packed whether B comes in panels exactly as wide as the tile, so that the argument
   *     {@code bs} is ignored
   * @throws ReflectiveOperationException or LinkageError if the Vector API cannot be used
   */
  static MicroKernel compile(boolean isDouble, int bits, int rows, int vectors, boolean packed)
      throws ReflectiveOperationException {
    byte[] bytes = classFile(isDouble, bits, rows, vectors, packed);
    return (MicroKernel)
        MethodHandles.lookup()
            .defineHiddenClass(bytes, true)
            .lookupClass()
            .getDeclaredConstructor()
            .newInstance();
  }

  static byte[] classFile(boolean isDouble, int bits, int rows, int vectors, boolean packed) {
    return new MicroKernelCompiler(isDouble, bits, rows, vectors, packed).classFile();
  }

  private byte[] classFile() {
    String name =
        SUPER.packageName()
            + ".Kernel"
            + rows
            + "x"
            + vectors
            + "x"
            + vector.bits()
            + (packed ? "Packed" : "");
    MethodTypeDesc run =
        MethodTypeDesc.of(
            CD_void, CD_int, CD_Object, CD_int, CD_Object, CD_int, CD_int, CD_Object, CD_int,
            CD_int, CD_Object, CD_int, CD_int);
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
    vector.cast(code, A, B, INIT, C);
    for (int i = 0; i < rows; i++) {
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

  /** One p: the vectors of a row of B, and each row's element of A times all of them. */
  private void step(CodeBuilder code) {
    for (int v = 0; v < vectors; v++) {
      vector.species(code).aload(B).iload(B_OFFSET).iload(p);
      if (packed) {
        code.loadConstant(vectors * lanes);
      } else {
        code.iload(B_STRIDE);
      }
      code.imul().iadd().loadConstant(v * lanes).iadd();
      vector.load(code).astore(bVectors + v);
    }
    for (int i = 0; i < rows; i++) {
      if (i > 0 && IN_ORDER) {
        code.invokestatic(VAR_HANDLE, "loadLoadFence", MTD_void);
      }
      vector.species(code).aload(A).iload(A_OFFSET).iload(p).iadd();
      code.loadConstant(i * Rows.STRIDE).iadd();
      vector.broadcastElement(code).astore(aVector);
      for (int v = 0; v < vectors; v++) {
        code.aload(aVector).aload(bVectors + v).aload(accumulator(i, v));
        vector.fma(code).astore(accumulator(i, v));
      }
    }
  }

  private int accumulator(int row, int v) {
    return accumulators + row * vectors + v;
  }

  /** Pushes {@code offset + row * stride + v * lanes}. */
  private void tileIndex(CodeBuilder code, int offset, int stride, int row, int v) {
    code.iload(offset);
    times(code, stride, row).iadd().loadConstant(v * lanes).iadd();
  }

  private static CodeBuilder times(CodeBuilder code, int variable, int factor) {
    return code.iload(variable).loadConstant(factor).imul();
  }
}
