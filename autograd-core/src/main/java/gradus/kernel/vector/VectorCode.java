package gradus.kernel.vector;

import static java.lang.constant.ConstantDescs.CD_double;
import static java.lang.constant.ConstantDescs.CD_float;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_void;

import java.lang.classfile.CodeBuilder;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;

/**
 * The Vector API calls of generated code, for one element type and vector width. They are named,
 * not linked, so that this package loads where the incubator module is absent.
 */
public record VectorCode(ClassDesc type, ClassDesc scalar, int bits) {
  public static final String PACKAGE = "jdk.incubator.vector.";
  public static final ClassDesc SPECIES = ClassDesc.of(PACKAGE + "VectorSpecies");
  public static final ClassDesc ANY = ClassDesc.of(PACKAGE + "Vector");

  public static VectorCode of(boolean isDouble, int bits) {
    return new VectorCode(
        ClassDesc.of(PACKAGE + (isDouble ? "DoubleVector" : "FloatVector")),
        isDouble ? CD_double : CD_float,
        bits);
  }

  public int lanes() {
    return bits / (isDouble() ? Double.SIZE : Float.SIZE);
  }

  private boolean isDouble() {
    return scalar == CD_double;
  }

  private ClassDesc array() {
    return scalar.arrayType();
  }

  /**
   * Makes the method too long to be inlined (the limit is 325 bytecodes). An inlined copy is
   * compiled for its caller alone: a kernel warmed up by one caller would meet the next one
   * uncompiled.
   */
  public static void keepOutOfLine(CodeBuilder code) {
    for (int i = 0; i < 330; i++) {
      code.nop();
    }
  }

  /** Turns parameters of type Object into arrays of this element type. */
  public void cast(CodeBuilder code, int... variables) {
    for (int each : variables) {
      code.aload(each).checkcast(array()).astore(each);
    }
  }

  /** Pushes the species. */
  public CodeBuilder species(CodeBuilder code) {
    return code.getstatic(type, "SPECIES_" + bits, SPECIES);
  }

  /** Pushes a vector of zeros. */
  public CodeBuilder zero(CodeBuilder code) {
    return species(code).invokestatic(type, "zero", MethodTypeDesc.of(type, SPECIES));
  }

  /** species, array, index -> vector. */
  public CodeBuilder load(CodeBuilder code) {
    return code.invokestatic(type, "fromArray", MethodTypeDesc.of(type, SPECIES, array(), CD_int));
  }

  /** vector, array, index -> nothing. */
  public CodeBuilder store(CodeBuilder code) {
    return code.invokevirtual(type, "intoArray", MethodTypeDesc.of(CD_void, array(), CD_int));
  }

  /** species, array, index -> vector of copies of one element. */
  public CodeBuilder broadcastElement(CodeBuilder code) {
    if (isDouble()) {
      code.daload();
    } else {
      code.faload();
    }
    return code.invokestatic(type, "broadcast", MethodTypeDesc.of(type, SPECIES, scalar));
  }

  /** a, b, c -> a * b + c. */
  public CodeBuilder fma(CodeBuilder code) {
    return code.invokevirtual(type, "fma", MethodTypeDesc.of(type, ANY, ANY));
  }
}
