package gradus.kernel.gemm;

import static java.lang.constant.ConstantDescs.CD_Object;
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
 * Writes {@link Mover}s. A square of {@code lanes x lanes} elements is transposed in registers: in
 * the step for each bit s of the lane number, the rows i and i + s (bit s of i clear) exchange the
 * lanes of i whose bit s is set for the lanes of i + s where it is clear. One shuffle of a row by
 * {@code lane ^ s} and one blend do that for each of the two.
 */
final class MoverCompiler {
  private static final ClassDesc SUPER = ClassDesc.of(Mover.class.getName());
  private static final ClassDesc SELF = ClassDesc.of(SUPER.packageName() + ".GeneratedMover");
  private static final ClassDesc SHUFFLE = ClassDesc.of(VectorCode.PACKAGE + "VectorShuffle");
  private static final ClassDesc MASK = ClassDesc.of(VectorCode.PACKAGE + "VectorMask");

  private final VectorCode vector;
  private final int lanes;

  private MoverCompiler(VectorCode vector) {
    this.vector = vector;
    this.lanes = vector.lanes();
  }

  /**
   * Makes the mover of a type and width.
   *
   * @throws ReflectiveOperationException or LinkageError if the Vector API cannot be used
   */
  static Mover compile(boolean isDouble, int bits) throws ReflectiveOperationException {
    byte[] bytes = classFile(isDouble, bits);
    return (Mover)
        MethodHandles.lookup()
            .defineHiddenClass(bytes, true)
            .lookupClass()
            .getDeclaredConstructor()
            .newInstance();
  }

  static byte[] classFile(boolean isDouble, int bits) {
    return ClassFile.of().build(SELF, new MoverCompiler(VectorCode.of(isDouble, bits))::members);
  }

  private void members(ClassBuilder type) {
    type.withSuperclass(SUPER).withFlags(ClassFile.ACC_FINAL | ClassFile.ACC_SUPER);
    for (int s = 1; s < lanes; s *= 2) {
      int constant = ClassFile.ACC_STATIC | ClassFile.ACC_FINAL;
      type.withField("SWAP_" + s, SHUFFLE, constant).withField("HAS_" + s, MASK, constant);
    }
    MethodTypeDesc panels =
        MethodTypeDesc.of(
            CD_void, CD_int, CD_int, CD_Object, CD_int, CD_int, CD_Object, CD_int, CD_int);
    MethodTypeDesc rows =
        MethodTypeDesc.of(
            CD_void, CD_int, CD_Object, CD_int, CD_int.arrayType(), CD_int, CD_Object, CD_int);
    MethodTypeDesc transpose =
        MethodTypeDesc.of(CD_void, CD_int, CD_Object, CD_int, CD_int, CD_Object, CD_int, CD_int);
    MethodTypeDesc dots =
        MethodTypeDesc.of(
            CD_void, CD_int, CD_Object, CD_int, CD_int, CD_Object, CD_int, CD_Object, CD_int);
    type.withMethodBody(CLASS_INIT_NAME, MTD_void, ClassFile.ACC_STATIC, this::constants)
        .withMethodBody(
            INIT_NAME,
            MTD_void,
            0,
            code -> code.aload(0).invokespecial(SUPER, INIT_NAME, MTD_void).return_())
        .withMethodBody("panels", panels, 0, this::panels)
        .withMethodBody("rows", rows, 0, this::rows)
        .withMethodBody("transpose", transpose, 0, this::transpose)
        .withMethodBody("dots", dots, 0, this::dots);
  }

  /** {@code SWAP_s}: lane l takes lane l ^ s. {@code HAS_s}: the lanes whose number has bit s. */
  private void constants(CodeBuilder code) {
    for (int s = 1; s < lanes; s *= 2) {
      long bits = 0;
      vector.species(code).loadConstant(lanes).newarray(TypeKind.INT);
      for (int l = 0; l < lanes; l++) {
        code.dup().loadConstant(l).loadConstant(l ^ s).iastore();
        bits |= (l & s) != 0 ? 1L << l : 0;
      }
      code.invokestatic(
          SHUFFLE,
          "fromValues",
          MethodTypeDesc.of(SHUFFLE, VectorCode.SPECIES, CD_int.arrayType()));
      code.putstatic(SELF, "SWAP_" + s, SHUFFLE);
      vector.species(code).loadConstant(bits);
      code.invokestatic(MASK, "fromLong", MethodTypeDesc.of(MASK, VectorCode.SPECIES, CD_long));
      code.putstatic(SELF, "HAS_" + s, MASK);
    }
    code.return_();
  }

  private void panels(CodeBuilder code) {
    int rows = 1;
    int panels = 2;
    int from = 3;
    int fo = 4;
    int fromRow = 5;
    int to = 6;
    int offset = 7;
    int apart = 8;
    int row = 9;
    int panel = 10;
    int width = MicroKernels.VECTORS * lanes;
    VectorCode.keepOutOfLine(code);
    vector.cast(code, from, to);
    loop(
        code,
        row,
        rows,
        () ->
            loop(
                code,
                panel,
                panels,
                () -> {
                  for (int v = 0; v < MicroKernels.VECTORS; v++) {
                    vector
                        .species(code)
                        .aload(from)
                        .iload(fo)
                        .iload(row)
                        .iload(fromRow)
                        .imul()
                        .iadd();
                    vector.load(
                        code.iload(panel)
                            .loadConstant(width)
                            .imul()
                            .iadd()
                            .loadConstant(v * lanes)
                            .iadd());
                    code.aload(to).iload(offset).iload(panel).iload(apart).imul().iadd();
                    code.iload(row)
                        .loadConstant(width)
                        .imul()
                        .iadd()
                        .loadConstant(v * lanes)
                        .iadd();
                    vector.store(code);
                  }
                }));
    code.return_();
  }

  private void rows(CodeBuilder code) {
    int rows = 1;
    int from = 2;
    int fo = 3;
    int at = 4;
    int first = 5;
    int to = 6;
    int offset = 7;
    int row = 8;
    int start = 9;
    int width = MicroKernels.VECTORS * lanes;
    VectorCode.keepOutOfLine(code);
    vector.cast(code, from, to);
    loop(
        code,
        row,
        rows,
        () -> {
          code.aload(at).iload(first).iload(row).iadd().iaload().iload(fo).iadd().istore(start);
          for (int v = 0; v < MicroKernels.VECTORS; v++) {
            vector.species(code).aload(from).iload(start).loadConstant(v * lanes).iadd();
            vector.load(code).aload(to).iload(offset);
            code.iload(row).loadConstant(width).imul().iadd().loadConstant(v * lanes).iadd();
            vector.store(code);
          }
        });
    code.return_();
  }

  private void transpose(CodeBuilder code) {
    int blocks = 1;
    int from = 2;
    int fo = 3;
    int fromColumn = 4;
    int to = 5;
    int offset = 6;
    int toRow = 7;
    int block = 8;
    int row = 9; // vectors row .. row + lanes - 1, and one more
    VectorCode.keepOutOfLine(code);
    vector.cast(code, from, to);
    loop(
        code,
        block,
        blocks,
        () -> {
          loadSquare(code, from, fo, fromColumn, block, row);
          transposeSquare(code, row);
          for (int j = 0; j < lanes; j++) {
            code.aload(row + j).aload(to).iload(offset);
            code.iload(block)
                .loadConstant(lanes)
                .imul()
                .loadConstant(j)
                .iadd()
                .iload(toRow)
                .imul()
                .iadd();
            vector.store(code);
          }
        });
    code.return_();
  }

  private void dots(CodeBuilder code) {
    int blocks = 1;
    int a = 2;
    int ao = 3;
    int ars = 4;
    int x = 5;
    int xo = 6;
    int y = 7;
    int yo = 8;
    int block = 9;
    int sum = 10;
    int row = 11; // vectors row .. row + lanes - 1, and one more
    VectorCode.keepOutOfLine(code);
    vector.cast(code, a, x, y);
    vector.load(vector.species(code).aload(y).iload(yo)).astore(sum);
    loop(
        code,
        block,
        blocks,
        () -> {
          loadSquare(code, a, ao, ars, block, row);
          transposeSquare(code, row);
          for (int j = 0; j < lanes; j++) {
            vector.species(code).aload(x).iload(xo).iload(block).loadConstant(lanes).imul().iadd();
            vector.broadcastElement(code.loadConstant(j).iadd()).aload(row + j).aload(sum);
            vector.fma(code).astore(sum);
          }
        });
    vector.store(code.aload(sum).aload(y).iload(yo));
    code.return_();
  }

  /** Row j of the square begins at {@code offset + block * lanes + j * stride}. */
  private void loadSquare(CodeBuilder code, int array, int offset, int stride, int block, int row) {
    for (int j = 0; j < lanes; j++) {
      vector.species(code).aload(array).iload(offset).iload(stride).loadConstant(j).imul().iadd();
      vector.load(code.iload(block).loadConstant(lanes).imul().iadd()).astore(row + j);
    }
  }

  private void transposeSquare(CodeBuilder code, int row) {
    int swapped = row + lanes;
    for (int s = 1; s < lanes; s *= 2) {
      for (int i = 0; i < lanes; i++) {
        if ((i & s) == 0) {
          swap(code, row + i + s, s).astore(swapped);
          swap(code, row + i, s).aload(row + i + s);
          blend(code, s).astore(row + i + s);
          code.aload(row + i).aload(swapped);
          blend(code, s).astore(row + i);
        }
      }
    }
  }

  private CodeBuilder swap(CodeBuilder code, int row, int s) {
    return code.aload(row)
        .getstatic(SELF, "SWAP_" + s, SHUFFLE)
        .invokevirtual(vector.type(), "rearrange", MethodTypeDesc.of(vector.type(), SHUFFLE));
  }

  /** The first vector on the stack, but the second in the lanes that have bit s. */
  private CodeBuilder blend(CodeBuilder code, int s) {
    return code.getstatic(SELF, "HAS_" + s, MASK)
        .invokevirtual(
            vector.type(), "blend", MethodTypeDesc.of(vector.type(), VectorCode.ANY, MASK));
  }

  private static void loop(CodeBuilder code, int variable, int limit, Runnable body) {
    Label top = code.newLabel();
    Label end = code.newLabel();
    code.iconst_0().istore(variable);
    code.labelBinding(top).iload(variable).iload(limit).if_icmpge(end);
    body.run();
    code.iinc(variable, 1).goto_(top).labelBinding(end);
  }
}
